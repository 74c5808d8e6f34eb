"""A room that joins in: visitors of several galleries behind nginx, a part of whom let a text be written all the time.

    python tests/benchmarks/room.py [--visitors 300] [--streams 50] [--seconds 60] [--processes 2] [--check]

Everything is on one machine, over TLS: a stub in the place of the model's server, which writes 50 tokens a second for
each run, the galleries, nginx as deploy/nginx/ says, three browsers, and this program, which is all other visitors.
Each has a page open, and cookies. Some press Run in text generation again and again, the others reload the page or
open a task now and then. To get figures to keep, run nothing else: it says how much of the machine was idle, what
others used, and how late this program itself was.
"""

import argparse
import asyncio
import itertools
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from playwright.async_api import Browser
from playwright.async_api import Page as BrowserPage

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measuring import OtherWork, ProcessUsage, Report
from tests.benchmarks.opening import chromium
from tests.benchmarks.page_weight import p95
from tests.support import processes
from tests.support.pages import RESULT_TEXT, RUN, fill, visit
from tests.support.several import Several, several, visitor_of
from tests.support.visitors import Failed, OpenedTask, Page, Visitor

TOKENS, A_SECOND = 250, 50
BROWSERS = 3
CALM = 20.0
"""Seconds between two things that a visitor does who does not let a text be written, on average."""
MOST_LAG = 100.0
"""Milliseconds after which the last token of nearly every stream is with its visitor."""
MOST_GROWTH = 20.0
"""MiB by which a process may grow in the second half."""
_LEFT = re.compile(r"left(\d+\.\d+)")
_PROMPT = "Once upon a time"


@dataclass(slots=True)
class Heard:
    """What came of what the visitors did."""

    failures: Counter[str] = field(default_factory=Counter)
    lags: list[float] = field(default_factory=list)
    """Seconds from a last token's leaving the stub to its arrival here."""
    updates: int = 0
    """Messages of streams."""
    done: Counter[str] = field(default_factory=Counter)
    own_lags: list[float] = field(default_factory=list)
    """Seconds by which this program was late itself, ten times a second."""

    @asynccontextmanager
    async def noted(self, what: str) -> AsyncIterator[None]:
        """Count what is done, or why it was not."""
        try:
            yield
        except (TimeoutError, Failed, OSError, aiohttp.ClientError, AssertionError) as error:
            self.failures[f"{what}: {type(error).__name__}: {error}"[:200]] += 1
        else:
            self.done[what] += 1


@dataclass(frozen=True, slots=True)
class Room:
    """Visitors and what they do until `until`, as `time.monotonic()` says."""

    heard: Heard
    until: float

    async def writes(self, tab: OpenedTask) -> None:
        """Let a text be written again and again."""
        await asyncio.sleep(random.uniform(0, TOKENS / A_SECOND))  # not all in the same instant
        while time.monotonic() < self.until:
            async with self.heard.noted("texts written"):
                await self._text(tab)

    async def _text(self, tab: OpenedTask) -> None:
        lag = None
        async for message in tab.messages(_PROMPT):
            self.heard.updates += 1
            if lag is None and (found := _LEFT.search(str(message.get("output")))):
                lag = time.monotonic() - float(found[1])
        if lag is None:
            raise Failed("The last token did not come.")
        self.heard.lags.append(lag)

    async def looks_around(self, visitor: Visitor) -> None:
        """Do something now and then: reload the page, or open another task."""
        names = list(visitor.page.openers)
        await asyncio.sleep(random.uniform(0, CALM))
        for reloads in itertools.cycle((True, False, False)):
            if time.monotonic() >= self.until:
                return
            async with self.heard.noted("pages reloaded" if reloads else "tasks opened"):
                await (visitor.open() if reloads else visitor.open_task(random.choice(names)))
            await asyncio.sleep(random.uniform(0.5, 1.5) * CALM)

    async def uses_a_browser(self, page: BrowserPage) -> None:
        """Let a text be written again and again, in a browser."""
        while time.monotonic() < self.until:
            async with self.heard.noted("texts written in a browser"):
                await fill(page, "Prompt", _PROMPT)
                await page.locator(RUN).click()
                await page.wait_for_function(
                    "(place) => [...document.querySelectorAll(place)].some((one) => one.value.includes('left'))",
                    arg=RESULT_TEXT.removesuffix(":visible"),
                    polling=250,  # not at each frame, of which there would be 60 a second
                    timeout=30_000,
                )
                await page.locator(RUN).wait_for()
            await asyncio.sleep(1)

    async def listens_to_itself(self) -> None:
        """Note how late this program is."""
        while time.monotonic() < self.until:
            due = time.monotonic() + 0.1
            await asyncio.sleep(0.1)
            self.heard.own_lags.append(time.monotonic() - due)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the parts of the whole take."""

    galleries: list[ProcessUsage]
    proxy: ProcessUsage
    upstream: ProcessUsage
    visitors: ProcessUsage

    @classmethod
    def of(cls, galleries: Several, upstream: processes.Server) -> "Usage":
        apps = [ProcessUsage(one.process.pid) for one in galleries.processes]
        proxy = ProcessUsage(galleries.front.process.pid)
        return cls(apps, proxy, ProcessUsage(upstream.process.pid), ProcessUsage(os.getpid()))

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU time so far, by part. Of this program, without the browsers, which are its children."""
        galleries = {f"gallery {number}": one.cpu for number, one in enumerate(self.galleries, 1)}
        proxy = sum(one.cpu for one in self.proxy.family)
        return {**galleries, "nginx": proxy, "stub": self.upstream.cpu, "this program": self.visitors.cpu}

    def memory(self) -> list[float]:
        """MiB of each gallery."""
        return [one.memory for one in self.galleries]


def idle() -> float:
    """Seconds of all cores together in which they had nothing to do."""
    return int(Path("/proc/stat").read_text().split()[4]) / os.sysconf("SC_CLK_TCK")


async def come(galleries: Several, page: Page, many: int, staying: AsyncExitStack) -> list[Visitor]:
    """So many visitors open the page, a few at a time, and stay."""
    door = asyncio.Semaphore(8)

    async def one() -> Visitor:
        visitor = await staying.enter_async_context(visitor_of(page, galleries.front))
        async with door:
            await visitor.open()
        await staying.enter_async_context(visitor.staying())
        return visitor

    return await asyncio.gather(*(one() for _ in range(many)))


async def in_a_browser(browser: Browser, url: str) -> BrowserPage:
    """Text generation, open in a browser of a visitor's own."""
    context = await browser.new_context(ignore_https_errors=True)
    page = await context.new_page()
    await visit(page, f"{url}/?task=text-generation")
    return page


async def measure(galleries: Several, usage: Usage, options: argparse.Namespace, report: Report) -> None:
    heard = Heard()
    async with chromium() as browser, AsyncExitStack() as staying:
        page = await galleries.page()
        visitors = await come(galleries, page, options.visitors - BROWSERS, staying)
        homes = Counter([await galleries.home(visitor) for visitor in visitors])
        print(f"{len(visitors) + BROWSERS} visitors are here; of each process: {sorted(homes.values())}", flush=True)
        writing = [await visitor.open_task("text_generation") for visitor in visitors[: options.streams - BROWSERS]]
        # One after the other, and before: to start, a browser takes all of a machine that is the visitors' own.
        browsers = [await in_a_browser(browser, galleries.front.url) for _ in range(BROWSERS)]
        room = Room(heard, time.monotonic() + options.seconds)
        calm = visitors[len(writing) :]
        doing = [
            *(room.writes(tab) for tab in writing),
            *(room.looks_around(visitor) for visitor in calm),
            *(room.uses_a_browser(one) for one in browsers),
            room.listens_to_itself(),
        ]
        began, cpu, idled, others = time.monotonic(), usage.cpu(), idle(), OtherWork()
        sizes = asyncio.create_task(_sizes(usage, options.seconds))
        await asyncio.gather(*doing)
        seconds = time.monotonic() - began
        used = {name: value - cpu[name] for name, value in usage.cpu().items()}
        spare, foreign = (idle() - idled) / seconds, others.cores
        await _report(report, heard, used, seconds, await sizes)
        print(f"cores: {', '.join(f'{name} {value / seconds:.2f}' for name, value in used.items())}; idle {spare:.2f}")
        print(f"others used {foreign:.2f} cores meanwhile{': the figures are too high' if foreign > 0.2 else ''}")


async def _sizes(usage: Usage, seconds: float) -> list[list[float]]:
    """The galleries' memory once visitors have been served for a while, and at the end."""
    await asyncio.sleep(seconds / 2)
    half = usage.memory()
    await asyncio.sleep(seconds / 2)
    return [half, usage.memory()]


async def _report(
    report: Report, heard: Heard, used: dict[str, float], seconds: float, sizes: list[list[float]]
) -> None:
    for what, times in heard.done.items():
        print(f"{what}: {times}")
    report.figure("errors", heard.failures.total(), at_most=0)
    for failure, times in heard.failures.most_common(5):
        print(f"    {times} x {failure}")
    report.figure("updates a second, to visitors without a browser", heard.updates / seconds)
    lags = [lag * 1000 for lag in heard.lags]
    report.figure("last token since it left the stub, median", median(lags), "ms")
    report.figure("last token since it left the stub, p95", p95(lags), "ms", at_most=MOST_LAG)
    report.figure("of it, this program was late by, p95", p95(heard.own_lags) * 1000, "ms")
    galleries = sum(value for name, value in used.items() if name.startswith("gallery"))
    report.figure("CPU time of the galleries per update", galleries / heard.updates * 1000, "ms")
    report.figure("CPU time of nginx per update", used["nginx"] / heard.updates * 1000, "ms")
    for number, (half, end) in enumerate(zip(*sizes, strict=True), 1):
        report.figure(f"memory of gallery {number} at the end", end, "MiB")
        report.figure(f"growth of gallery {number} in the second half", end - half, "MiB", at_most=MOST_GROWTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=300)
    parser.add_argument("--streams", type=int, default=50, help="how many of them let texts be written")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--check", action="store_true", help="exit with status 1 if a figure is above its limit")
    options = parser.parse_args()
    report = Report()
    stub = [sys.executable, str(Path(__file__).with_name("upstream.py"))]
    with (
        TemporaryDirectory(prefix="gallery-room-") as folder,
        processes.server(stub, r"(http\S+)", {}) as upstream,
        several(
            Path(folder), options.processes, "--backend", f"{upstream.url}/steady/{TOKENS}/{A_SECOND}"
        ) as galleries,
    ):
        asyncio.run(measure(galleries, Usage.of(galleries, upstream), options, report))
        logs = "".join(line for one in galleries.processes for line in one.output)
        report.figure("tracebacks in the logs", logs.count("Traceback"), at_most=0)
    report.end(options.check)


if __name__ == "__main__":
    main()
