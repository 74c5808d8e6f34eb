"""The middleware before Gradio: errors that nobody expected."""

import logging

import httpx
import pytest
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery.request_guard import private_errors


async def post(app: ASGIApp, content: bytes, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(path, content=content)


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

    answer = await post(private_errors(fail), b"", path)
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

    await private_errors(fail)({"type": "http", "path": "/config"}, Request({"type": "http"}).receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
