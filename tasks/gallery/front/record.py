"""`python -m tasks.gallery.front.record` runs the first example of every task and writes the file of results.

The local engine answers, so it takes a minute and asks nobody else. Commit what it changes.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from inference_core import Exchange
from inference_core.settings.description import EngineSettings
from tasks.gallery.backend import Backend, local_backend
from tasks.gallery.front.entries import entry
from tasks.gallery.front.offers import levels_of
from tasks.gallery.front.results import FOLDER, Result, write_results
from tasks.registry import Task, all_tasks
from tasks.views import View

_RUNS = 4
"""The first run loads the model, and any may be delayed by what else the machine does."""


async def record(tasks: Iterable[Task], backend: Backend, pictures: Path, *, runs: int = _RUNS) -> dict[str, Result]:
    """An entry for every task, from the quickest run of its first example. The pictures are written into a folder."""
    levels = await levels_of(await backend.client())
    return {task.id: await _entry(task, backend, pictures, levels, runs) for task in tasks}


async def _entry(task: Task, backend: Backend, pictures: Path, levels: Mapping[str, str | None], runs: int) -> Result:
    given = {one.name: value for one, value in zip(task.user_inputs, task.examples[0], strict=True)}
    made = [await _timed_run(task, backend, given) for _ in range(runs)]
    view, exchange, seconds = min(made, key=lambda run: run[2])
    result, small = entry(task, view, exchange, seconds, levels)
    if small:
        (pictures / f"{task.id}.webp").write_bytes(small)
    return result


async def _timed_run(task: Task, backend: Backend, given: Mapping[str, Any]) -> tuple[View, Exchange, float]:
    exchanges: list[Exchange] = []
    client = await backend.client(observer=exchanges.append)
    arguments = {one.name: given.get(one.name, []) for one in task.inputs}  # what goes before is nothing yet
    started = time.monotonic()
    if task.streams:
        views = [view async for view in task.run(client, **arguments)]
        view = views[-1]
    else:
        view = await task.run(client, **arguments)
    return view, exchanges[-1], time.monotonic() - started


async def _write(backend: Backend) -> None:
    pictures = FOLDER / "pictures"
    pictures.mkdir(exist_ok=True)
    for old in pictures.glob("*.webp"):
        old.unlink()
    try:
        write_results(await record(all_tasks(), backend, pictures))
    finally:
        await backend.disconnect()


def main() -> None:
    backend = local_backend(EngineSettings())
    try:
        asyncio.run(_write(backend))
    finally:
        backend.close()


if __name__ == "__main__":
    main()
