"""Connections kept for the next call: dead ones are replaced before anything is sent, and no answer is mixed up."""

import asyncio
import time

import pytest

from inference_core import InferenceConnectionError, InvalidAnswerError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    ANSWERS,
    ONE_OF_EACH,
    SUMMARY,
    Call,
    facing,
    failure,
    summary,
    tokens,
)
from tests.support.faults import STREAM, Caller, Script, as_http_1_0, as_json, head, says, then_waits, whole

OTHER = as_json([{"summary_text": "nobody's", "generated_text": "nobody's"}])
TOO_LATE = whole(b"", "408 Request Timeout", connection="close")


def stays(*answers: bytes) -> Script:
    """Answer these requests and keep the connection."""

    async def script(caller: Caller) -> None:
        await says(*answers)(caller)
        await caller.left.wait()

    return script


async def test_calls_share_a_connection() -> None:
    async with facing(says(*[SUMMARY] * 5)) as (client, server):
        for _ in range(5):
            assert await summary(client) == "b"
        assert len(server.callers) == 1


@ALL_CALLS
async def test_a_connection_closed_while_idle_is_replaced(call: Call) -> None:
    async with facing(stays(SUMMARY), says(ANSWERS[call])) as (client, server):
        await summary(client)
        server.callers[0].hang_up()
        await server.all_left()
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


@ALL_CALLS
async def test_a_connection_closed_while_the_program_was_busy_is_replaced(call: Call) -> None:
    async with facing(stays(SUMMARY), says(ANSWERS[call])) as (client, server):
        await summary(client)
        server.callers[0].hang_up()
        time.sleep(0.2)  # noqa: ASYNC251  # the loop has no chance to notice
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


@ALL_CALLS
async def test_a_connection_closed_a_moment_ago_is_replaced(call: Call) -> None:
    async with facing(stays(SUMMARY), says(ANSWERS[call])) as (client, server):
        await summary(client)
        server.callers[0].hang_up()
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_many_connections_closed_while_the_program_was_busy_are_all_replaced() -> None:
    async def held(caller: Caller) -> None:
        await caller.request()
        await server.wait_for_requests(20)
        await caller.send(SUMMARY)
        await caller.left.wait()

    async with facing(*[held] * 20, says(SUMMARY)) as (client, server):
        await asyncio.gather(*(summary(client) for _ in range(20)))
        assert len(server.callers) == 20
        for caller in server.callers:
            caller.hang_up()
        time.sleep(0.2)  # noqa: ASYNC251
        assert await asyncio.gather(*(summary(client) for _ in range(20))) == ["b"] * 20
        assert len(server.requests) == 40


@ONE_OF_EACH
async def test_a_connection_reset_while_idle_is_replaced(call: Call) -> None:
    async with facing(stays(SUMMARY), says(ANSWERS[call])) as (client, server):
        await summary(client)
        server.callers[0].reset()
        await server.all_left()
        await asyncio.sleep(0.02)
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


@ALL_CALLS
@pytest.mark.parametrize("with_fin", [False, True], ids=["reset", "closed"])
async def test_a_request_that_was_received_is_not_sent_again(call: Call, with_fin: bool) -> None:
    async def breaks(caller: Caller) -> None:
        await caller.request()
        await caller.send(SUMMARY)
        await caller.request()
        if not with_fin:
            caller.reset()

    async with facing(breaks, says(ANSWERS[call])) as (client, server):
        await summary(client)
        assert "broke" in await failure(call(client), InferenceConnectionError)
        assert [seen.connection for seen in server.requests] == [0, 0]
        assert len(server.callers) == 1
        assert "".join(await call(client)) == "b"


@ALL_CALLS
async def test_an_unrequested_answer_is_given_to_no_call(call: Call) -> None:
    async def sends_too_much(caller: Caller) -> None:
        await caller.request()
        await caller.send(SUMMARY)
        await asyncio.sleep(0.05)
        await caller.send(OTHER)
        await says(ANSWERS[call])(caller)

    async with facing(sends_too_much, says(ANSWERS[call])) as (client, server):
        await summary(client)
        await asyncio.sleep(0.1)
        assert "".join(await call(client)) == "b"
        assert len(server.requests) == 2


@ALL_CALLS
async def test_a_second_answer_in_the_same_packet_is_given_to_no_call(call: Call) -> None:
    async with facing(stays(SUMMARY + OTHER), says(ANSWERS[call])) as (client, server):
        await summary(client)
        assert "".join(await call(client)) == "b"
        assert len(server.requests) == 2


@ONE_OF_EACH
@pytest.mark.parametrize("busy", [False, True])
async def test_a_408_on_an_idle_connection_is_not_the_answer_to_the_next_call(call: Call, busy: bool) -> None:
    async with facing(stays(SUMMARY), says(ANSWERS[call])) as (client, server):
        await summary(client)
        server.callers[0].hang_up(TOO_LATE)
        if busy:
            time.sleep(0.2)  # noqa: ASYNC251
        else:
            await server.all_left()
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_an_empty_line_after_an_answer_does_no_harm() -> None:
    async with facing(says(SUMMARY + b"\r\n", SUMMARY), says(SUMMARY)) as (client, server):
        assert [await summary(client) for _ in range(2)] == ["b", "b"]
        assert len(server.requests) == 2


@ONE_OF_EACH
@pytest.mark.parametrize(
    "last",
    [
        as_json([{"summary_text": "b"}], connection="close"),
        as_http_1_0(SUMMARY),
        head() + b'[{"summary_text": "b"}]',
    ],
    ids=["said so", "HTTP/1.0", "until closed"],
)
async def test_a_connection_that_ends_with_its_answer_is_not_used_again(call: Call, last: bytes) -> None:
    async with facing(says(last), says(ANSWERS[call])) as (client, server):
        assert await summary(client) == "b"
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_the_rest_of_a_stream_left_is_not_the_answer_to_the_next_call() -> None:
    async with facing(then_waits(STREAM + b"5\r\n: a\n\n\r\n"), says(SUMMARY)) as (client, server):
        stream = await client.text_generation("a", stream=True)
        await stream.aclose()
        assert await summary(client) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_the_rest_of_a_large_answer_is_not_the_answer_to_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_core.http.transport.MAX_ANSWER_BYTES", 1000)
    async with facing(says(whole(b" " * 10_000) + OTHER), says(SUMMARY)) as (client, server):
        await failure(summary(client), InvalidAnswerError)
        assert await summary(client) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_a_stream_read_to_its_end_and_a_call_do_not_disturb_each_other() -> None:
    async with facing(says(ANSWERS[tokens], SUMMARY, ANSWERS[tokens]), says(SUMMARY, ANSWERS[tokens])) as (client, _):
        assert await tokens(client) == ["b"]
        assert await summary(client) == "b"
        assert await tokens(client) == ["b"]


async def test_a_stream_that_has_arrived_is_whole_whatever_becomes_of_its_connection() -> None:
    async def resets_later(caller: Caller) -> None:
        await says(ANSWERS[tokens])(caller)
        await asyncio.sleep(0.1)
        caller.reset()

    async with facing(resets_later) as (client, server):
        stream = await client.text_generation("a", stream=True)
        seen = [await anext(stream)]
        await asyncio.sleep(0.3)
        seen += [text async for text in stream]
        assert seen == ["b"]
        assert len(server.requests) == 1
