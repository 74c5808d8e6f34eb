"""The tasks for tests that take seconds for each: half of them have every kind of field and result."""

from collections.abc import Iterator

import pytest

from tasks.registry import Task, all_tasks


def _kinds(task: Task) -> set[object]:
    """What the task consists of: its kinds of input, of parameter and of result."""
    inputs = {(type(one.field), getattr(one.field, "pages", False)) for one in task.inputs}
    return {task.view, *inputs, *(("parameter", type(one.field)) for one in task.parameters)}


def _telling(tasks: list[Task]) -> Iterator[Task]:
    """Few tasks that have between them whatever the tasks have: always the next one of which most is new."""
    missing = set[object]().union(*map(_kinds, tasks))
    while missing:
        task = max(tasks, key=lambda one: len(_kinds(one) & missing))
        missing -= _kinds(task)
        yield task


TELLING = frozenset(task.id for task in _telling(list(all_tasks())))
"""The ids of tasks that have between them every kind of input, parameter and result: half of all."""

EVERY_TASK = [
    pytest.param(task, id=task.id, marks=[] if task.id in TELLING else [pytest.mark.exhaustive]) for task in all_tasks()
]
