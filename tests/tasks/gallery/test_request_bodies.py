"""The middleware before Gradio: how large, how slow and how many the bodies of requests may be."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery import request_bodies
from tasks.gallery.limits import LARGEST_TEXTS, MOST_PARTS
from tasks.gallery.request_bodies import HELD_AT_ONCE, RequestBodies
from tasks.gallery.temp_files import Storage

UPLOAD = "/gradio_api/upload"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(len(await Request(scope, receive).body())))(scope, receive, send)


async def post(app: ASGIApp, content: bytes, path: str = "/gradio_api/queue/join") -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post(path, content=content)


async def test_a_request_reaches_the_app_whole() -> None:
    assert (await post(RequestBodies(echo, 1000), b"x" * 1000)).text == "1000"


async def test_a_request_that_is_too_large_is_refused_in_a_sentence() -> None:
    answer = await post(RequestBodies(echo, 2**20), b"x" * (2**20 + 1))
    assert (answer.status_code, answer.json()) == (413, {"detail": "The request is larger than 1 MiB: send less."})


async def test_a_request_of_as_many_parts_as_are_allowed_is_answered() -> None:
    assert (await post(RequestBodies(echo, 2**24), b"," * (2 * MOST_PARTS))).text == str(2 * MOST_PARTS)


@pytest.mark.parametrize("part", [b"[", b"{", b","])
async def test_a_request_of_too_many_parts_is_refused_before_its_json_is_read(part: bytes) -> None:
    answer = await post(RequestBodies(echo, 2**24), part * (2 * MOST_PARTS + 1))
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

    assert (await post(RequestBodies(endless, 2**20), b"".join(chunks(300)), path)).text == "read"
    answer = await post(RequestBodies(endless, 2**20), b"".join(chunks(400)), path)
    assert (answer.status_code, answer.json()["detail"]) == (413, "The request is larger than 1 MiB: send less.")


@pytest.mark.parametrize(
    ("path", "is_taken"),
    [
        ("/gradio_api/queue/join", True),
        ("/gradio_api/call/v2/image_to_text", True),
        ("/proxied/gradio_api/run/image_to_text", True),
        ("/gradio_api/mcp/", True),
        ("/gradio_api/cancel", False),
        ("/", False),
    ],
)
async def test_only_what_may_bring_files_is_larger_than_texts(path: str, is_taken: bool) -> None:
    answer = await post(RequestBodies(echo, 2 * LARGEST_TEXTS), b"x" * (LARGEST_TEXTS + 1), path)
    assert answer.status_code == (200 if is_taken else 413)


async def test_all_bodies_together_have_a_limit_and_give_back_what_they_had() -> None:
    entered, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def holds(scope: Scope, receive: Receive, send: Send) -> None:
        entered.release()
        await go_on.wait()
        await echo(scope, receive, send)

    app = RequestBodies(holds, 1000)
    held = [asyncio.create_task(post(app, b"x" * 1000)) for _ in range(HELD_AT_ONCE)]
    for _ in held:
        await entered.acquire()
    refused = await post(app, b"x")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["detail"] == "The gallery is receiving as much as it can hold: try again in a moment."
    go_on.set()
    assert [one.text for one in await asyncio.gather(*held)] == ["1000"] * HELD_AT_ONCE
    assert app.held == 0 and (await post(app, b"x")).text == "1"


async def test_what_is_refused_fails_or_is_left_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError

    app = RequestBodies(fails, 1000)
    assert (await post(app, b"x" * 2000)).status_code == 413 and app.held == 0
    with pytest.raises(ValueError):
        await post(app, b"x")
    assert app.held == 0
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}])

    async def leaves() -> Message:
        return next(messages)

    await app({"type": "http", "method": "POST", "path": "/"}, leaves, None)  # type: ignore[arg-type]
    assert app.held == 0


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", UPLOAD])
async def test_a_body_that_does_not_arrive_is_refused(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(request_bodies, "_FIRST_SECONDS", 0.05)
    sent: list[Any] = []
    messages = iter([{"type": "http.request", "body": b"x", "more_body": True}])

    async def stalls() -> Message:
        return next(messages, None) or await asyncio.Event().wait()  # type: ignore[return-value]

    async def send(message: Message) -> None:
        sent.append(message)

    app = RequestBodies(echo, 1000)
    await asyncio.wait_for(app({"type": "http", "method": "POST", "path": path}, stalls, send), 5)
    assert sent[0]["status"] == 408 and (b"connection", b"close") in sent[0]["headers"] and app.held == 0
    assert b"The request arrived too slowly: send less, or use a faster connection." in sent[1]["body"]


async def test_an_answer_may_take_longer_than_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "_FIRST_SECONDS", 0.05)

    async def waits_for_the_end(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.2)
        await PlainTextResponse("done")(scope, receive, send)

    for path in ("/gradio_api/queue/join", UPLOAD):
        assert (await post(RequestBodies(waits_for_the_end, 1000), b"x", path)).text == "done"


async def test_where_files_have_no_room_uploads_are_refused_until_some_are_deleted() -> None:
    storage = Storage(most=1000)
    app = RequestBodies(echo, 10_000, storage)
    assert [(await post(app, b"x" * 900, UPLOAD)).status_code for _ in range(3)] == [200, 200, 507]
    refused = await post(app, b"x", UPLOAD)
    assert refused.json()["detail"] == "The gallery has no room for more files right now: try again in a few minutes."
    assert refused.headers["retry-after"] == "150" and (await post(app, b"x")).text == "1"
    storage.used = 0  # as a sweep says
    assert (await post(app, b"x", UPLOAD)).text == "1"
