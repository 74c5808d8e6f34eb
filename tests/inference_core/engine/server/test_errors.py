"""Errors that nobody expected: a sentence for the caller, and a line for the operator without the caller's words."""

import logging
import time
from collections.abc import Iterator
from typing import NoReturn

import aiohttp
import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from inference_core.engine.contract import Finish, Token
from inference_core.engine.server.errors import private_errors
from tests.support.in_process import PATH, Body, Scripted, serving

CANARY = "what-a-caller-wrote"


def fail(body: Body) -> NoReturn:
    raise ValueError(body.inputs)


def fail_midway(body: Body) -> Iterator[Token | Finish]:
    yield Token(1, "a", None)
    time.sleep(0.05)  # these two are one batch, and the error comes after it
    yield Token(2, "b", None)
    fail(body)


def check_log(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = (one.getMessage() for one in caplog.records if one.name == "inference_core.engine.server.errors")
    assert "ValueError" in line and CANARY not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_fails_is_a_500_and_a_line_in_the_log(
    stream: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        serving(Scripted(answer=fail, tokens=fail)) as url,
        aiohttp.ClientSession(url) as http,
        http.post(PATH, json={"inputs": CANARY, "stream": stream}) as response,
    ):
        assert response.status == 500
        error = await response.json()
        assert (error["code"], error["error_type"]) == ("engine_failed", "generation") and CANARY not in str(error)
    check_log(caplog)


async def test_a_model_that_fails_midway_ends_its_stream_with_an_error(caplog: pytest.LogCaptureFixture) -> None:
    async with (
        serving(Scripted(tokens=fail_midway)) as url,
        aiohttp.ClientSession(url) as http,
        http.post(PATH, json={"inputs": CANARY, "stream": True}) as response,
    ):
        assert response.status == 200
        events = (await response.text()).strip().split("\n\n")
        assert '"code":"engine_failed_midway"' in events[-1] and CANARY not in events[-1]
    check_log(caplog)


async def test_an_error_after_the_answer_began_sends_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Message] = []

    async def begin_and_fail(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(CANARY)

    async def send(message: Message) -> None:
        sent.append(message)

    with caplog.at_level(logging.ERROR):
        scope = {"type": "http", "path": "/", "headers": []}
        await private_errors(begin_and_fail)(scope, Request(scope).receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
    check_log(caplog)
