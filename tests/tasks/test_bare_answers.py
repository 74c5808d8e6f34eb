"""A task shows what a server answers, also if it answers with the least that is an answer."""

import json
from typing import Any

import pytest

from inference_core import AsyncInferenceClient, InvalidAnswerError
from tasks.gallery.outputs import component_value, display, note_of
from tasks.registry import all_tasks
from tests.support.answers import event, says, streams
from tests.support.deviations import GoodAnswer, without
from tests.support.good_answers import OF_STREAMS, OF_TASKS
from tests.support.upstream import serving

TASKS = {task.id: task for task in all_tasks()}
BARE = [
    good for good in OF_TASKS if good.name.partition(",")[0] in TASKS and not TASKS[good.name.partition(",")[0]].streams
]
STREAMED = {"text-generation": "token", "conversational": "chunk"}


def bare(good: GoodAnswer) -> Any:
    """The good answer's body without its side fields."""
    body = good.body
    while left := [place for place in good.side_places(body) if place[-1] != "unknown"]:
        body = without(body, left[0])
    return body


async def shown(task_id: str, answer: Any) -> Any:
    """The component's value and the note, after the first example of the task was answered so."""
    task = TASKS[task_id]
    async with serving(answer) as upstream, AsyncInferenceClient(upstream.url) as client:
        if task.streams:
            before = [[]] * (len(task.inputs) - len(task.examples[0]))
            view = [view async for view in task.run(client, *task.examples[0], *before)][-1]
        else:
            view = await task.run(client, *task.examples[0])
    value = component_value(view)
    display(type(view)).postprocess(value)
    return value, note_of(view)


@pytest.mark.parametrize("good", BARE, ids=lambda good: good.name)
async def test_an_answer_without_side_fields_is_shown(good: GoodAnswer) -> None:
    body = bare(good)
    if good.name.startswith("tabular"):
        body = body[:1] * len(next(iter(TASKS[good.name].examples[0][0].values())))
    if good.name == "sentence-similarity":
        body = body[:1] * len(TASKS[good.name].examples[0][1])
    value, note = await shown(good.name.partition(",")[0], says(json.dumps(body).encode()))
    assert value
    assert "None" not in note


@pytest.mark.parametrize(
    ("task_id", "body"),
    [
        *[("feature-extraction", body) for body in (b"[]", b"[[]]", b"[[[]]]")],
        *[("sentence-similarity", body) for body in (b"[]", b"[[1]]", b"[1, 2, 3, 4]")],
        *[(task_id, b"[1]") for task_id in ("tabular-classification", "tabular-regression")],
    ],
)
async def test_an_answer_of_another_length_is_refused_in_a_sentence(task_id: str, body: bytes) -> None:
    with pytest.raises(InvalidAnswerError, match="The server"):
        await shown(task_id, says(body))


@pytest.mark.parametrize("task_id", STREAMED)
async def test_events_without_side_fields_are_shown(task_id: str) -> None:
    (good,) = [good for good in OF_STREAMS if good.name == STREAMED[task_id]]
    value, _ = await shown(task_id, streams(event(bare(good)), b"data: [DONE]\n\n"))
    assert (" a" if task_id == "text-generation" else "Hi") in str(value)
