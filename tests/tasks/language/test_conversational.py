"""What a model thought is apart from its answer, and what it is told to be comes first."""

import pytest

from inference_core import AsyncInferenceClient
from tasks.language.conversational import conversational
from tests.support import upstream
from tests.support.answers import event, json_of, streams
from tests.support.upstream import Answer

HELLO = {"role": "user", "content": "Hello"}


def writes(*deltas: dict[str, str]) -> Answer:
    return streams(*(event({"choices": [{"index": 0, "delta": delta}]}) for delta in deltas), b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("deltas", "answer"),
    [
        ([{"content": "Hi <think>"}], {"content": "Hi <think>"}),
        ([{"reasoning": "Hm"}, {"reasoning": "m"}, {"content": "Hi"}], {"content": "Hi", "reasoning": "Hmm"}),
        ([{"reasoning_content": "Hm"}, {"content": "Hi"}], {"content": "Hi", "reasoning": "Hm"}),
        (
            [{"content": "\n<think>\nHm"}, {"content": "\n</thi"}, {"content": "nk>\n\nHi"}],
            {"content": "Hi", "reasoning": "Hm"},
        ),
        ([{"content": "<think>Hm"}], {"content": "", "reasoning": "Hm"}),
        ([{"content": "<think>\n\n</think>\n\nHi"}], {"content": "Hi"}),
    ],
)
async def test_thoughts_are_apart(deltas: list[dict[str, str]], answer: dict[str, str]) -> None:
    async with upstream.serving(writes(*deltas)) as model, AsyncInferenceClient(model.url) as client:
        views = [view async for view in conversational.run(client, "Hello", [])]
    assert views[0].messages == [HELLO]
    assert views[-1].messages == [HELLO, {"role": "assistant", **answer}]


async def test_the_system_prompt_is_sent_first_and_is_no_part_of_the_conversation() -> None:
    before = [{"role": "system", "content": "Old"}, HELLO, {"role": "assistant", "content": "Hi"}]
    async with upstream.serving(writes({"content": "Arr"})) as model, AsyncInferenceClient(model.url) as client:
        views = [view async for view in conversational.run(client, "Who?", before, system="New")]
        sent = json_of(model)["messages"]
    who = {"role": "user", "content": "Who?"}
    assert sent == [{"role": "system", "content": "New"}, *before[1:], who]
    assert views[-1].messages == [*before, who, {"role": "assistant", "content": "Arr"}]
