"""What the client costs on top of bare aiohttp, in CPU time of the client's process; the server runs in another.

    python tests/benchmarks/client_cost.py [--check]

Bare aiohttp means a request whose body goes through `json.loads`, and `async for line in response.content` with
`json.loads` for every event. The two take turns, round by round, so that what else the machine does hits both alike.
"""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[2]))

from inference_core import AsyncInferenceClient

ROUNDS = 21
REQUESTS = 150
EVENTS = 2000
PACED_EVENTS = 400
MOST_FOR_A_REQUEST = 1.25
MOST_FOR_A_TOKEN = 1.0

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same work done in two ways, `units` requests or tokens at a time; `most` is the ratio that is good enough."""

    name: str
    units: int
    most: float
    bare: Work
    ours: Work


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of CPU time per unit, one figure per round."""

    bare: list[float]
    ours: list[float]

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.bare)

    @property
    def ratios(self) -> list[float]:
        return [ours / bare for bare, ours in zip(self.bare, self.ours, strict=True)]


def requests(session: aiohttp.ClientSession, url: str) -> Comparison:
    client = AsyncInferenceClient(model=url)

    async def bare() -> None:
        for _ in range(REQUESTS):
            async with session.post(url, json={"inputs": "text"}) as response:
                classes = json.loads(await response.read())[0]
            assert classes[0]["label"] == "POSITIVE"

    async def ours() -> None:
        for _ in range(REQUESTS):
            classes = await client.text_classification("text")
            assert classes[0].label == "POSITIVE"

    return Comparison("request", REQUESTS, MOST_FOR_A_REQUEST, bare, ours)


def tokens(session: aiohttp.ClientSession, name: str, base: str, events: int, pacing: str) -> Comparison:
    url = f"{base}/stream?events={events}&{pacing}"
    client = AsyncInferenceClient(model=url)

    async def bare() -> None:
        count = 0
        async with session.post(url, json={"inputs": "x", "stream": True}) as response:
            async for line in response.content:
                if line.startswith(b"data:"):
                    count += len(json.loads(line[5:])["token"]["text"]) > 0
        assert count == events

    async def ours() -> None:
        count = 0
        async for event in await client.text_generation("x", stream=True, details=True):
            count += len(event.token.text) > 0
        assert count == events

    return Comparison(f"token, {name}", events, MOST_FOR_A_TOKEN, bare, ours)


async def measure(comparison: Comparison) -> Cost:
    await comparison.bare()
    await comparison.ours()
    cost = Cost([], [])
    for _ in range(ROUNDS):
        cost.bare.append(await _microseconds(comparison.bare) / comparison.units)
        cost.ours.append(await _microseconds(comparison.ours) / comparison.units)
    return cost


async def _microseconds(work: Work) -> float:
    gc.collect()
    started = time.process_time_ns()
    await work()
    return (time.process_time_ns() - started) / 1000


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
async def comparisons() -> AsyncIterator[list[Comparison]]:
    with upstream() as base:
        async with aiohttp.ClientSession() as session:
            yield [
                requests(session, f"{base}/json"),
                tokens(session, "1 per write", base, EVENTS, "per_write=1"),
                tokens(session, "20 per write", base, EVENTS, "per_write=20"),
                # Without a pause several writes may reach the client at once; with it they come one by one.
                tokens(session, "1 per write, paced", base, PACED_EVENTS, "per_write=1&pause=0.0005"),
            ]


async def run() -> bool:
    """Print the table; whether all ratios are good enough."""
    print(f"{'CPU µs per …':26}{'bare':>9}{'ours':>9}{'ratio':>8}{'per round':>16}{'at most':>9}")
    all_good = True
    async with comparisons() as compared:
        for comparison in compared:
            cost = await measure(comparison)
            spread = f"{min(cost.ratios):.2f}-{max(cost.ratios):.2f}"
            figures = f"{median(cost.bare):9.2f}{median(cost.ours):9.2f}{cost.ratio:8.2f}{spread:>16}"
            print(f"{comparison.name:26}{figures}{comparison.most:9.2f}", flush=True)
            all_good &= cost.ratio <= comparison.most
    return all_good


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if the client costs more than it may")
    check = arguments.parse_args().check
    good = asyncio.run(run())
    sys.exit(1 if check and not good else 0)
