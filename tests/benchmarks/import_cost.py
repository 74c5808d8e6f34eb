"""What `import` and the constructor of the client cost, beside huggingface_hub's: CPU time and memory of a process.

    python tests/benchmarks/import_cost.py [--check]

Fresh processes take turns, so that what else the machine does hits all alike. A figure is the median of the rounds.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
ROUNDS = 15
OURS, HUB, AIOHTTP = "ours", "huggingface_hub", "aiohttp alone"
STATEMENTS = {
    OURS: "from inference_core import AsyncInferenceClient; AsyncInferenceClient()",
    HUB: "from huggingface_hub import AsyncInferenceClient; AsyncInferenceClient()",
    AIOHTTP: "import aiohttp",
    "Python alone": "pass",
}
MEASURE = "import resource; used = resource.getrusage(resource.RUSAGE_SELF)"
REPORT = "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"


class Cost(NamedTuple):
    """`seconds` of CPU time, `mebibytes` of memory at most."""

    seconds: float
    mebibytes: float


def cost(statement: str) -> Cost:
    """What the statement costs in a process of its own."""
    command = [sys.executable, "-c", f"{statement}; {MEASURE}; {REPORT}"]
    seconds, kibibytes = subprocess.check_output(command, cwd=ROOT, text=True).split()
    return Cost(float(seconds), float(kibibytes) / 1024)


def run() -> bool:
    """Print the table; whether ours costs no more than huggingface_hub's."""
    for statement in STATEMENTS.values():  # compiles what has not been compiled yet
        cost(statement)
    rounds = [{way: cost(statement) for way, statement in STATEMENTS.items()} for _ in range(ROUNDS)]
    print(f"Python {sys.version.split()[0]}, {ROUNDS} rounds\n\n{'':20}{'CPU ms':>10}{'MiB':>10}")
    for way in STATEMENTS:
        seconds = median(one[way].seconds for one in rounds)
        print(f"{way:20}{seconds * 1000:10.0f}{median(one[way].mebibytes for one in rounds):10.1f}")
    time = median(one[OURS].seconds / one[HUB].seconds for one in rounds)
    memory = median(one[OURS].mebibytes / one[HUB].mebibytes for one in rounds)
    is_met = max(time, memory) <= 1
    print(f"\nours / huggingface_hub: CPU {time:.2f}, memory {memory:.2f}; at most 1: {'met' if is_met else 'MISSED'}")
    return is_met


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if ours costs more")
    given = arguments.parse_args()
    met = run()
    sys.exit(1 if given.check and not met else 0)
