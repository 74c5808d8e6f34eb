"""A server that is silent, or slow, or sends nothing of use for ever: the time-out holds."""

import asyncio

import pytest

from inference_core import InferenceTimeoutError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    ONE_OF_EACH,
    STREAMS,
    SUMMARY,
    WHOLE_CALLS,
    Call,
    chunks,
    facing,
    failure,
    read_until_error,
    summary,
    tokens,
)
from tests.support.answers import chat_event, token_event
from tests.support.faults import LAST_CHUNK, STREAM, Caller, head, in_chunks, says, then_waits, trickles

SHORT = 0.3  # seconds, and many times longer than a whole call on loopback takes


@ALL_CALLS
async def test_a_server_that_never_answers_is_a_time_out(call: Call) -> None:
    async with facing(then_waits(), timeout=SHORT) as (client, server):
        begun = asyncio.get_running_loop().time()
        assert "0.3 s" in await failure(call(client), InferenceTimeoutError)
        assert SHORT <= asyncio.get_running_loop().time() - begun < 10 * SHORT
        await server.all_left()
        assert len(server.requests) == 1


@ALL_CALLS
async def test_a_head_that_comes_byte_by_byte_is_a_time_out(call: Call) -> None:
    async with facing(trickles(b"HTTP/1.1 200 OK\r\nX-Endless: ", b"x"), timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()
        assert len(server.requests) == 1


@ALL_CALLS
async def test_headers_that_never_end_are_a_time_out(call: Call) -> None:
    async with facing(trickles(b"HTTP/1.1 200 OK\r\n", b"X-Again: 1\r\n"), timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()


@ALL_CALLS
async def test_an_informational_answer_after_the_other_is_a_time_out(call: Call) -> None:
    async with facing(trickles(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()
        assert len(server.requests) == 1


@WHOLE_CALLS
async def test_a_body_that_goes_on_for_ever_is_a_time_out(call: Call) -> None:
    endless = trickles(head(transfer_encoding="chunked"), in_chunks(b" "))
    async with facing(endless, timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()


@ALL_CALLS
async def test_a_refusal_that_goes_on_for_ever_is_a_time_out(call: Call) -> None:
    endless = trickles(head("500 No", transfer_encoding="chunked"), in_chunks(b"no "))
    async with facing(endless, timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()


async def test_an_upload_that_is_not_read_is_a_time_out() -> None:
    async def never_reads(caller: Caller) -> None:
        caller.stop_listening()
        await asyncio.sleep(60)

    async with facing(never_reads, timeout=SHORT) as (client, server):
        await failure(client.image_classification(b"x" * 32 * 1024 * 1024), InferenceTimeoutError)
        assert len(server.callers) == 1


@STREAMS
async def test_a_stream_that_never_begins_is_a_time_out(call: Call) -> None:
    async with facing(then_waits(STREAM), timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()


async def test_a_stream_that_stalls_is_a_time_out_after_the_text_before() -> None:
    async with facing(then_waits(STREAM, in_chunks(token_event("a"))), timeout=SHORT) as (client, server):
        seen, message = await read_until_error(client, InferenceTimeoutError)
        assert (seen, "0.3 s" in message) == (["a"], True)
        await server.all_left()


@pytest.mark.parametrize(
    "drop",
    [b": still here\n\n", b"\n", b"event: ping\n\n", b"id: 1\n\n", b"retry: 10\n\n", b"data:\n\n", b"x", b": x"],
    ids=[
        "comments",
        "empty lines",
        "events without data",
        "ids",
        "retries",
        "empty data",
        "an endless line",
        "an endless comment",
    ],
)
async def test_anything_but_an_event_counts_as_silence(drop: bytes) -> None:
    talking = trickles(STREAM + in_chunks(token_event("a")), in_chunks(drop))
    async with facing(talking, timeout=SHORT) as (client, server):
        seen, _ = await read_until_error(client, InferenceTimeoutError)
        assert seen == ["a"]
        await server.all_left()


async def test_comments_are_silence_in_a_chat_too() -> None:
    talking = trickles(STREAM + in_chunks(chat_event("a")), in_chunks(b": OPENROUTER PROCESSING\n\n"))
    async with facing(talking, timeout=SHORT) as (client, server):
        await failure(chunks(client), InferenceTimeoutError)
        await server.all_left()


async def test_an_event_that_never_ends_is_silence() -> None:
    talking = trickles(STREAM + in_chunks(token_event("a") + b'data: {"token'), in_chunks(b"n"))
    async with facing(talking, timeout=SHORT) as (client, server):
        seen, _ = await read_until_error(client, InferenceTimeoutError)
        assert seen == ["a"]
        await server.all_left()


@STREAMS
async def test_a_stream_answered_whole_but_never_to_the_end_is_a_time_out(call: Call) -> None:
    endless = trickles(head(transfer_encoding="chunked"), in_chunks(b" "))
    async with facing(endless, timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        await server.all_left()


async def test_a_stream_may_take_longer_than_the_time_out_if_it_is_never_silent_so_long() -> None:
    async def slowly(caller: Caller) -> None:
        await caller.request()
        await caller.send(STREAM)
        for _ in range(10):
            await asyncio.sleep(0.1)
            await caller.send(in_chunks(token_event("a")))
        await caller.send(in_chunks(b"data: [DONE]\n\n"), LAST_CHUNK)

    async with facing(slowly, timeout=0.8) as (client, _):
        assert await tokens(client) == ["a"] * 10


async def test_a_reader_may_take_its_time() -> None:
    async def as_asked(caller: Caller) -> None:
        await caller.request()
        await caller.send(STREAM, in_chunks(token_event("a"), token_event("b")))
        await asyncio.sleep(SHORT)
        await caller.send(in_chunks(token_event("c"), b"data: [DONE]\n\n"), LAST_CHUNK)

    async with facing(as_asked, timeout=2 * SHORT) as (client, _):
        stream = await client.text_generation("a", stream=True)
        seen = []
        async for text in stream:
            seen.append(text)
            await asyncio.sleep(3 * SHORT)
        assert seen == ["a", "b", "c"]


@ONE_OF_EACH
async def test_redirects_do_not_restart_the_time_out(call: Call) -> None:
    async def moving(caller: Caller) -> None:
        while True:
            await caller.request()
            await asyncio.sleep(SHORT * 0.7)
            await caller.send(head("307 Moved", location="/again", content_length=0))

    async with facing(moving, timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        assert len(server.requests) == 2


@ONE_OF_EACH
async def test_after_a_time_out_the_client_works(call: Call) -> None:
    async with facing(then_waits(), says(SUMMARY), timeout=SHORT) as (client, server):
        await failure(call(client), InferenceTimeoutError)
        assert await summary(client) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_a_time_out_of_the_callers_own_stays_the_callers() -> None:
    async with facing(then_waits(), timeout=5) as (client, server):
        with pytest.raises(TimeoutError) as raised:
            async with asyncio.timeout(SHORT):
                await summary(client)
        assert not isinstance(raised.value, InferenceTimeoutError)
        await server.all_left()
