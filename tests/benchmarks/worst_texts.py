"""Whether the largest texts that the built-in models accept leave room for other callers.

    python tests/benchmarks/worst_texts.py [--check] [--seconds 20]

First every one of them is sent alone, to an engine of its own. Then four callers send the four slowest again and again,
while another asks something small of each kind: what counts is the longest time until it is answered.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support import processes
from tests.support.worst import Worst, worst_requests

HOGS = 4
MOST_SECONDS = 6.0
SMALL = (
    ("/models/builtin/vader", {"inputs": "Good!"}),
    ("/models/builtin/minilm-zero-shot", {"inputs": "It rains.", "parameters": {"candidate_labels": ["weather"]}}),
    ("/models/builtin/espeak-ng", {"inputs": "Hello."}),
    ("/models/builtin/trigram-en-us", {"inputs": "I would like", "parameters": {"max_new_tokens": 5}}),
)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Alone:
    """How long a request took alone: `seconds` in all, `cpu` seconds of the engine and its child processes."""

    request: Worst
    status: int
    seconds: float
    cpu: float


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its running children, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    return own + sum(cpu_seconds(int(child)) for child in children if Path(f"/proc/{child}").exists())


async def alone(http: aiohttp.ClientSession, pid: int, request: Worst) -> Alone:
    begun, used = time.monotonic(), cpu_seconds(pid)
    async with http.post(request.path, json=request.body) as response:
        await response.read()
        return Alone(request, response.status, time.monotonic() - begun, cpu_seconds(pid) - used)


async def hog(http: aiohttp.ClientSession, request: Worst) -> None:
    while True:
        async with http.post(request.path, json=request.body) as response:
            await response.read()


async def longest_wait(http: aiohttp.ClientSession, slowest: Sequence[Worst], seconds: float) -> float:
    """The longest time that a small call takes while others send the slowest requests."""
    hogs = [asyncio.create_task(hog(http, request)) for request in slowest]
    end = time.monotonic() + seconds
    longest = 0.0
    while time.monotonic() < end:
        for path, body in SMALL:
            begun = time.monotonic()
            async with http.post(path, json=body) as response:
                await response.read()
                if response.status != 200:
                    raise SystemExit(f"{path}: {response.status} {await response.text()}")
            longest = max(longest, time.monotonic() - begun)
    for task in hogs:
        task.cancel()
    return longest


async def all_alone(http: aiohttp.ClientSession, pid: int) -> list[Alone]:
    """The figures of all requests; prints those of the slowest of each model."""
    print(f"{'the slowest text of each model':70}{'status':>8}{'s':>8}{'CPU s':>8}")
    figures = []
    for (id, task), requests in itertools.groupby(worst_requests(), lambda one: (one.model.id, one.task)):
        of_model = [await alone(http, pid, request) for request in requests]
        slowest = max(of_model, key=lambda one: one.cpu)
        described = f"{id}, {task}: {slowest.request.name}"
        print(f"{described:70}{slowest.status:8}{slowest.seconds:8.2f}{slowest.cpu:8.2f}", flush=True)
        figures += of_model
    return figures


async def measured(url: str, pid: int, seconds: float) -> bool:
    async with aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(None)) as http:
        for path, body in SMALL:  # loads the models
            async with http.post(path, json=body) as response:
                await response.read()
        warm = {request.model.id: request for request in worst_requests() if request.name == "one word"}
        for request in warm.values():
            await alone(http, pid, request)
        figures = await all_alone(http, pid)
        slowest = [one.request for one in sorted(figures, key=lambda one: -one.cpu)[:HOGS]]
        used = cpu_seconds(pid)
        longest = await longest_wait(http, slowest, seconds)
        busy = (cpu_seconds(pid) - used) / seconds
    is_met = longest <= MOST_SECONDS
    print(f"\nWhile four send the slowest, the engine uses {busy:.1f} cores, and a small call takes at most ", end="")
    print(f"{longest:.1f} s; at most {MOST_SECONDS:g}: {'met' if is_met else 'MISSED'}")
    return is_met


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if a small call takes too long")
    arguments.add_argument("--seconds", type=float, default=20.0, help="how long the four send")
    options = arguments.parse_args()
    with processes.engine() as engine:
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        is_met = asyncio.run(measured(engine.url, engine.process.pid, options.seconds))
    sys.exit(0 if is_met or not options.check else 1)


if __name__ == "__main__":
    main()
