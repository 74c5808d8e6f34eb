"""The examples of every task, through the function behind its Run button, answered by the local engine.

Those of the task are answered, and the one that its recommended model refuses becomes a card.
"""

import base64
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from inference_core.engine.contract import Sample
from tasks.fields import Picture, Sound, Table
from tasks.gallery.backend import url_backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.inputs import example_value
from tasks.gallery.pictures import Pictures
from tasks.gallery.run_handler import run_handler
from tasks.gallery.running import Runner
from tasks.registry import Parameter, Task, all_tasks
from tasks.samples import sample
from tests.support.models import catalogue, recommended
from tests.support.processes import Server

_CARD = re.compile(r"<div class='refusal'><p>(.*?)</p><p class='works'>.*<button")

Given = Mapping[str, Any]
"""Values of a task's inputs and parameters by name, as an example has them."""


async def ended(engine: Server, task: Task, given: Given) -> tuple[str, str]:
    """The last status line of a run in the page, and the last note."""
    backend = url_backend(engine.url, token=None, timeout=60)
    values = [in_the_page(one, given.get(one.name)) for one in (*task.inputs, *task.parameters)]
    values.insert(len(task.inputs), "")  # the model box
    notes, lines = [""], [""]
    try:
        async for _, note, line, *_ in run_handler(Runner(task, backend, Pictures()), guarded_download(backend, 1))(
            *values
        ):
            notes += [note] if isinstance(note, str) else []
            lines.append(line)
    finally:
        await backend.disconnect()
    return lines[-1], notes[-1]


def in_the_page(parameter: Parameter, value: Any) -> Any:
    """A value as the function behind the Run button gets it."""
    match parameter.field, value:
        case _, None:
            return None
        case Picture() | Sound(), Path():
            return str(value)
        case Table(), _:
            return pd.DataFrame(value)
    return example_value(parameter.field, value)


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_every_example_of_a_task_is_answered(engine: Server, task: Task) -> None:
    for example in task.examples:
        given = {one.name: value for one, value in zip(task.user_inputs, example, strict=True)}
        line, _ = await ended(engine, task, given)
        assert "✓ done" in line, (example, line)


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_what_the_recommended_model_refuses_becomes_a_card_with_what_works(
    engine: Server, task: Task, tmp_path: Path
) -> None:
    found = catalogue().find(recommended(task.id), task.id)
    assert found and found[1].refused_example
    line, note = await ended(engine, task, as_given(task, found[1].refused_example, tmp_path))
    card = _CARD.match(note)
    assert card and "class='refused'" in line
    assert unescape(card[1]).endswith((".", "?", "”")) and len(card[1].split()) > 4


def as_given(task: Task, body: Mapping[str, Any], folder: Path) -> Given:
    """A body that a model of the task refuses, by the names of the task's inputs and parameters."""
    if "messages" in body:
        (message,) = body["messages"]
        return {task.user_inputs[0].name: message["content"]}
    inputs = body.get("inputs", body.get("table"))
    by_name = inputs if isinstance(inputs, Mapping) and "inputs" in body else {task.user_inputs[0].name: inputs}
    if by_name.keys() - {one.name for one in task.inputs}:  # the Hub calls them otherwise
        by_name = dict(zip((one.name for one in task.user_inputs), by_name.values(), strict=True))
    given = {**by_name, **body.get("parameters", {})}
    files = [one.name for one in task.inputs if isinstance(one.field, Picture | Sound)]
    return {**given, **{name: as_file(given[name], folder) for name in files}}


def as_file(content: Any, folder: Path) -> Path:
    if isinstance(content, Sample):
        return sample(content.name)
    file = folder / "file"
    file.write_bytes(base64.b64decode(content))
    return file
