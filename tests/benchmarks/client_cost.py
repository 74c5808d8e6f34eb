"""What a request and a streamed token cost in CPU time of the client's process; the server runs in another.

    python tests/benchmarks/client_cost.py [--check]

Bare aiohttp, this project's client, huggingface_hub's and openai's do the same work and take turns, round by round, so
that other load on the machine affects all equally. A figure is the median of the rounds; in brackets is what half of
the rounds lie between.
"""

import argparse
import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from pathlib import Path

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[2]))

import ways
from measuring import Comparison, Costs, Figures, Target, measure

ROUNDS = 21
REQUESTS = 200
AT_ONCE = 50
EVENTS = 2000
PACED_EVENTS = 400
# Without a pause several writes may reach the client at once; with it they come one by one.
PAUSE = 0.0005

BARE, OURS, HUB, OPENAI = "bare aiohttp", "ours", "huggingface_hub", "openai"
OUR_TEXT, HUB_TEXT = "ours, text alone", "huggingface_hub, text alone"
BLOCKING_OURS, BLOCKING_HUB = "ours, blocking", "huggingface_hub, blocking"


def a_request(session: aiohttp.ClientSession, base: str) -> Comparison:
    url = f"{base}/json"
    works = {
        BARE: ways.bare_requests(session, url, REQUESTS),
        OURS: ways.requests(ways.ours(url), REQUESTS),
        HUB: ways.requests(ways.hub(url), REQUESTS),
        BLOCKING_OURS: ways.blocking_requests(ways.blocking_ours(url), REQUESTS),
        BLOCKING_HUB: ways.blocking_requests(ways.blocking_hub(url), REQUESTS),
    }
    return Comparison("request, one at a time", REQUESTS, works, (Target(OURS, BARE, at_most=1.1),))


def one_of_many_requests(session: aiohttp.ClientSession, base: str) -> Comparison:
    url, each = f"{base}/json", REQUESTS // AT_ONCE
    works = {
        BARE: ways.at_once(AT_ONCE, ways.bare_requests(session, url, each)),
        OURS: ways.at_once(AT_ONCE, ways.requests(ways.ours(url), each)),
        HUB: ways.at_once(AT_ONCE, ways.requests(ways.hub(url), each)),
    }
    targets = (Target(OURS, BARE, at_most=1.1), Target(HUB, OURS, at_least=6))
    return Comparison(f"request, {AT_ONCE} at once", REQUESTS, works, targets)


def a_token(
    session: aiohttp.ClientSession, base: str, events: int, per_write: int, pause: float, targets: tuple[Target, ...]
) -> Comparison:
    url = f"{base}/tokens/{events}/{per_write}/{pause}"
    return Comparison(
        f"streamed token, {_framing(per_write, pause)}",
        events,
        {
            BARE: ways.bare_tokens(session, url, events),
            OURS: ways.tokens(ways.ours(url), events),
            HUB: ways.tokens(ways.hub(url), events),
            OUR_TEXT: ways.texts(ways.ours(url), events),
            HUB_TEXT: ways.texts(ways.hub(url), events),
        },
        targets,
    )


def a_chunk(
    session: aiohttp.ClientSession, base: str, events: int, per_write: int, pause: float, targets: tuple[Target, ...]
) -> Comparison:
    url = f"{base}/chat/{events}/{per_write}/{pause}/v1"
    return Comparison(
        f"streamed chat chunk, {_framing(per_write, pause)}",
        events,
        {
            BARE: ways.bare_chunks(session, url, events),
            OURS: ways.chunks(ways.ours(url), events),
            HUB: ways.chunks(ways.hub(url), events),
            OPENAI: ways.openai_chunks(ways.openai_client(url), events),
        },
        targets,
    )


def _framing(per_write: int, pause: float) -> str:
    return f"{per_write} per write{', paced' if pause else ''}"


def comparisons(session: aiohttp.ClientSession, base: str) -> list[Comparison]:
    one_by_one = (Target(OURS, BARE, at_most=1.0), Target(HUB, OURS, at_least=5))
    many_tokens = (Target(OURS, BARE, at_most=0.4), Target(HUB, OURS, at_least=12))
    many_chunks = (Target(HUB, OURS, at_least=16), Target(OPENAI, OURS, at_least=25))
    return [
        a_request(session, base),
        one_of_many_requests(session, base),
        a_token(session, base, EVENTS, 20, 0, many_tokens),
        a_token(session, base, EVENTS, 1, 0, one_by_one),
        a_token(session, base, PACED_EVENTS, 1, PAUSE, (Target(OURS, BARE, at_most=1.0),)),
        a_chunk(session, base, EVENTS, 20, 0, many_chunks),
        a_chunk(session, base, EVENTS, 1, 0, ()),
    ]


@contextmanager
def upstream() -> Iterator[str]:
    """The base URL of the benchmark server in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("upstream.py")), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@asynccontextmanager
async def set_up() -> AsyncIterator[list[Comparison]]:
    with upstream() as base:
        async with ways.bare_session() as session:
            yield comparisons(session, base)


async def run(only: str) -> bool:
    """Print the table of the comparisons whose name contains `only`; whether all targets are met."""
    print(machine(), flush=True)
    all_met = True
    async with set_up() as compared:
        for comparison in compared:
            if only in comparison.name:
                costs = await measure(comparison, ROUNDS)
                print("\n".join(["", *table(comparison, costs)]), flush=True)
                all_met &= all(costs.meet(target) for target in comparison.targets)
    return all_met


def table(comparison: Comparison, costs: Costs) -> Iterator[str]:
    """A line per way, compared with bare aiohttp and with ours, and one per target."""
    yield f"{comparison.name:40}{'CPU µs':>26}{'/ bare':>10}{'/ ours':>10}"
    for way, figures in costs.of.items():
        ratios = f"{costs.ratio(way, BARE).median:10.2f}{costs.ratio(way, OURS).median:10.2f}"
        yield f"  {way:38}{_with_spread(figures):>26}{ratios}"
    for target in comparison.targets:
        ratio = costs.ratio(target.way, target.other)
        verdict = "met" if costs.meet(target) else "MISSED"
        yield f"  {f'{target.way} / {target.other}':38}{_with_spread(ratio):>26}   {target}: {verdict}"


def _with_spread(figures: Figures) -> str:
    low, high = figures.middle_half
    return f"{figures.median:.2f} ({low:.2f}-{high:.2f})"


def machine() -> str:
    """The processor and what runs on it."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("aiohttp", "huggingface_hub", "openai"))
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {packages}; {ROUNDS} rounds"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if a target is missed")
    arguments.add_argument("--only", default="", metavar="TEXT", help="leave out comparisons without it in their name")
    given = arguments.parse_args()
    met = asyncio.run(run(given.only))
    sys.exit(1 if given.check and not met else 0)
