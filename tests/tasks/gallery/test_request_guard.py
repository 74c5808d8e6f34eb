"""The middleware before Gradio: the size of a request, and errors that nobody expected."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery.limits import MOST_PARTS
from tasks.gallery.request_guard import PrivateErrors, RequestSize


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(len(await Request(scope, receive).body())))(scope, receive, send)


async def post(app: ASGIApp, content: bytes | Iterator[bytes], path: str = "/gradio_api/queue/join") -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(path, content=content)


async def test_a_request_reaches_the_app_whole() -> None:
    assert (await post(RequestSize(echo, 1000), b"x" * 1000)).text == "1000"


async def test_a_request_that_is_too_large_is_refused_in_a_sentence() -> None:
    answer = await post(RequestSize(echo, 2**20), b"x" * (2**20 + 1))
    assert (answer.status_code, answer.json()) == (413, {"detail": "The request is larger than 1 MiB: send less."})


async def test_a_request_of_as_many_parts_as_are_allowed_is_answered() -> None:
    assert (await post(RequestSize(echo, 2**24), b"," * (2 * MOST_PARTS))).text == str(2 * MOST_PARTS)


@pytest.mark.parametrize("part", [b"[", b"{", b","])
async def test_a_request_of_too_many_parts_is_refused_before_its_json_is_read(part: bytes) -> None:
    answer = await post(RequestSize(echo, 2**24), part * (2 * MOST_PARTS + 1))
    assert answer.status_code == 413 and answer.json()["detail"].startswith("The request has more than 200,000 parts")


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/upload/", "/proxied/gradio_api/upload"])
async def test_an_upload_is_read_as_it_comes_but_not_for_ever(path: str) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield b"[,{" * 1000

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        while message["more_body"]:
            message = await receive()
        await PlainTextResponse("read")(scope, receive, send)

    assert (await post(RequestSize(endless, 2**20), b"".join(chunks(300)), path)).text == "read"
    answer = await post(RequestSize(endless, 2**20), b"".join(chunks(400)), path)
    assert (answer.status_code, answer.json()["detail"]) == (413, "The request is larger than 1 MiB: send less.")


@pytest.mark.parametrize(
    ("path", "error", "status"),
    [
        ("/gradio_api/call/a", ValueError("a secret"), 422),
        ("/gradio_api/call/v2/a", KeyError("a secret"), 404),
        ("/gradio_api/queue/join", KeyError("a secret"), 404),
        ("/gradio_api/upload", AttributeError("a secret"), 422),
        ("/config", ValueError("a secret"), 500),
        ("/gradio_api/file=a", KeyError("a secret"), 500),
    ],
)
async def test_an_unexpected_error_is_a_sentence_and_one_line_without_its_words(
    caplog: pytest.LogCaptureFixture, path: str, error: Exception, status: int
) -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    answer = await post(PrivateErrors(fail), b"", path)
    assert answer.status_code == status and answer.json()["detail"].endswith(".")
    (record,) = (one for one in caplog.records if one.levelno >= logging.ERROR)
    assert type(error).__name__ in record.getMessage() and "secret" not in record.getMessage() + answer.text


async def test_an_error_after_the_answer_began_sends_nothing_more() -> None:
    sent: list[Message] = []

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("a secret")

    async def send(message: Message) -> None:
        sent.append(message)

    await PrivateErrors(fail)({"type": "http", "path": "/config"}, Request({"type": "http"}).receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
