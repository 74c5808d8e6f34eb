"""Callers that leave early: the server notices, nothing is left over, and the client works afterwards."""

import asyncio
import gc
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inference_core import AsyncInferenceClient, InferenceTimeoutError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    MESSAGES,
    SUMMARY,
    Call,
    chunks,
    facing,
    failure,
    summary,
    tokens,
)
from tests.support.answers import chat_event, token_event
from tests.support.faults import STREAM, Caller, Script, as_json, floods, head, in_chunks, says, then_waits, trickles

EVENT = in_chunks(token_event("a"))
CHUNK = in_chunks(chat_event("a"))

Stream = AsyncGenerator[Any]


@pytest.fixture(autouse=True, scope="module")
def quick_collection() -> None:
    """What tests before these have left in memory is not looked through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_warning_and_no_garbage() -> Iterator[None]:
    """Fail on every warning about something left unclosed, at the latest when garbage is collected."""
    gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
        gc.collect()


async def text_stream(client: AsyncInferenceClient) -> Stream:
    return await client.text_generation("a", stream=True)


async def chat_stream(client: AsyncInferenceClient) -> Stream:
    return await client.chat_completion(MESSAGES, stream=True)


async def by_breaking(stream: Stream) -> None:
    async for _ in stream:
        break


async def by_closing(stream: Stream) -> None:
    await anext(stream)
    await stream.aclose()


async def by_closing_before_reading(stream: Stream) -> None:
    await stream.aclose()


async def by_dropping(stream: Stream) -> None:
    await anext(stream)


async def by_dropping_before_reading(stream: Stream) -> None:
    pass


async def by_dropping_in_a_cycle(stream: Stream) -> None:
    await anext(stream)
    circle: list[object] = [stream]
    circle.append(circle)


async def by_failing(stream: Stream) -> None:
    with pytest.raises(ZeroDivisionError):
        async for _ in stream:
            raise ZeroDivisionError


async def by_cancellation(stream: Stream) -> None:
    async def listen() -> None:
        async for _ in stream:
            await asyncio.sleep(0)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.05)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


async def by_a_time_limit_of_the_callers(stream: Stream) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            async for _ in stream:
                pass


async def by_throwing(stream: Stream) -> None:
    await anext(stream)
    with pytest.raises(ZeroDivisionError):
        await stream.athrow(ZeroDivisionError())


WAYS = [
    by_breaking,
    by_closing,
    by_closing_before_reading,
    by_dropping,
    by_dropping_before_reading,
    by_dropping_in_a_cycle,
    by_failing,
    by_cancellation,
    by_a_time_limit_of_the_callers,
    by_throwing,
]
SERVERS: dict[str, Callable[[bytes], Script]] = {
    "that waits": lambda event: then_waits(STREAM + event),
    "that trickles": lambda event: trickles(STREAM + event, event),
    "that floods": lambda event: floods(STREAM + event, event * 100),
}


@pytest.mark.parametrize("server_is", SERVERS.values(), ids=SERVERS)
@pytest.mark.parametrize(("begin", "event"), [(text_stream, EVENT), (chat_stream, CHUNK)], ids=["text", "chat"])
@pytest.mark.parametrize("leave", WAYS)
async def test_a_server_notices_that_its_stream_is_left(
    leave: Callable[[Stream], Awaitable[None]],
    begin: Callable[[AsyncInferenceClient], Awaitable[Stream]],
    event: bytes,
    server_is: Callable[[bytes], Script],
) -> None:
    async with facing(server_is(event), says(SUMMARY), timeout=10) as (client, server):
        await leave(await begin(client))
        if leave is by_dropping_in_a_cycle:
            gc.collect()
        await server.all_left()
        assert await summary(client) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


SILENT: dict[str, Script] = {
    "before the head": then_waits(),
    "in the head": then_waits(b"HTTP/1.1 200 OK\r\nX-"),
    "in the body": then_waits(head(content_length=100) + b"["),
    "in a refusal": then_waits(head("400 No", content_length=100) + b"["),
    "while the model loads": says(*[as_json({"estimated_time": 30}, "503 No")] * 2),
    "in a rate limit": says(*[as_json({}, "429 No", retry_after=9)] * 2),
}


@ALL_CALLS
@pytest.mark.parametrize("script", SILENT.values(), ids=SILENT)
async def test_a_server_notices_that_a_call_is_cancelled(call: Call, script: Script) -> None:
    async with facing(script, says(SUMMARY), timeout=10) as (client, server):
        calling = asyncio.create_task(call(client))
        await server.wait_for_requests(1)
        await asyncio.sleep(0.02)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await client.close()  # which ends what was kept alive while it waited
        await server.all_left()
        assert await summary(client) == "b"
        assert len(server.requests) == 2


async def test_a_call_cancelled_at_any_moment_leaves_nothing() -> None:
    async with facing(says(*[SUMMARY] * 9)) as (client, _):
        for steps in range(40):
            calling = asyncio.create_task(summary(client))
            for _ in range(steps):
                await asyncio.sleep(0)
            calling.cancel()
            outcome, *_ = await asyncio.gather(calling, return_exceptions=True)
            assert outcome == "b" or isinstance(outcome, asyncio.CancelledError)
        assert await summary(client) == "b"


async def test_a_stream_cancelled_at_any_moment_leaves_nothing() -> None:
    async with facing(then_waits(STREAM + EVENT)) as (client, server):
        for steps in range(40):
            listening = asyncio.create_task(tokens(client))
            for _ in range(steps):
                await asyncio.sleep(0)
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
        await server.all_left()
        assert server.open_connections == 0


async def test_a_hundred_streams_left_at_once_are_all_noticed() -> None:
    async with facing(trickles(STREAM + EVENT, EVENT)) as (client, server):
        streams = await asyncio.gather(*(text_stream(client) for _ in range(100)))
        await asyncio.gather(*map(anext, streams))
        assert server.open_connections == 100
        del streams
        await server.all_left()
        assert server.open_connections == 0


async def test_a_finished_stream_leaves_its_connection_closed_or_kept_but_not_lost() -> None:
    answer = STREAM + EVENT + in_chunks(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    async with facing(says(answer, answer, answer)) as (client, server):
        for _ in range(3):
            assert await tokens(client) == ["a"]
        assert server.open_connections <= 1


async def test_a_client_that_is_closed_lets_go_of_everything() -> None:
    async with facing(then_waits(STREAM + EVENT)) as (client, server):
        stream = await text_stream(client)
        await anext(stream)
        calls = [asyncio.create_task(call(client)) for call in (summary, tokens, chunks)]
        await server.wait_for_requests(4)
        await client.close()
        await server.all_left()
        outcomes = await asyncio.gather(anext(stream), *calls, return_exceptions=True)
        assert all(isinstance(outcome, ConnectionError) for outcome in outcomes)


def open_sockets() -> int:
    return sum(
        entry.readlink().name.startswith("socket:") for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()
    )


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="There is no /proc.")
async def test_an_upload_that_nobody_reads_leaves_no_socket() -> None:
    async def never_reads(caller: Caller) -> None:
        caller.stop_listening()
        await asyncio.sleep(60)

    async with facing(never_reads, timeout=0.3) as (client, server):
        before = open_sockets()
        await failure(client.image_classification(b"x" * 32 * 1024 * 1024), InferenceTimeoutError)
        assert len(server.callers) == 1
        async with asyncio.timeout(2):
            while open_sockets() > before + 1:  # noqa: ASYNC110  # the server's end, which hears nothing
                await asyncio.sleep(0.02)
