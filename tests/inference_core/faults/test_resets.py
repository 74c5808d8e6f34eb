"""Connections that break, at every point of an answer: reported at once, and the request is never sent again."""

import asyncio
from collections.abc import Callable

import pytest

from inference_core import AsyncInferenceClient, InferenceConnectionError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    ONE_OF_EACH,
    STREAMS,
    SUMMARY,
    WHOLE_CALLS,
    Call,
    facing,
    failure,
    read_until_error,
    summary,
    tokens,
)
from tests.support.answers import chat_event, token_event
from tests.support.faults import STREAM, Caller, Script, head, in_chunks, says, then_resets, whole

UNFINISHED = [
    whole(b'[{"summary_text": "b"}]')[:-3],
    head(content_length=1000) + b'[{"summary_text": "b"}]',
    head(transfer_encoding="chunked") + in_chunks(b'[{"summary_text": "b"}]'),
    head(transfer_encoding="chunked") + b"ff\r\n" + b'[{"summary_text": "b"}]',
    head(transfer_encoding="chunked"),
    head(content_length=23),
]
UNFINISHED_IDS = ["cut", "a length too large", "no last chunk", "half a chunk", "no chunk", "no body"]
UNFINISHED_HEADS = [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"]


# How the connection ends once the server has sent its part: by a reset or properly closed.
BOTH_ENDS = pytest.mark.parametrize("ends", [then_resets, says], ids=["reset", "closed"])
Ends = Callable[[bytes], Script]


@BOTH_ENDS
@ALL_CALLS
@pytest.mark.parametrize("beginning", UNFINISHED_HEADS, ids=["nothing", "half a line", "a line", "half a head"])
async def test_a_connection_that_ends_before_the_answer_is_broken(call: Call, beginning: bytes, ends: Ends) -> None:
    async with facing(ends(beginning)) as (client, server):
        assert "broke" in await failure(call(client), InferenceConnectionError)
        await server.all_left()
        assert len(server.requests) == len(server.callers) == 1


@BOTH_ENDS
@WHOLE_CALLS
@pytest.mark.parametrize("beginning", UNFINISHED, ids=UNFINISHED_IDS)
async def test_a_connection_that_ends_within_the_answer_is_broken(call: Call, beginning: bytes, ends: Ends) -> None:
    async with facing(ends(beginning)) as (client, server):
        assert "broke" in await failure(call(client), InferenceConnectionError)
        await server.all_left()
        assert len(server.requests) == len(server.callers) == 1


@BOTH_ENDS
@STREAMS
@pytest.mark.parametrize("beginning", UNFINISHED, ids=UNFINISHED_IDS)
async def test_a_stream_answered_whole_but_unfinished_is_broken(call: Call, beginning: bytes, ends: Ends) -> None:
    async with facing(ends(beginning)) as (client, server):
        await failure(call(client), InferenceConnectionError)
        assert len(server.requests) == 1


@BOTH_ENDS
@STREAMS
@pytest.mark.parametrize(
    "beginning",
    [
        STREAM,
        STREAM + in_chunks(b"data: {"),
        STREAM + in_chunks(b": a comment\n\n"),
        STREAM + b"ffff\r\ndata: {",
        head(content_type="text/event-stream", content_length=1000) + b"data: {",
    ],
    ids=["nothing", "half an event", "a comment", "half a chunk", "a length too large"],
)
async def test_a_stream_that_breaks_before_its_first_event_is_broken(call: Call, beginning: bytes, ends: Ends) -> None:
    async with facing(ends(beginning)) as (client, server):
        assert "broke" in await failure(call(client), InferenceConnectionError)
        await server.all_left()
        assert len(server.requests) == len(server.callers) == 1


@BOTH_ENDS
@pytest.mark.parametrize("rest", [b"", b'data: {"token', b"data:", b"\xf0\x9f"])
async def test_a_stream_that_breaks_has_given_what_came_before(rest: bytes, ends: Ends) -> None:
    beginning = STREAM + in_chunks(token_event("a"), token_event("b")) + (in_chunks(rest) if rest else b"")
    async with facing(ends(beginning)) as (client, server):
        seen, message = await read_until_error(client, InferenceConnectionError)
        assert (seen, "broke" in message) == (["a", "b"], True)
        assert len(server.requests) == 1


async def read_slowly(client: AsyncInferenceClient, seen: list[str]) -> None:
    async for text in await client.text_generation("a", stream=True):
        seen.append(text)
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("with_fin", [False, True], ids=["reset", "closed"])
async def test_a_slow_reader_too_gets_what_came_before_the_break(with_fin: bool) -> None:
    async def breaking(caller: Caller) -> None:
        await caller.request()
        for text in ("a", "b"):
            await caller.send(STREAM if text == "a" else b"", in_chunks(token_event(text)))
            await asyncio.sleep(0.05)
        if not with_fin:
            caller.reset()

    async with facing(breaking) as (client, _):
        seen: list[str] = []
        await failure(read_slowly(client, seen), InferenceConnectionError)
        assert seen == ["a", "b"]


async def test_a_stream_without_chunks_ends_with_its_connection() -> None:
    until_closed = head(content_type="text/event-stream") + token_event("a") + token_event("b")
    async with facing(says(until_closed)) as (client, _):
        assert await tokens(client) == ["a", "b"]


async def test_a_stream_without_chunks_that_is_reset_is_broken() -> None:
    until_closed = head(content_type="text/event-stream") + token_event("a")
    async with facing(then_resets(until_closed)) as (client, _):
        seen, _ = await read_until_error(client, InferenceConnectionError)
        assert seen == ["a"]


async def test_a_chat_is_over_when_it_says_so_even_if_the_connection_breaks_after_it() -> None:
    beginning = STREAM + in_chunks(chat_event("a"), b"data: [DONE]\n\n")
    async with facing(then_resets(beginning)) as (client, _):
        stream = await client.chat_completion([], stream=True)
        assert [chunk.choices[0].delta.content async for chunk in stream] == ["a"]


@BOTH_ENDS
@ONE_OF_EACH
async def test_a_refusal_that_breaks_off_is_a_broken_connection(call: Call, ends: Ends) -> None:
    refusal = head("400 No", content_length=1000) + b'{"error": "Too lo'
    async with facing(ends(refusal)) as (client, server):
        await failure(call(client), InferenceConnectionError)
        assert len(server.requests) == 1


@BOTH_ENDS
@ONE_OF_EACH
async def test_after_a_break_the_client_works(call: Call, ends: Ends) -> None:
    async with facing(ends(b""), says(SUMMARY)) as (client, server):
        await failure(call(client), InferenceConnectionError)
        assert await summary(client) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


@ALL_CALLS
@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"<html>\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 2xx OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    ],
)
async def test_an_answer_that_is_not_http_is_a_broken_connection(call: Call, garbage: bytes) -> None:
    async with facing(says(garbage)) as (client, server):
        await failure(call(client), InferenceConnectionError)
        await server.all_left()
        assert len(server.requests) == 1
