"""Nothing is left running when a caller is gone."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from inference_core.engine.server.disconnect import EventStream, until_disconnect


async def events() -> AsyncGenerator[bytes]:
    while True:
        yield b"data:1\n\n"


async def silent() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def gone() -> Message:
    return {"type": "http.disconnect"}


def request_from(receive: object) -> Request:
    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)  # type: ignore[arg-type]


async def test_the_source_of_a_stream_is_closed_even_if_nothing_of_it_could_be_sent() -> None:
    async def send(message: Message) -> None:
        raise OSError("the connection is gone")

    source = events()
    await anext(source)
    with pytest.raises((OSError, ExceptionGroup)):
        await EventStream(events(), source, {})({"type": "http"}, silent, send)
    assert await anext(source, None) is None


async def test_work_is_cancelled_when_its_caller_leaves() -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(ClientDisconnect):
        await until_disconnect(request_from(gone), work())
    async with asyncio.timeout(1):
        await cancelled.wait()


async def test_a_result_and_an_error_reach_a_caller_who_stays() -> None:
    async def work(divisor: int) -> float:
        return 1 / divisor

    assert await until_disconnect(request_from(silent), work(2)) == 0.5
    with pytest.raises(ZeroDivisionError):
        await until_disconnect(request_from(silent), work(0))
