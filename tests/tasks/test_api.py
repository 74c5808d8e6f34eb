"""The API of the app: every task by its name, through Gradio's own client, and nothing else."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tasks.gallery.inputs import example_value
from tasks.registry import Task, all_tasks
from tasks.views import (
    BeforeAfter,
    GeneratedPicture,
    GeneratedSound,
    Grid,
    LabelScores,
    Messages,
    PlainText,
    Regions,
    Spans,
)
from tests.support.processes import Server


@pytest.fixture(scope="module")
def client(app: Server) -> Iterator[Client]:
    client = Client(app.url, verbose=False)
    yield client
    client.close()


def is_file(path: str) -> bool:
    return Path(path).stat().st_size > 1000


KINDS: dict[type, Callable[[Any], object]] = {
    PlainText: lambda text: len(text) > 3,
    LabelScores: lambda shown: shown["confidences"][0]["confidence"] > 0,
    Spans: lambda pieces: any(piece["token"] and piece["class_or_confidence"] for piece in pieces),
    Messages: lambda messages: [one["role"] for one in messages] == ["user", "assistant"],
    Grid: lambda grid: grid["headers"] and grid["data"] and grid["metadata"]["styling"],
    Regions: lambda shown: (
        is_file(shown["image"]) and all(is_file(one["image"]) and one["label"] for one in shown["annotations"])
    ),
    GeneratedPicture: is_file,
    BeforeAfter: lambda pair: len(pair) == 2 and all(map(is_file, pair)),
    GeneratedSound: is_file,
}


def first_example(task: Task) -> dict[str, Any]:
    pairs = zip(task.user_inputs, task.examples[0], strict=True)
    return {
        one.name: handle_file(value) if isinstance(value, Path) else example_value(one.field, value)
        for one, value in pairs
    }


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
def test_a_task_is_called_with_its_inputs_alone(client: Client, task: Task) -> None:
    result, note, status, wire = client.predict(**first_example(task), api_name=f"/{task.api_name}")
    assert KINDS[task.view](result)
    assert isinstance(note, str)
    assert status.startswith("<span>✓ done</span>")
    assert wire["response"]["status"] == 200


def test_a_stream_arrives_in_parts(client: Client) -> None:
    job = client.submit("I would like to", max_new_tokens=100, api_name="/text_generation")
    text, *_ = job.result()
    assert text.startswith("I would like to ")
    assert len(job.outputs()) >= 2


def test_an_error_is_one_sentence(client: Client) -> None:
    with pytest.raises(AppError, match=r"^max_new_tokens must be a whole number from 1 to 2048: change it"):
        client.predict("Once", max_new_tokens=0, api_name="/text_generation")


def test_nothing_but_the_tasks_is_public(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert set(api["named_endpoints"]) == {f"/{task.api_name}" for task in all_tasks()}
    assert api["unnamed_endpoints"] == {}
    assert {endpoint.api_name for endpoint in client.endpoints.values() if endpoint.api_visibility != "private"} == {
        f"/{task.api_name}" for task in all_tasks()
    }
