"""The list of a tour: a TOML file with a task, its inputs and a line for each step, checked when it is read."""

import json
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from inference_core import words
from inference_core.urls import is_url
from tasks.fields import Choice, Field, Lines, Number, Picture, Sound, Switch, Table, Words
from tasks.gallery.inputs import choices, example_value
from tasks.registry import Parameter, Task

DEFAULT = Path(__file__).with_name("default.toml")

Text = str | dict[str, str]
"""A text for all languages, or one for each by its code."""


class UnusableTour(ValueError):
    """The file cannot be shown; the message says why."""


class Step(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A step as the file has it.

    `example` counts from 1; `inputs` are values of the task's inputs and parameters by name, on top of the example's.
    `line` is what the room reads, `say` what only the speaker sees, `seconds` how long the step is to take.
    """

    task: str
    example: int | None = None
    inputs: dict[str, Any] = {}
    model: str = ""
    line: Text = ""
    say: Text = ""
    seconds: float = 0.0


class _File(msgspec.Struct, forbid_unknown_fields=True):
    step: list[Step]


def read_tour(file: Path, tasks: Sequence[Task]) -> list[Step]:
    """The steps of the file. Raises UnusableTour if there are none, or one of them cannot be shown."""
    try:
        steps = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).step
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnusableTour(f"{file} is no tour: {error}") from None
    known = {task.id: task for task in tasks}
    if not steps:
        raise UnusableTour(f"{file} is no tour: it has no step.")
    for number, step in enumerate(steps, 1):
        if problem := _problem(step, known.get(step.task)):
            raise UnusableTour(f"{file}, step {number}: {problem}")
    return steps


def tour_of(file: str, tasks: Sequence[Task]) -> list[Step]:
    """The steps of the operator's file, of the one that comes along if `file` is ""; else ends the process."""
    try:
        return read_tour(Path(file) if file else DEFAULT, tasks)
    except UnusableTour as error:
        sys.exit(f"app.py: {error}")


def filled_in(step: Step, task: Task) -> dict[str, str]:
    """What a link has behind the # that fills the task in as the step says, by name."""
    fields = {one.name: one.field for one in (*task.user_inputs, *task.parameters)}
    said = {name: _written(fields[name], value) for name, value in step.inputs.items()}
    if step.model:
        said["model"] = step.model
    if step.example is not None:
        said["example"] = str(step.example - 1)
        given = zip(task.user_inputs, task.examples[step.example - 1], strict=True)
        said = {one.name: _written(one.field, value) for one, value in given if not isinstance(value, Path)} | said
    return said


def in_language(text: Text) -> str:
    """The text in the present language, or else in any."""
    if isinstance(text, str):
        return text
    return text.get(words.language()) or next(iter(text.values()), "")


def _problem(step: Step, task: Task | None) -> str:
    if task is None:
        return f"there is no task {step.task}."
    if step.example is not None and not 1 <= step.example <= len(task.examples):
        return f"{step.task} has the examples 1 to {len(task.examples)}, not {step.example}."
    fields: Mapping[str, Parameter] = {one.name: one for one in (*task.user_inputs, *task.parameters)}
    if unknown := step.inputs.keys() - fields:
        return f"{step.task} has no input {', '.join(sorted(unknown))}; it has {', '.join(fields)}."
    if step.example is None and not step.inputs:
        return "it needs an example or inputs."
    if not 0 <= step.seconds < math.inf:
        return "its seconds are no time."
    wrong = [name for name, value in step.inputs.items() if not _fits(fields[name], value)]
    return f"{', '.join(wrong)}: this is no value for it." if wrong else ""


def _fits(parameter: Parameter, value: Any) -> bool:
    """Whether the field takes a value of this kind."""
    match parameter.field:
        case Table():
            columns: list[Any] = list(value.values()) if isinstance(value, dict) else []
            return all(map(_are_texts, columns)) and len({len(column) for column in columns}) == 1
        case Lines() | Words():
            return _are_texts(value)
        case Number():
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case Switch():
            return isinstance(value, bool)
        case Choice():
            return value in choices(parameter)
        case Picture() | Sound():
            return isinstance(value, str) and is_url(value)
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _written(field: Field, value: Any) -> str:
    """The value as links have it; see links.js."""
    match field:
        case Table() | Number() | Switch():
            return json.dumps(example_value(field, value))
        case Lines() | Words():
            return str(example_value(field, value))
    return str(value)
