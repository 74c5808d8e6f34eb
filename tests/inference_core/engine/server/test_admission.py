"""A request's body is read only if there is a place and memory for it, and only as long as it does not dawdle."""

import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest

from inference_core.engine.limits import Limits
from inference_core.engine.server import admission
from inference_core.engine.server.request_body import largest_body
from tests.support import in_process
from tests.support.in_process import PATH, Scripted

LIMITS = Limits(threads=2, waiting=0, body=10_000, upload=10_000, intake=1, deadline=20)
ROOM = largest_body(LIMITS)


def serving(engine: Scripted, limits: Limits) -> AbstractAsyncContextManager[str]:
    model = in_process.model(engine)
    tasks = tuple(dataclasses.replace(task, takes_files=True) for task in model.tasks)
    return in_process.hosting([dataclasses.replace(model, tasks=tasks)], limits)


@asynccontextmanager
async def sender(
    url: str, length: int | str, connection: str = "keep-alive"
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which the headers of a request have been sent; its body has `length` bytes or is chunked."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    framing = f"Content-Length: {length}" if isinstance(length, int) else f"Transfer-Encoding: {length}"
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\n{framing}\r\nConnection: {connection}\r\n\r\n"
    )
    writer.write(head.encode())
    await writer.drain()
    try:
        yield reader, writer
    finally:
        writer.close()


async def ask(http: aiohttp.ClientSession) -> tuple[int, str | None]:
    async with http.post(PATH, json={"inputs": "x"}) as response:
        content = await response.json()
        return response.status, content.get("code") if isinstance(content, dict) else None


async def head_of(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.readuntil(b"\r\n\r\n")


async def test_without_a_place_a_request_is_refused_before_its_body_is_read() -> None:
    gate = threading.Event()
    async with (
        serving(Scripted(answer=lambda body: gate.wait(10)), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
    ):
        busy = [asyncio.create_task(ask(http)) for _ in range(2)]
        await asyncio.sleep(0.2)
        async with sender(url, 5000) as (reader, _):
            head = (await head_of(reader)).lower()
            assert b" 503 " in head and b"retry-after: 1" in head
        gate.set()
        assert [status for status, _ in await asyncio.gather(*busy)] == [200, 200]
        assert (await ask(http))[0] == 200


async def test_callers_who_do_not_read_their_answers_keep_no_place() -> None:
    async with (
        serving(Scripted(answer=lambda body: "x" * 20_000_000), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
        sender(url, 14) as (_, first),
        sender(url, 14) as (_, second),
    ):
        for writer in (first, second):
            writer.write(b'{"inputs":"x"}')
            await writer.drain()
        await asyncio.sleep(0.5)
        assert (await ask(http))[0] == 200


async def test_requests_that_are_being_read_hold_their_places_and_those_that_leave_give_them_back() -> None:
    async with serving(Scripted(), LIMITS) as url, aiohttp.ClientSession(url) as http:
        async with sender(url, 100), sender(url, 100):
            await asyncio.sleep(0.2)
            assert await ask(http) == (503, "engine_full")
        await asyncio.sleep(0.2)
        assert (await ask(http))[0] == 200


@pytest.mark.parametrize("framing", [5000, "chunked"])
async def test_a_slow_sender_loses_its_place(framing: int | str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_FIRST_SECONDS", 0.5)
    async with (
        serving(Scripted(), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
        sender(url, framing) as (reader, writer),
        sender(url, framing),
    ):
        for _ in range(3):
            writer.write(b"1\r\nx\r\n" if framing == "chunked" else b"x")
            await asyncio.sleep(0.1)
        assert await ask(http) == (503, "engine_full")
        assert b" 408 " in await head_of(reader)
        await asyncio.sleep(0.1)
        assert (await ask(http))[0] == 200


async def test_a_large_upload_may_take_its_time_as_long_as_bytes_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_FIRST_SECONDS", 0.3)
    monkeypatch.setattr(admission, "_BYTES_PER_SECOND", 2_000)
    content = b'{"inputs": "' + b"x" * 5_000 + b'"}'
    async with serving(Scripted(), LIMITS) as url, sender(url, len(content)) as (reader, writer):
        for start in range(0, len(content), 600):
            writer.write(content[start : start + 600])
            await asyncio.sleep(0.1)
        assert b" 200 " in await head_of(reader)


async def test_bodies_share_the_memory_and_give_it_back() -> None:
    async with serving(Scripted(), LIMITS) as url, aiohttp.ClientSession(url) as http:
        async with sender(url, ROOM):
            await asyncio.sleep(0.2)
            assert await ask(http) == (503, "engine_intake_full")
        await asyncio.sleep(0.2)
        assert (await ask(http))[0] == 200


async def test_a_body_of_unknown_length_counts_as_it_arrives() -> None:
    async with (
        serving(Scripted(), LIMITS) as url,
        sender(url, ROOM - 100),
        sender(url, "chunked") as (reader, writer),
    ):
        writer.write(b"200\r\n" + b"x" * 512 + b"\r\n")
        assert b" 503 " in await head_of(reader)
        await reader.readuntil(b"engine_intake_full")


async def test_what_can_never_fit_is_refused_for_good_and_takes_no_memory() -> None:
    async with (
        serving(Scripted(), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
        sender(url, ROOM + 1) as (reader, _),
    ):
        assert b" 413 " in await head_of(reader)
        assert (await ask(http))[0] == 200


@pytest.mark.parametrize("length", [3_000_000, "chunked"])
async def test_a_caller_that_closes_its_connection_gets_to_read_why_its_body_is_too_large(length: int | str) -> None:
    async with serving(Scripted(), LIMITS) as url, sender(url, length, "close") as (reader, writer):
        for _ in range(3):
            writer.write(b"f4240\r\n" * (length == "chunked") + b"x" * 1_000_000 + b"\r\n" * (length == "chunked"))
            await writer.drain()
        writer.write(b"0\r\n\r\n" * (length == "chunked"))
        assert b" 413 " in await head_of(reader)


async def test_what_is_dropped_is_not_waited_for_and_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "_SECONDS_TO_DROP", 0.5)
    async with (
        serving(Scripted(), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
        sender(url, ROOM + 1, "close") as (reader, _),
        sender(url, ROOM + 1, "close"),
    ):
        await asyncio.sleep(0.1)
        assert (await ask(http))[0] == 200
        assert b" 413 " in await head_of(reader)


async def test_questions_about_the_engine_need_no_place() -> None:
    async with (
        serving(Scripted(), LIMITS) as url,
        aiohttp.ClientSession(url) as http,
        sender(url, 100),
        sender(url, 100),
    ):
        await asyncio.sleep(0.2)
        for path in ("/health", "/info", "/v1/models"):
            async with http.get(path) as response:
                assert response.status == 200
