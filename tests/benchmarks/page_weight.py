"""What the page weighs: for a browser that opens it, for the app that serves it, and for a room that comes at once.

    python tests/benchmarks/page_weight.py [--beside REVISION] [--check]

Everything in one run of some minutes: a real app, an app with one textbox that takes turns with it, and with `--beside`
the app of another revision, in a temporary worktree that is removed in the end. To get figures to keep, run nothing
else. Each part says how much of the machine others used meanwhile; only memory and sizes do not mind.
"""

import argparse
import asyncio
import gzip
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks import measuring
from tests.benchmarks.measuring import Figures, MeasuredApp, OtherWork, Report, Shares, measured_app
from tests.benchmarks.newcomers import Served, cost_of_newcomers, lags, lags_without_app, rush
from tests.benchmarks.opening import TEXT, Visits, chromium, in_pairs, opening_tasks
from tests.support import processes
from tests.support.visitors import Page, visitors

PAIRS = 15
FIRST_TASK = "text-generation"
OPENED_TASKS = ("fill-mask", "question-answering", "summarization", "table-question-answering", "translation")
ROUNDS_OF_OPENING = 4
WARM_UP, NEWCOMERS, AT_ONCE = 60, 240, 200
READERS, TOKENS, TOKENS_A_SECOND, ROUNDS_OF_STREAMS = 30, 1000, 200, 3
QUIET = 0.2
"""Cores that others may use without a warning."""
MOST_OF_THE_RIG = 0.01
"""Seconds that a token may take from the upstream to this program without an app between."""


@contextmanager
def part(title: str) -> Iterator[None]:
    """Says what is measured, and how much of the machine others have used meanwhile.

    A browser has to stay open until then: the time of its processes would be taken for that of others.
    """
    print(f"\n{title}", flush=True)
    others = OtherWork()
    yield
    cores = others.cores
    warning = ": times and CPU times are too high, ratios uncertain" if cores > QUIET else ""
    print(f"    (others used {cores:.1f} cores meanwhile{warning})", flush=True)


def p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def gzipped(body: bytes) -> float:
    """kB that travel."""
    return len(gzip.compress(body, compresslevel=6)) / 1000


def sizes(app: MeasuredApp, page: Page, report: Report) -> None:
    with httpx.Client(base_url=app.url) as http:
        report.figure("config, gzipped", gzipped(http.get("/config").content), "kB", at_most=15)
        report.figure("the page itself, gzipped; the config is in it again", gzipped(http.get("/").content), "kB")
        for path in page.files:
            report.figure(f"{path.partition('?')[0]}, gzipped", gzipped(http.get(f"/{path}").content), "kB")


async def newcomers(app: MeasuredApp, page: Page, report: Report) -> None:
    async with visitors(page) as door:
        opened, task = await cost_of_newcomers(app, door, WARM_UP, NEWCOMERS)
    both = opened + task
    report.figure("memory, page alone", opened.kilobytes, "kB")
    report.figure("memory, page and one task", both.kilobytes, "kB", at_most=300)
    report.figure("CPU time, page alone", opened.milliseconds, "ms", at_most=20)
    report.figure("CPU time, page and one task", both.milliseconds, "ms", at_most=20)


async def first_run(app: MeasuredApp, small: MeasuredApp, report: Report) -> None:
    ours, theirs = Visits(app, "?task=text-classification"), Visits(small)
    async with chromium(as_visitors_have=True) as browser:
        with part(f"First usable Run, {PAIRS} cold pairs in Chromium"):
            await in_pairs(browser, ours, theirs, PAIRS)
    report.figure("the gallery, median", ours.median, "s")
    report.figure("one textbox, median", theirs.median, "s")
    report.figure("ratio of the medians", ours.median / theirs.median, at_most=1.5)
    pairs = Figures([one / other for one, other in zip(ours.seconds, theirs.seconds, strict=True)])
    print("half of the pairs have a ratio from {:.2f} to {:.2f}".format(*pairs.middle_half))
    report.figure("clicks on Run that did nothing", ours.lost + theirs.lost, at_most=0)
    report.figure("CPU time of the app for such a visit with a run", ours.milliseconds_of_the_app, "ms")
    report.figure("the same of the app with one textbox", theirs.milliseconds_of_the_app, "ms")


async def first_opening(app: MeasuredApp, before: MeasuredApp, beside: str, report: Report) -> None:
    seconds: dict[str, list[float]] = {app.url: [], before.url: []}
    async with chromium(as_visitors_have=True) as browser:
        with part(f"Opening a task for the first time, in Chromium, beside {beside}"):
            for number in range(ROUNDS_OF_OPENING + 1):
                for url in list(seconds) if number % 2 else reversed(seconds):
                    measured = await opening_tasks(browser, url, FIRST_TASK, OPENED_TASKS)
                    seconds[url] += measured if number else []  # the first round warms up
    now, then = (median(seconds[one.url]) for one in (app, before))
    report.figure("now, median", now, "s")
    report.figure("before, median", then, "s")
    report.figure("ratio of the medians", now / then, at_most=2)


async def at_once(page: Page, report: Report) -> None:
    async with visitors(page) as door:
        await rush(door, "text_classification", [TEXT], 1, in_a_tab=True)  # loads the model
        in_tabs = await rush(door, "text_classification", [TEXT], AT_ONCE, in_a_tab=True)
        by_endpoint = await rush(door, "text_classification", [TEXT], AT_ONCE, in_a_tab=False)
    _report_rush(report, "page, task and Run", in_tabs, at_most=6)
    _report_rush(report, "page and endpoint", by_endpoint)


def _report_rush(report: Report, name: str, served: list[Served], at_most: float | None = None) -> None:
    failures = Counter(one.failure for one in served if one.failure)
    report.figure(f"{name}: p95 until the answer", p95([one.seconds for one in served]), "s", at_most)
    report.figure(f"{name}: visitors without an answer", failures.total(), at_most=0)
    for failure, times in failures.most_common(3):
        print(f"    {times} x {failure}")


async def streams(app: MeasuredApp, upstream: processes.Server, report: Report) -> None:
    url = f"{upstream.url}/steady/{TOKENS}/{TOKENS_A_SECOND}"
    bare = await lags_without_app(url, READERS)
    async with visitors(await Page.read(app.url)) as door:
        await lags(door, 1, 0, 1)  # opens the app's connections
        shares = Shares({"app": app.process.pid, "upstream": upstream.process.pid, "visitors": os.getpid()})
        in_turn = await lags(door, READERS, 1, ROUNDS_OF_STREAMS)
        print(f"    cores used: {shares}")
        in_one_instant = await lags(door, READERS, 0, ROUNDS_OF_STREAMS)
    report.figure("p95 without the app, read from the upstream itself", p95(bare) * 1000, "ms")
    if p95(bare) > MOST_OF_THE_RIG:
        print("    The machine is too busy: what follows says more about it than about the app.")
    report.figure("begun within a second, median", median(in_turn) * 1000, "ms")
    report.figure("begun within a second, p95", p95(in_turn) * 1000, "ms", at_most=60)
    report.figure("begun and ended in the same instant, p95", p95(in_one_instant) * 1000, "ms")


@contextmanager
def revision(name: str) -> Iterator[Path]:
    """Another revision of this checkout, in a worktree for as long as it is needed."""
    with TemporaryDirectory(prefix="gallery-before-") as folder:
        git = ["git", "-C", str(processes.ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", folder, name], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run([*git, "remove", "--force", folder], check=True)


def measure_page(report: Report, beside: str | None) -> None:
    with measured_app() as app:
        page = asyncio.run(Page.read(app.url))
        with part(f"A new visitor, over HTTP, one of {NEWCOMERS}; files of Gradio's own not included"):
            asyncio.run(newcomers(app, page, report))
        with part("What the page loads, besides files of Gradio's own"):
            sizes(app, page, report)
        with measuring.one_textbox() as small:
            asyncio.run(first_run(app, small, report))
        if beside is None:
            print("\nOpening a task for the first time: not measured without --beside")
        else:
            with revision(beside) as checkout, measured_app(checkout=checkout, PYTHONPATH=str(checkout)) as before:
                asyncio.run(first_opening(app, before, beside, report))
        with part(f"{AT_ONCE} visitors in the same instant"):
            asyncio.run(at_once(page, report))


def measure_streams(report: Report) -> None:
    command = [sys.executable, str(Path(__file__).with_name("upstream.py"))]
    with (
        processes.server(command, r"(http\S+)", {}) as upstream,
        measured_app("--backend", f"{upstream.url}/steady/{TOKENS}/{TOKENS_A_SECOND}") as app,
        part(f"{READERS} visitors x {TOKENS_A_SECOND} tokens/s: the last token since it left the upstream"),
    ):
        asyncio.run(streams(app, upstream, report))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", metavar="REVISION", help="compare the opening of tasks with this revision")
    parser.add_argument("--check", action="store_true", help="exit with status 1 if a figure is above its limit")
    options = parser.parse_args()
    report = Report()
    measure_page(report, options.beside)
    measure_streams(report)
    report.end(options.check)


if __name__ == "__main__":
    main()
