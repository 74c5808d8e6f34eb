"""A crowd on a real app with the local engine: what it costs, and whether anybody is turned away or thrown out.

    python tests/benchmarks/crowd.py [--visitors 2000] [--at-once 200] [--check]

One visitor stays all the time, with a conversation and streams of text. Then a table with 100,000 columns is sent, and
the page must go on answering. To get figures to keep, run nothing else.
"""

import argparse
import asyncio
import itertools
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.measuring import MeasuredApp, Report, measured_app
from tests.support.regular import Regular
from tests.support.visitors import Door, Failed, Page, pulse, visitors

LIGHT_TASKS = {
    "text_classification": ["What a good day."],
    "token_classification": ["Ada lives in London."],
    "question_answering": ["Who lives in London?", "Ada lives in London."],
    "fill_mask": ["The capital of France is [MASK]."],
    "text_generation": ["Once upon a time"],
    "conversational": ["What can this gallery do?"],
    "translation": ["Good morning."],
}
AT_A_TIME = 20
MOST_GROWTH = 30.0
"""MiB by which the second thousand of visitors may make the app larger."""
LONGEST_STALL = 3.0


async def visit(door: Door, task: str, *, opens_page: bool) -> str:
    """ "" if the visitor was served, or else why not."""
    visitor = door.visitor()
    try:
        if opens_page:
            await visitor.open()
        return "" if await visitor.run(task, *LIGHT_TASKS[task]) else f"{task}: no result"
    except (TimeoutError, Failed, OSError) as error:
        return f"{task}: {type(error).__name__}: {error}"


async def all_at_once(door: Door, many: int) -> list[str]:
    tasks = itertools.islice(itertools.cycle(LIGHT_TASKS), many)
    return await asyncio.gather(*(visit(door, task, opens_page=True) for task in tasks))


async def one_after_another(door: Door, many: int) -> list[str]:
    """A few at a time, each with a new session; every tenth has a browser."""
    tasks = enumerate(itertools.islice(itertools.cycle(LIGHT_TASKS), many))

    async def come() -> list[str]:
        return [await visit(door, task, opens_page=number % 10 == 0) for number, task in tasks]

    return list(itertools.chain(*await asyncio.gather(*(come() for _ in range(AT_A_TIME)))))


def report_failures(report: Report, name: str, outcomes: list[str]) -> None:
    failures = Counter(filter(None, outcomes))
    report.figure(f"{name}: visitors who got no answer, of {len(outcomes)}", failures.total(), at_most=0)
    for failure, times in failures.most_common(5):
        print(f"    {times} x {failure}")


async def newcomers(app: MeasuredApp, door: Door, many: int, report: Report) -> None:
    cpu = app.cpu
    sizes = [app.process.memory]
    async with Regular(door.visitor()).staying() as regular:
        for part in range(2):
            outcomes = await one_after_another(door, many // 2)
            sizes.append(app.process.memory)
            report_failures(report, f"half {part + 1} of the newcomers", outcomes)
            report.figure(f"memory of the app after {(part + 1) * (many // 2)} visitors", sizes[-1], "MiB")
        report.figure("growth in the second half", sizes[2] - sizes[1], "MiB", at_most=MOST_GROWTH)
        report.figure("what the one who stayed has lost", len(regular.lost), at_most=0)
        print(f"    he ran {regular.runs} times: {regular.lost or 'nothing lost'}")
    report.figure("CPU time of app and engine per visitor", (app.cpu - cpu) / many * 1000, "ms")
    report.figure("files", app.files, "MiB")


async def at_once(app: MeasuredApp, door: Door, many: int, report: Report) -> None:
    cpu = app.cpu
    async with pulse(app.url) as seconds:
        report_failures(report, "at once", await all_at_once(door, many))
    report.figure("longest stall meanwhile", max(seconds), "s")
    report.figure("CPU time of app and engine per visitor", (app.cpu - cpu) / many * 1000, "ms")


async def wide_table(app: MeasuredApp, door: Door, report: Report) -> None:
    cpu = app.cpu
    columns = 100_000
    table = {"headers": [f"c{number}" for number in range(columns)], "data": [["1"] * columns]}
    async with pulse(app.url) as seconds:
        with suppress(Failed, OSError):  # to be refused is as good
            await door.visitor().run("table_question_answering", "How many rows?", table)
    report.figure("longest stall under a table of 100,000 columns", max(seconds), "s", at_most=LONGEST_STALL)
    report.figure("CPU time of app and engine for it", app.cpu - cpu, "s")


async def measure(app: MeasuredApp, many: int, many_at_once: int, report: Report) -> None:
    async with visitors(await Page.read(app.url)) as door:
        await all_at_once(door, len(LIGHT_TASKS))  # load the models first
        await at_once(app, door, many_at_once, report)
        await newcomers(app, door, many, report)
        await wide_table(app, door, report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--check", action="store_true", help="exit with status 1 if a figure is above its limit")
    options = parser.parse_args()
    report = Report()
    with measured_app() as app:
        asyncio.run(measure(app, options.visitors, options.at_once, report))
    report.figure("tracebacks in the log", "".join(app.output).count("Traceback"), at_most=0)
    report.end(options.check)


if __name__ == "__main__":
    main()
