"""What callers read of a generation: its events, their end, and how many tokens were counted."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inference_core.engine.contract import Finish, Token
from inference_core.engine.server.completions import CompletionBody, completion, completion_events
from inference_core.engine.server.streaming import chat_completion, chat_events, text_events

USAGE = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
ITEMS: list[Token | Finish] = [Token(1, "a", -0.5), Token(2, "b", None), Finish("stop_sequence", 5, seed=3)]


async def said(events: AsyncIterator[bytes]) -> list[Any]:
    """The JSON of each event, and the text of those that have none."""
    whole = b"".join([event async for event in events]).decode()
    assert whole.endswith("\n\n")
    lines = [event.removeprefix("data:").strip() for event in whole.split("\n\n")[:-1]]
    return [json.loads(line) if line.startswith("{") else line for line in lines]


async def batches(*all_of_them: list[Token | Finish]) -> AsyncIterator[list[Token | Finish]]:
    for batch in all_of_them:
        yield batch


@pytest.mark.parametrize("include_usage", [False, True])
async def test_a_chat_ends_with_its_reason_the_usage_that_was_asked_for_and_done(include_usage: bool) -> None:
    first, *chunks, done = await said(chat_events(batches(ITEMS[:1], ITEMS[1:]), "e", include_usage=include_usage))
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""} and done == "[DONE]"
    if include_usage:
        counted = chunks.pop()
        assert (counted["choices"], counted["usage"]) == ([], USAGE)
    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [{"content": "a"}, {"content": "b"}, {}]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None, None, "stop"]


def test_a_whole_chat_counts_the_same_tokens() -> None:
    answer = chat_completion(ITEMS, "e")
    assert answer["usage"] == USAGE and answer["choices"][0]["message"]["content"] == "ab"


async def test_the_last_token_brings_the_whole_text_and_what_it_took() -> None:
    first, last = await said(text_events(batches(ITEMS[:1], ITEMS[1:]), "e"))
    assert (first["index"], first["token"]["text"], first["generated_text"]) == (1, "a", None)
    assert (last["index"], last["token"]["text"], last["generated_text"]) == (2, "b", "ab")
    details = {"finish_reason": "stop_sequence", "generated_tokens": 2, "seed": 3, "input_length": 5}
    assert last["details"] == details


async def test_a_generation_of_nothing_ends_with_a_token_that_is_no_text() -> None:
    (only,) = await said(text_events(batches([Finish("eos_token", 5)]), "e"))
    assert (only["token"]["text"], only["token"]["special"], only["generated_text"]) == ("", True, "")
    assert (only["details"]["finish_reason"], only["details"]["generated_tokens"]) == ("eos_token", 0)


async def test_completions_come_in_turn_each_after_its_prompt_and_are_counted_together() -> None:
    async def in_turn() -> AsyncIterator[tuple[int, list[Token | Finish]]]:
        for number in range(2):
            yield number, ITEMS

    body = CompletionBody(prompt=["x", "y"], echo=True)
    *chunks, counted, done = await said(completion_events(body, in_turn(), "e", include_usage=True))
    found = [(one["index"], one["text"], one["finish_reason"]) for chunk in chunks for one in chunk["choices"]]
    assert found == [
        (number, text, "stop" if text == "" else None) for number in range(2) for text in ("xy"[number], "a", "b", "")
    ]
    assert counted["choices"] == [] and counted["usage"] == {name: 2 * count for name, count in USAGE.items()}
    assert done == "[DONE]"


def test_whole_completions_are_counted_together() -> None:
    answer = completion(CompletionBody(prompt=["x", "y"]), [ITEMS, ITEMS], "e")
    assert answer["usage"] == {name: 2 * count for name, count in USAGE.items()}
    assert [(one["index"], one["text"], one["finish_reason"]) for one in answer["choices"]] == [
        (number, "ab", "stop") for number in range(2)
    ]
