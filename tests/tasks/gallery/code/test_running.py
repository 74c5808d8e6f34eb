"""Every snippet of every example runs, and finds what the client finds."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tasks.registry import Task, all_tasks
from tests.support.processes import Server
from tests.support.snippets import (
    PYTHON,
    Told,
    arguments_of,
    programs,
    run_others,
    run_python,
    says_the_same,
    told,
)


async def wrong(examples: Iterable[tuple[Task, dict[str, Any]]], engine: Server, folder: Path) -> list[str]:
    """The programs that do not find what the client finds, with what they print and what it is told."""
    made = [
        program
        for number, (task, arguments) in enumerate(examples)
        for program in await programs(task, arguments, engine.url, folder / str(number))
    ]
    python = [program for program in made if program.language in PYTHON]
    others = [program for program in made if program.language not in PYTHON]
    printed = await asyncio.gather(run_python(python), run_others(others))
    answered: dict[Path, Told] = {}
    found = []
    for program, text in zip([*python, *others], [*printed[0], *printed[1]], strict=True):
        example = program.folder.parent
        if example not in answered:
            answered[example] = await told(program, engine.url)
        if not says_the_same(program, text, answered[example]):
            found.append(f"{program}:\n{program.source}\n{text[:2000]}\n{answered[example].body[:2000]!r}")
    return found


async def test_the_first_example_of_every_task_runs_in_every_language(engine: Server, tmp_path: Path) -> None:
    first = [(task, arguments_of(task, task.examples[0])) for task in all_tasks()]
    assert not "\n\n".join(await wrong(first, engine, tmp_path))


@pytest.mark.exhaustive
async def test_the_other_examples_do_too(engine: Server, tmp_path: Path) -> None:
    others = [(task, arguments_of(task, example)) for task in all_tasks() for example in task.examples[1:]]
    assert not "\n\n".join(await wrong(others, engine, tmp_path))
