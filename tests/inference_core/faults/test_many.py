"""Hundreds of calls at once on one client: all are open at the same time, and each gets its own answer."""

import asyncio

import pytest

from inference_core import AsyncInferenceClient, InferenceConnectionError, InferenceTimeoutError
from tests.inference_core.faults.calls import SUMMARY, chunk, facing, line, summary, token, tokens
from tests.support.faults import LAST_CHUNK, STREAM, Caller, ReceivedRequest, Script, as_json, in_chunks

MANY = 500


def together(many: int, answer: str) -> Script:
    """Answer nobody until so many requests have come, and then everybody with their own words."""

    async def script(caller: Caller) -> None:
        while True:
            seen = await caller.request()
            await caller.server.wait_for_requests(many)
            await caller.send(ANSWERS[answer](words_of(seen)))

    return script


def words_of(seen: ReceivedRequest) -> str:
    body = seen.json
    return str(body["inputs"] if "inputs" in body else body["messages"][0]["content"])


def in_tokens(words: str) -> bytes:
    events = [b"data: %b\n\n" % line(token(letter)) for letter in words]
    return STREAM + in_chunks(*events) + LAST_CHUNK


def in_a_chat(words: str) -> bytes:
    events = [b"data: %b\n\n" % line(chunk(letter)) for letter in words]
    return STREAM + in_chunks(*events, b"data: [DONE]\n\n") + LAST_CHUNK


ANSWERS = {
    "summary": lambda words: as_json([{"summary_text": words}]),
    "text": in_tokens,
    "chat": in_a_chat,
}


async def summary_of(client: AsyncInferenceClient, words: str) -> str:
    return (await client.summarization(words)).summary_text


async def text_of(client: AsyncInferenceClient, words: str) -> str:
    return "".join([text async for text in await client.text_generation(words, stream=True)])


async def chat_of(client: AsyncInferenceClient, words: str) -> str:
    messages = [{"role": "user", "content": words}]
    stream = await client.chat_completion(messages, stream=True)
    return "".join([part.choices[0].delta.content or "" async for part in stream])


CALLS = {"summary": summary_of, "text": text_of, "chat": chat_of}


@pytest.mark.parametrize("kind", CALLS)
async def test_five_hundred_calls_are_there_at_once_and_none_is_mixed_up(kind: str) -> None:
    async with facing(together(MANY, kind), timeout=14) as (client, server):
        words = [f"words of {number}" for number in range(MANY)]
        assert await asyncio.gather(*(CALLS[kind](client, own) for own in words)) == words
        assert len(server.requests) == len(server.callers) == server.most_at_once == MANY


async def test_calls_and_streams_of_all_kinds_mix() -> None:
    async def any_kind(caller: Caller) -> None:
        while True:
            seen = await caller.request()
            await caller.server.wait_for_requests(MANY)
            kind = "chat" if "messages" in seen.json else "text" if seen.json.get("stream") else "summary"
            await caller.send(ANSWERS[kind](words_of(seen)))

    async with facing(any_kind, timeout=14) as (client, _):
        kinds = [list(CALLS)[number % 3] for number in range(MANY)]
        words = [f"words of {number}" for number in range(MANY)]
        calls = (CALLS[kind](client, own) for kind, own in zip(kinds, words, strict=True))
        assert await asyncio.gather(*calls) == words


async def test_some_of_many_may_fail_and_the_others_do_not_notice() -> None:
    async def unreliable(caller: Caller) -> None:
        seen = await caller.request()
        await caller.server.wait_for_requests(90)
        number = int(words_of(seen))
        if number % 3 == 0:
            caller.reset()
        elif number % 3 == 1:
            await caller.left.wait()
        else:
            await caller.send(ANSWERS["summary"](words_of(seen)))

    async with facing(unreliable, timeout=3) as (client, server):
        outcomes = await asyncio.gather(
            *(summary_of(client, str(number)) for number in range(90)), return_exceptions=True
        )
        for number, outcome in enumerate(outcomes):
            expected: tuple[type, ...] = (InferenceConnectionError, InferenceTimeoutError, str)
            assert isinstance(outcome, expected[number % 3])
            assert number % 3 < 2 or outcome == str(number)
        assert len(server.requests) == 90


async def test_no_more_connections_are_opened_than_allowed() -> None:
    async def one_by_one(caller: Caller) -> None:
        while True:
            seen = await caller.request()
            await asyncio.sleep(0.01)
            await caller.send(ANSWERS["summary"](words_of(seen)))

    async with facing(one_by_one, max_connections=3) as (client, server):
        words = [str(number) for number in range(30)]
        assert await asyncio.gather(*(summary_of(client, own) for own in words)) == words
        assert server.most_at_once == 3


async def test_a_stream_left_frees_its_place_for_the_next_call() -> None:
    async def first_a_stream(caller: Caller) -> None:
        seen = await caller.request()
        if seen.json.get("stream"):
            await caller.send(STREAM, in_chunks(b"data: %b\n\n" % line(token("a"))))
            await caller.left.wait()
        await caller.send(SUMMARY)

    async with facing(first_a_stream, max_connections=1) as (client, _):
        stream = await client.text_generation("a", stream=True)
        assert await anext(stream) == "a"
        waiting = asyncio.create_task(summary(client))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await stream.aclose()
        assert await waiting == "b"


async def test_waiting_for_a_place_is_part_of_the_time() -> None:
    async def silent(caller: Caller) -> None:
        await caller.left.wait()

    async with facing(silent, max_connections=1, timeout=0.3) as (client, server):
        outcomes = await asyncio.gather(summary(client), summary(client), tokens(client), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [InferenceTimeoutError] * 3
        assert server.most_at_once == 1
