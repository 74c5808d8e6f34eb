"""The local engine at the page's address: what comes is passed on, but not the key, nor what it tells only the page."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import aiohttp
import huggingface_hub
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from yarl import URL

from inference_core.engine.relay import EngineRelay
from inference_core.tokens import Secret
from tests.support import upstream
from tests.support.in_process import served
from tests.support.processes import Server
from tests.support.upstream import Answer, Upstream

VADER = "engine/models/builtin/vader"


@asynccontextmanager
async def relayed(
    answer: Answer, place: Callable[[Request], AbstractAsyncContextManager[object]] = lambda _: nullcontext()
) -> AsyncIterator[tuple[str, Upstream]]:
    """The address of a page, and the engine behind it."""
    async with upstream.serving(answer) as engine:

        async def url() -> str:
            return engine.url

        relay = EngineRelay(url, Secret("the-key"), place)
        async with served(Starlette(routes=[Route("/engine/{path:path}", relay)])) as page:
            yield page, engine
        await relay.close()


async def test_huggingface_hub_calls_the_engine_of_a_page(app: Server) -> None:
    async with huggingface_hub.AsyncInferenceClient(model=f"{app.url}/{VADER}") as client:
        found = await client.text_classification("I love it.")
    assert found[0].label == "POSITIVE"


async def test_the_engines_refusal_comes_as_the_engine_says_it(app: Server) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{app.url}/{VADER}", json={"inputs": 1}) as response:
        assert response.status in (400, 422)
        assert (await response.json())["code"]


@pytest.mark.parametrize("path", ["metrics", "", "models/builtin/vader", "v1/models/%2e%2e/%2e%2e/metrics"])
async def test_only_what_programs_need_can_be_read(app: Server, path: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(URL(f"{app.url}/engine/{path}", encoded=True)) as response,
    ):
        assert response.status == 404


async def test_what_is_only_read_takes_no_place() -> None:
    places: list[str] = []

    def place(request: Request) -> AbstractAsyncContextManager[object]:
        places.append(request.method)
        return nullcontext()

    async with relayed(upstream.answers([]), place) as (page, _), aiohttp.ClientSession() as session:
        for path in ("openapi.json", "info", "v1/models"):
            async with session.get(f"{page}/engine/{path}") as response:
                assert response.status == 200 and await response.json() == []
        assert places == []
        async with session.post(f"{page}/engine/models/org/model", json={}) as response:
            assert response.status == 200
    assert places == ["POST"]


async def test_who_leaves_while_sending_raises_nothing_and_the_engine_is_not_asked() -> None:
    messages: list[Any] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b'{"inp', "more_body": True}]

    async def receive() -> Any:
        return messages.pop()

    async def nobody(*_: Any) -> Any:
        raise AssertionError("neither the engine nor the caller is to be told anything")

    relay = EngineRelay(nobody, Secret("the-key"), lambda model: nullcontext())
    scope = {"type": "http", "method": "POST", "path_params": {"path": "models/a"}, "headers": []}
    await relay(scope, receive, nobody)
    assert not messages


async def test_the_key_is_ours_and_the_callers_own_stays_here() -> None:
    async with relayed(upstream.answers([], **{"X-Engine": "a model", "Set-Cookie": "a=b"})) as (page, engine):
        headers = {"Authorization": "Bearer hf_of_the_caller", "Cookie": "c=d"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{page}/engine/models/org/model", data=b"bytes") as response,
        ):
            assert response.headers["x-engine"] == "a model"
            assert "set-cookie" not in response.headers and "the-key" not in str(response.headers)
        ((path, sent, body),) = engine.requests
        assert (path, sent["Authorization"], body) == ("/models/org/model", "Bearer the-key", b"bytes")
        assert "Cookie" not in sent


async def test_a_stream_comes_as_it_is_written_and_ends_when_its_caller_leaves() -> None:
    async with relayed(upstream.tokens(200, 0.05)) as (page, engine), aiohttp.ClientSession() as session:
        began = time.monotonic()
        async with session.post(f"{page}/engine/models/org/model", json={"stream": True}) as response:
            await response.content.readany()
            assert time.monotonic() - began < 5
        async with asyncio.timeout(2):
            await engine.left.wait()


async def test_a_caller_who_leaves_before_the_answer_ends_it_too() -> None:
    left = asyncio.Event()

    async def never(request: object, engine: Upstream) -> upstream.web.StreamResponse:
        try:
            await asyncio.sleep(60)
        finally:
            left.set()
        raise AssertionError

    async with relayed(never) as (page, engine), aiohttp.ClientSession() as session:
        calling = asyncio.ensure_future(session.post(f"{page}/engine/models/org/model", json={}))
        await engine.wait_for_requests(1)
        calling.cancel()
        async with asyncio.timeout(2):
            await left.wait()


async def test_an_engine_that_is_gone_is_said_in_a_sentence() -> None:
    async with relayed(upstream.answers([])) as (page, engine):
        engine.url = "http://127.0.0.1:9"
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{page}/engine/models/org/model", json={}) as response,
        ):
            assert (response.status, response.headers["retry-after"]) == (503, "1")
            assert (await response.json())["code"] == "engine_stopped"
