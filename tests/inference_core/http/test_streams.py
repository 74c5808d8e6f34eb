"""Streams: what arrives, how they break, and that a server always notices when nobody reads any more."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from inference_core import (
    AsyncInferenceClient,
    Exchange,
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    TextGenerationError,
)
from inference_core.errors import OverloadedError
from tests.support.answers import (
    asking,
    chat_event,
    event,
    in_turn,
    json_of,
    moved,
    says,
    streams,
    token_event,
)
from tests.support.upstream import Answer, Upstream, answers, silence, tokens

ENDLESS = tokens(10_000, 0.01)


async def texts(client: AsyncInferenceClient) -> list[str]:
    return [text async for text in await client.text_generation("a", stream=True)]


async def contents(client: AsyncInferenceClient) -> list[str | None]:
    return [chunk.choices[0].delta.content async for chunk in await client.chat_completion([], stream=True)]


async def test_a_text_arrives_token_by_token() -> None:
    second = token_event("b") + token_event("ß\u2028")
    async with asking(streams(token_event("a"), second[:-20], second[-20:])) as (client, upstream):
        assert await texts(client) == ["a", "b", "ß\u2028"]
    path, headers, _ = upstream.requests[0]
    assert (path, headers["Accept"]) == ("/models/some/model", "text/event-stream")
    assert json_of(upstream) == {"inputs": "a", "stream": True}


async def test_tokens_come_with_details_if_asked_for() -> None:
    last = {
        "token": {"id": 2, "text": "b", "logprob": -1.0, "special": False},
        "generated_text": "ab",
        "details": {"finish_reason": "length", "generated_tokens": 2, "seed": None},
    }
    async with asking(streams(token_event("a"), event(last))) as (client, upstream):
        outputs = [token async for token in await client.text_generation("a", stream=True, details=True)]
    assert json_of(upstream) == {"inputs": "a", "parameters": {"details": True}, "stream": True}
    assert [output.token.text for output in outputs] == ["a", "b"]
    assert outputs[1].generated_text == "ab"
    assert outputs[1].details is not None
    assert outputs[1].details.finish_reason == "length"
    assert outputs[1].raw == last


@pytest.mark.parametrize(
    "end", [b"data: [DONE]\n\n", b"data:[DONE]\n\n", b"data: [DONE]", b"data: [DONE]\r\n\r\n", b": no more\n\n"]
)
async def test_a_chat_ends_with_done_or_with_the_stream(end: bytes) -> None:
    async with asking(streams(chat_event("a"), chat_event("b"), end)) as (client, upstream):
        assert await contents(client) == ["a", "b"]
    assert json_of(upstream) == {"model": "some/model", "messages": [], "stream": True}


async def test_done_ends_a_stream_that_the_server_leaves_open() -> None:
    async with asking(streams(chat_event("a"), b"data: [DONE]\n\n", *[b": still here\n\n"] * 3)) as (client, _):
        assert await contents(client) == ["a"]


@pytest.mark.parametrize(
    "body", [b'{"generated_text": "all"}', b'[{"generated_text": "all"}]'], ids=["an object", "a list"]
)
async def test_a_server_that_does_not_stream_gives_one_token(body: bytes) -> None:
    async with asking(says(body)) as (client, _):
        assert await texts(client) == ["all"]


async def test_a_server_that_does_not_stream_gives_one_chunk() -> None:
    chat = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "all"}, "finish_reason": "stop"}]}
    async with asking(answers(chat)) as (client, _):
        assert await contents(client) == ["all"]


async def test_an_error_in_the_middle_comes_after_the_text_before_it() -> None:
    error = event({"error": "Model is overloaded", "error_type": "overloaded"})
    seen = []
    async with asking(streams(token_event("a"), error)) as (client, _):
        with pytest.raises(OverloadedError, match="Model is overloaded"):
            async for token in await client.text_generation("a", stream=True):
                seen.append(token)  # noqa: PERF401
    assert seen == ["a"]


async def test_a_refusal_is_raised_by_the_call_itself() -> None:
    async with asking(says(b"Too long.", 422)) as (client, _):
        with pytest.raises(InferenceHTTPError, match="Too long"):
            await client.text_generation("a", stream=True)


async def test_a_stream_follows_redirects_and_waits_for_loading() -> None:
    loading = answers({"error": "Loading", "estimated_time": 0.1}, 503)
    async with asking(in_turn(moved("/new"), loading, streams(token_event("a")))) as (client, upstream):
        assert await texts(client) == ["a"]
    assert [path for path, _, _ in upstream.requests] == ["/models/some/model", "/new", "/new"]


@pytest.mark.parametrize(
    "answer",
    [
        streams(),
        streams(b": only a comment\n\n"),
        says(b"<html><body>Sign in</body></html>\n\n", content_type="text/html"),
        streams(b"data: hello\n\n"),
        says(b'{"error": "no"}'),
    ],
    ids=["nothing", "a comment", "a page", "not JSON", "another object"],
)
async def test_a_stream_that_does_not_fit_the_task_is_invalid(answer: Answer) -> None:
    async with asking(answer) as (client, _):
        with pytest.raises((InvalidAnswerError, TextGenerationError)):
            await texts(client)


async def test_an_event_that_is_too_large_is_invalid() -> None:
    async with asking(streams(b"data:" + b"x" * 9 * 1024 * 1024)) as (client, _):
        with pytest.raises(InvalidAnswerError, match="more than"):
            await texts(client)


async def test_a_stream_that_is_cut_off_is_a_broken_connection() -> None:
    seen = []
    async with asking(streams(token_event("a"), b"")) as (client, _):
        with pytest.raises(InferenceConnectionError):
            async for token in await client.text_generation("a", stream=True):
                seen.append(token)  # noqa: PERF401
    assert seen in ([], ["a"])  # the cut may overtake what was sent just before


async def test_silence_in_a_stream_is_a_time_out() -> None:
    async with asking(silence(30), timeout=0.2) as (client, upstream):
        stream = await client.text_generation("a", stream=True)
        with pytest.raises(InferenceTimeoutError):
            await anext(stream)
        await noticed(upstream)


async def test_a_long_stream_without_silence_is_not_a_time_out() -> None:
    async with asking(tokens(12, 0.05), timeout=0.3) as (client, _):
        assert len(await texts(client)) == 12


async def noticed(upstream: Upstream) -> None:
    """The server notices within a second that its caller is gone."""
    async with asyncio.timeout(1):
        await upstream.left.wait()


async def by_breaking(client: AsyncInferenceClient) -> None:
    async for _ in await client.text_generation("a", stream=True):
        break


async def by_closing(client: AsyncInferenceClient) -> None:
    stream = await client.text_generation("a", stream=True)
    await anext(stream)
    await stream.aclose()


async def by_closing_before_reading(client: AsyncInferenceClient) -> None:
    await (await client.text_generation("a", stream=True)).aclose()


async def by_cancellation(client: AsyncInferenceClient) -> None:
    listening = asyncio.create_task(texts(client))
    await asyncio.sleep(0.1)
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


async def by_an_error_of_the_callers(client: AsyncInferenceClient) -> None:
    with pytest.raises(ZeroDivisionError):
        async for _ in await client.text_generation("a", stream=True):
            raise ZeroDivisionError


async def by_forgetting(client: AsyncInferenceClient) -> None:
    stream = await client.text_generation("a", stream=True)
    await anext(stream)
    del stream


async def by_forgetting_in_a_cycle(client: AsyncInferenceClient) -> None:
    stream = await client.text_generation("a", stream=True)
    await anext(stream)
    circle: list[Any] = [stream]
    circle.append(circle)
    del stream, circle
    gc.collect()


async def by_forgetting_before_reading(client: AsyncInferenceClient) -> None:
    await client.text_generation("a", stream=True)


async def by_forgetting_before_reading_in_a_cycle(client: AsyncInferenceClient) -> None:
    circle: list[Any] = [await client.chat_completion([], stream=True)]
    circle.append(circle)
    del circle
    gc.collect()


AFTER_A_TOKEN = [by_breaking, by_closing, by_an_error_of_the_callers, by_forgetting, by_forgetting_in_a_cycle]
ANY_TIME = [
    by_closing_before_reading,
    by_cancellation,
    by_forgetting_before_reading,
    by_forgetting_before_reading_in_a_cycle,
]


@pytest.mark.parametrize("in_debug_mode", [False, True], ids=["", "debug"])
@pytest.mark.parametrize(
    ("leave", "answer"),
    [(leave, ENDLESS) for leave in AFTER_A_TOKEN + ANY_TIME] + [(leave, silence(30)) for leave in ANY_TIME],
)
async def test_a_server_notices_when_its_stream_is_left(
    leave: Callable[[AsyncInferenceClient], Awaitable[None]], answer: Answer, in_debug_mode: bool
) -> None:
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    loop.set_debug(in_debug_mode)
    exchanges: list[Exchange] = []
    async with asking(answer) as (client, upstream):
        await leave(client.with_options(observer=exchanges.append))
        await noticed(upstream)
        gc.collect()
        assert exchanges[0].ended is not None
    assert complaints == []


async def test_a_client_that_is_closed_ends_its_streams_and_calls() -> None:
    async with asking(in_turn(ENDLESS, silence(30))) as (client, upstream):
        stream = await client.text_generation("a", stream=True)
        await anext(stream)
        call = asyncio.create_task(client.summarization("a"))
        await asyncio.sleep(0.1)
        await client.close()
        await noticed(upstream)
        with pytest.raises(InferenceConnectionError):
            async for _ in stream:
                pass
        with pytest.raises(InferenceConnectionError):
            await call
