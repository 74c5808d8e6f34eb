"""One session per client and loop, opened when needed and closed at the latest with its loop, silently."""

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from inference_core import AsyncInferenceClient, InferenceConnectionError
from inference_core.http.sessions import Sessions
from tests.support.answers import asking
from tests.support.upstream import Upstream, answers, serving, silence, tokens

SUMMARY = answers([{"summary_text": "b"}])


class Connections(set[Any]):
    """A server's answer that remembers its callers' addresses."""

    async def __call__(self, request: web.Request, upstream: Upstream) -> web.StreamResponse:
        assert request.transport is not None
        self.add(request.transport.get_extra_info("peername"))
        return await SUMMARY(request, upstream)


async def test_calls_one_after_the_other_share_a_connection() -> None:
    connections = Connections()
    async with asking(connections) as (client, _):
        for _ in range(5):
            await client.summarization("a")
            await client.with_options(timeout=5).summarization("a")
    assert len(connections) == 1


async def test_a_closed_client_can_be_used_again() -> None:
    connections = Connections()
    async with asking(connections) as (client, _):
        await client.summarization("a")
        await client.close()
        await client.summarization("a")
        await client.close()
        await client.close()
    assert len(connections) == 2


async def test_a_session_has_no_time_limit_of_its_own() -> None:
    sessions = Sessions(1)
    kept = await sessions._kept(guarded=False)
    assert kept.session.timeout.total is None
    await sessions.close()


def run_silently(main: Callable[[], Awaitable[Any]], *, debug: bool = False) -> Any:
    """Run `main` in a loop of its own; fail on any warning and on any error that the loop reports."""
    complaints: list[dict[str, Any]] = []

    async def checked() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        return await main()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = asyncio.run(checked(), debug=debug)
        gc.collect()
    assert complaints == []
    return result


both_modes = pytest.mark.parametrize("debug", [False, True], ids=["", "debug"])


@both_modes
def test_a_client_works_in_two_loops_one_after_the_other(debug: bool) -> None:
    client = AsyncInferenceClient()

    async def main() -> str:
        async with serving(SUMMARY) as upstream:
            return (
                await client.with_options(endpoint=upstream.url).summarization("a", model="some/model")
            ).summary_text

    assert [run_silently(main, debug=debug) for _ in range(2)] == ["b", "b"]


@both_modes
def test_a_client_nobody_closes_is_closed_with_its_loop(debug: bool) -> None:
    clients = []

    async def main() -> None:
        async with serving(SUMMARY) as upstream:
            clients.append(AsyncInferenceClient(endpoint=upstream.url))
            await clients[0].summarization("a", model="some/model")

    run_silently(main, debug=debug)


@both_modes
@pytest.mark.parametrize("in_a_cycle", [False, True], ids=["", "in a cycle"])
def test_a_client_nobody_holds_any_more_is_closed_at_once(in_a_cycle: bool, debug: bool) -> None:
    async def main() -> None:
        async with serving(SUMMARY) as upstream:
            client = AsyncInferenceClient("some/model", endpoint=upstream.url)
            await client.summarization("a")
            if in_a_cycle:
                client.itself = client  # type: ignore[attr-defined]
            del client
            gc.collect()
            await asyncio.sleep(0.05)

    run_silently(main, debug=debug)


@both_modes
def test_a_stream_nobody_closes_is_closed_with_its_loop(debug: bool) -> None:
    kept = []

    async def main() -> None:
        async with serving(tokens(10_000, 0.01)) as upstream:
            client = AsyncInferenceClient("some/model", endpoint=upstream.url)
            kept.append(await client.text_generation("a", stream=True))
            kept.append(await client.text_generation("a", stream=True))
            await anext(kept[0])

    run_silently(main, debug=debug)


async def test_cookies_of_one_answer_are_not_sent_with_the_next_call() -> None:
    setting = answers([{"summary_text": "b"}], **{"Set-Cookie": "visitor=1"})
    async with asking(setting) as (client, upstream):
        by_name = upstream.url.replace("127.0.0.1", "localhost")  # a cookie jar would take none from an address
        await client.summarization("a", model=by_name)
        await client.summarization("a", model=by_name)
    assert len(upstream.requests) == 2
    assert not any("Cookie" in headers for _, headers, _ in upstream.requests)


async def test_a_proxy_of_the_environment_is_used_except_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    async with serving(SUMMARY) as proxy, serving(SUMMARY) as near:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with AsyncInferenceClient() as client:
            await client.summarization("a", model="http://far.example/model")
            await client.summarization("a", model=f"{near.url}/model")
    assert [headers["Host"] for _, headers, _ in proxy.requests] == ["far.example"]
    assert len(near.requests) == 1


async def test_closing_fails_the_calls_that_wait_for_a_connection_and_cancels_no_task() -> None:
    async with asking(silence(30), max_connections=1) as (client, upstream):
        calls = [asyncio.create_task(client.summarization("a")) for _ in range(3)]
        await upstream.wait_for_requests(1)
        await client.close()
        errors = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(error) for error in errors] == [InferenceConnectionError] * 3


async def test_half_of_a_body_without_a_length_is_not_an_answer_when_the_client_is_closed() -> None:
    async def begins(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[0.5]")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(begins, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = AsyncInferenceClient(f"http://127.0.0.1:{port}/")
        call = asyncio.create_task(client.sentence_similarity("a", ["b"]))
        await asyncio.sleep(0.1)
        await client.close()
        with pytest.raises(InferenceConnectionError):
            await call
