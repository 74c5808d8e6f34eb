"""Minutes of mixed use of a real app with the local engine: every call by a visitor with a session of his own.

    python tests/benchmarks/mixed_use.py [--minutes 10] [--check]

All examples of all tasks with all their models in turn, with pictures that nobody sent before. Some uploads break off,
some visitors leave in the middle of an answer, and some payloads are none that a task takes. After the first two
minutes neither the memory of app, engine and models nor the temporary folder may grow. The log must hold no traceback,
and nothing of what was sent.
"""

import argparse
import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[2]))

from inference_core.engine.catalog import Catalogue, builtin_models
from tasks.fields import Picture, Text
from tasks.gallery.inputs import example_value
from tasks.registry import Task, all_tasks
from tests.benchmarks.measuring import MeasuredApp, Report, measured_app
from tests.support.visitors import Door, Failed, Page, Visitor, visitors

MARK = "Xyloquartz"
"""Stands in every file's name, and in the texts of the tasks that take any text."""

ANY_TEXT = {
    *("text_to_speech", "conversational", "question_answering", "sentence_similarity", "summarization"),
    *("text_classification", "text_generation", "token_classification", "zero_shot_classification"),
}

AT_A_TIME = 3
STORAGE = 64
"""MiB: above what is sent in two minutes, whose files are spared, and far below what is sent in ten."""

WARM_UP = 0.2
"""Of the time: two minutes of ten."""

MOST_GROWTH = {"app": 30.0, "engine and models": 60.0, "files": 1.0 * STORAGE}
"""MiB."""

MODELS = Catalogue(builtin_models()).by_task()

REFUSED = "refused"
"""The outcome where a second model says that it cannot answer this: the examples are for the recommended one."""


def calls(folder: Path) -> Iterator[tuple[Task, list[Any]]]:
    """For ever: a task, and an example in which texts and files are new, with the id of a model."""
    for number in itertools.count():
        for task in all_tasks():
            example = dict(zip(task.user_inputs, task.examples[number % len(task.examples)], strict=True))
            for model in MODELS[task.id]:
                inputs = [_new(task, one.field, example.get(one), folder, number) for one in task.inputs]
                yield task, [*inputs, model.id]


def _new(task: Task, field: Any, value: Any, folder: Path, number: int) -> Any:
    if isinstance(value, Path):
        copy = folder / f"{MARK}{number}{value.suffix}"
        new = f"{number}{time.time()}".encode() if isinstance(field, Picture) else b""
        copy.write_bytes(value.read_bytes() + new)
        return copy
    if isinstance(field, Text) and task.api_name in ANY_TEXT:
        return f"{value} {MARK}."
    return example_value(field, value)


async def call(visitor: Visitor, task: Task, values: list[Any]) -> str:
    """ "" if there was an answer, else REFUSED or what went wrong."""
    try:
        sent = [await visitor.upload(value) if isinstance(value, Path) else value for value in values]
        await visitor.run(task.api_name, *sent)
    except (TimeoutError, Failed, OSError, aiohttp.ClientError) as error:
        model = values[-1]
        if str(error).startswith("This model ") and model != MODELS[task.id][0].id:
            return REFUSED
        return f"{task.api_name} by {model}: {error or type(error).__name__}"
    return ""


async def leave(visitor: Visitor) -> None:
    """Go as soon as the answer begins."""
    async for message in visitor.messages("text_generation", f"Once upon a {MARK}"):
        if message["msg"] == "process_generating":
            return


async def break_off(door: Door) -> None:
    """An upload of which half comes."""

    head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{MARK}"\r\n\r\n'

    async def half() -> AsyncIterator[bytes]:
        yield head.encode() + b"." * 50_000
        await asyncio.sleep(0.2)
        raise ConnectionAbortedError

    with suppress(aiohttp.ClientError, OSError):
        await door.http.post(
            f"{door.page.url}/gradio_api/upload",
            data=half(),
            headers={"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100000"},
        )


async def send_nonsense(visitor: Visitor) -> None:
    for task, value in (
        ("object_detection", {"path": MARK}),
        ("table_question_answering", MARK),
        ("fill_mask", [MARK]),
    ):
        with suppress(Failed):
            await visitor.run(task, value, {MARK: MARK})


async def use(app: MeasuredApp, seconds: float, outcomes: list[str]) -> list[dict[str, float]]:
    """Samples of memory and files meanwhile."""
    samples: list[dict[str, float]] = []
    end = time.monotonic() + seconds
    with TemporaryDirectory() as folder:
        async with visitors(await Page.read(app.url)) as door:
            coming = calls(Path(folder))

            async def come(number: int) -> None:
                for turn in itertools.count(number):
                    if time.monotonic() > end:
                        return
                    outcomes.append(await call(door.visitor(), *next(coming)))
                    if turn % 20 == 0:
                        await leave(door.visitor())
                        await break_off(door)
                        await send_nonsense(door.visitor())

            users = [asyncio.create_task(come(number)) for number in range(AT_A_TIME)]
            while not all(user.done() for user in users):
                models = sum(one.memory for one in app.engine.family)
                samples.append({"app": app.process.memory, "engine and models": models, "files": app.files})
                await asyncio.wait(users, timeout=max(1.0, seconds / 100))
            await asyncio.gather(*users)
    return samples


def report_samples(report: Report, samples: list[dict[str, float]]) -> None:
    warm = samples[int(len(samples) * WARM_UP) :]
    tenth = max(1, len(warm) // 8)
    for name, most in MOST_GROWTH.items():
        first, last = (median(one[name] for one in part) for part in (warm[:tenth], warm[-tenth:]))
        report.figure(f"{name}: after the warm-up", first, "MiB")
        report.figure(f"{name}: at the end", last, "MiB")
        report.figure(f"{name}: growth after the warm-up", last - first, "MiB", at_most=most)


def report_log(report: Report, log: str) -> None:
    report.figure("tracebacks in the log", log.count("Traceback"), at_most=0)
    report.figure("words of visitors in the log", log.count(MARK), at_most=0)
    report.figure("lines of the log", log.count("\n"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--check", action="store_true", help="exit with status 1 if a figure is above its limit")
    options = parser.parse_args()
    report, outcomes = Report(), list[str]()
    with measured_app(GALLERY_STORAGE=str(STORAGE)) as app:
        samples = asyncio.run(use(app, options.minutes * 60, outcomes))
        report.figure("CPU time of app, engine and models per call", app.cpu / len(outcomes) * 1000, "ms")
        report_samples(report, samples)
    failures = Counter(filter(None, outcomes))
    report.figure("calls", len(outcomes))
    report.figure("calls that a second model refused", failures.pop(REFUSED, 0))
    report.figure("calls without an answer", failures.total(), at_most=0)
    for failure, times in failures.most_common(5):
        print(f"    {times} x {failure}")
    report_log(report, "".join(app.output))
    report.end(options.check)


if __name__ == "__main__":
    main()
