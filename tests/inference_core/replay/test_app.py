"""The replay as a server: what was recorded, in order, and a sentence for the rest."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from inference_core.recording.canonical import digest, without_model
from inference_core.recording.reading import open_recording
from inference_core.replay.app import ReplayApp
from tests.support.recordings import entry, har, packed

JSON = {"content-type": "application/json"}


def answered(question: Any, answer: bytes, path: str = "/models/a/b", status: int = 200, **more: Any) -> dict[str, Any]:
    """An exchange about a question in JSON."""
    body = json.dumps(question).encode()
    one = entry(answer, url=f"https://x.example{path}", digest=digest(body, "application/json"), **more)
    one["response"]["status"] = status
    one["request"]["postData"] = {"mimeType": "application/json", "text": body.decode()}
    if (without := without_model(body)) and path.endswith("/chat/completions"):
        one["request"]["_anyModel"] = without[1]
    return one


def mood(text: str, answer: bytes, **more: Any) -> dict[str, Any]:
    return answered({"inputs": text}, answer, _model="a/b", _task="text-classification", **more)


@contextlib.asynccontextmanager
async def replaying(
    folder: Path, *entries: dict[str, Any], pace: float = 0, fallback: ASGIApp | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    (folder / "a.zip").write_bytes(packed(har(*entries)))
    with open_recording(folder / "a.zip") as recording:
        app = ReplayApp(recording, pace=pace, fallback=fallback)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://replay") as http:
            yield http


async def test_repeats_are_answered_in_order_and_then_by_the_last(tmp_path: Path) -> None:
    async with replaying(tmp_path, mood("a", b"1"), mood("b", b"9"), mood("a", b"2")) as http:
        said = [(await http.post("/models/a/b", json={"inputs": "a"})).text for _ in range(4)]
        assert said == ["1", "2", "2", "2"]
        answer = await http.post("/models/a/b?key=other", content=b'{ "inputs": "b" }')
        assert answer.text == "9" and answer.headers["x-recorded"] == "2026-11-27T10:00:00.000Z"


async def test_at_once_means_without_being_put_off(tmp_path: Path) -> None:
    entries = [mood("a", b"later", status=503), mood("a", b"now"), mood("b", b"never", status=503)]
    async with replaying(tmp_path, *entries, pace=0) as http:
        assert (await http.post("/models/a/b", json={"inputs": "a"})).text == "now"
        assert (await http.post("/models/a/b", json={"inputs": "b"})).status_code == 503
    async with replaying(tmp_path, *entries, pace=1) as http:
        assert (await http.post("/models/a/b", json={"inputs": "a"})).text == "later"


async def test_anything_else_gets_a_sentence_with_what_was_recorded(tmp_path: Path) -> None:
    async with replaying(tmp_path, mood("How are you?", b"1"), mood("x" * 200, b"2")) as http:
        refused = await http.post("/models/a/b", json={"inputs": "Who are you?"})
        assert (refused.status_code, refused.json()["code"]) == (404, "not_recorded")
        assert f"How are you? · {'x' * 59}…" in refused.json()["error"]
        assert "/models/a/b" in (await http.post("/elsewhere", json={})).json()["error"]
        assert (await http.get("/models/a/b")).status_code == 404


async def test_what_was_not_recorded_may_be_answered_by_the_engine(tmp_path: Path) -> None:
    async def engine(scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()
        await JSONResponse([scope["path_params"]["path"], body.decode()])(scope, receive, send)

    async with replaying(tmp_path, mood("a", b"1"), fallback=engine) as http:
        assert (await http.post("/models/a/b", json={"inputs": "a"})).text == "1"
        assert (await http.post("/models/c", content=b"new")).json() == ["models/c", "new"]


async def test_a_chat_is_found_wherever_its_model_is_named(tmp_path: Path) -> None:
    question = {"messages": [{"role": "user", "content": "Hi"}], "stream": True}
    recorded = answered({**question, "model": "org/m"}, b"hello", "/v1/chat/completions", _model="org/m")
    async with replaying(tmp_path, recorded) as http:
        for path, model in (
            ("/v1/chat/completions", "org/m"),
            ("/v1/chat/completions", "dummy"),
            ("/models/org/m/v1/chat/completions", "org/m"),
            ("/models/org/m/v1/chat/completions", "tgi"),
        ):
            assert (await http.post(path, json={**question, "model": model})).text == "hello"
        for path, asked in (
            ("/v1/chat/completions", {**question, "model": "org/other"}),
            ("/models/org/other/v1/chat/completions", {**question, "model": "tgi"}),
            ("/v1/chat/completions", {**question, "model": "org/m", "stream": False}),
        ):
            assert (await http.post(path, json=asked)).status_code == 404


async def test_models_are_listed_though_nobody_asked_for_the_list(tmp_path: Path) -> None:
    async with replaying(tmp_path, mood("a", b"1")) as http:
        assert (await http.get("/health")).json() == {"status": "ok"}
        assert (await http.get("/api/tasks")).json() == {"text-classification": {"widgetModels": ["a/b"]}}
        assert [one["id"] for one in (await http.get("/v1/models")).json()["data"]] == ["a/b"]
        assert (await http.get("/v1/models/a/b")).json()["id"] == "a/b"
        assert (await http.get("/v1/models/c")).status_code == 404
        assert (await http.get("/info")).json()["models"][0]["tasks"] == ["text-classification"]


async def test_a_list_that_was_recorded_is_given_as_it_was(tmp_path: Path) -> None:
    listed = entry(b'{"mine": 1}', url="https://x.example/api/tasks", method="GET")
    async with replaying(tmp_path, listed) as http:
        assert (await http.get("/api/tasks")).json() == {"mine": 1}


@pytest.mark.parametrize("body", [b"", b"\xff", b"{" * 1000, b"null"])
async def test_any_request_is_answered(tmp_path: Path, body: bytes) -> None:
    async with replaying(tmp_path, mood("a", b"1")) as http:
        for path in ("/", "/models/a/b", "/%ff%00", "/v1/chat/completions"):
            assert (await http.post(path, content=body, headers=JSON)).json()["code"] == "not_recorded"


async def test_who_leaves_while_sending_gets_no_answer_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(packed(har(mood("a", b"1"))))
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b'{"inp', "more_body": True}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/models/a/b", "query_string": b"", "headers": []}
    with open_recording(tmp_path / "a.zip") as recording:
        await ReplayApp(recording)(scope, receive, send)
    assert not sent and not messages


async def test_a_header_in_the_file_cannot_become_two(tmp_path: Path) -> None:
    one = mood("a", b"1")
    one["response"]["headers"] = [
        {"name": "x-engine", "value": "mine\r\nset-cookie: a=b"},
        {"name": "set-cookie", "value": "a=b"},
    ]
    async with replaying(tmp_path, one) as http:
        answer = await http.post("/models/a/b", json={"inputs": "a"})
        assert answer.headers["x-engine"] == "mineset-cookie: a=b" and "set-cookie" not in answer.headers
