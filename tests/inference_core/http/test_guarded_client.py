"""A client for visitors: their URLs reach public servers only and get no secret, while model ids work as before."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from inference_core import AddressRefusedError, AsyncInferenceClient, InferenceHTTPError
from tests.support.answers import in_turn, json_of, moved, streams, token_event
from tests.support.upstream import Upstream, answers, serving

SUMMARY = answers([{"summary_text": "b"}])
PUBLIC = "8.8.8.8"
PRIVATE: dict[str, Any] = {"token": "hf_app", "headers": {"X-Own": "1"}, "cookies": {"a": "1"}, "bill_to": "org"}

NOT_PUBLIC = [
    "127.0.0.1",
    "127.1",
    "localhost",
    "LOCALHOST",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fd00::1]",
    "[fe80::1]",
]


@pytest.fixture
async def dialled(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The addresses dialled; a connection to `PUBLIC` ends at the same port of loopback."""
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect
    addresses: list[str] = []

    async def dial(sock: socket.socket, address: Any) -> None:
        addresses.append(address[0])
        await connect(sock, ("127.0.0.1", address[1]) if address[0] == PUBLIC else address)

    monkeypatch.setattr(loop, "sock_connect", dial)
    yield addresses


def visitor(client: AsyncInferenceClient, model: str | None) -> AsyncInferenceClient:
    return client.with_options(model=model, guard_urls=True)


def public(upstream: Upstream) -> str:
    return upstream.url.replace("127.0.0.1", PUBLIC)


@pytest.mark.parametrize("host", NOT_PUBLIC)
async def test_a_visitors_url_that_is_not_public_is_refused_before_anything_is_dialled(
    dialled: list[str], host: str
) -> None:
    async with serving(SUMMARY) as upstream, AsyncInferenceClient(**PRIVATE) as client:
        url = upstream.url.replace("127.0.0.1", host)
        for call in (
            visitor(client, url).summarization("a"),
            visitor(client, None).summarization("a", model=url),
            visitor(client, url).chat_completion([]),
            visitor(client, url).conversational("a"),
            visitor(client, url).text_generation("a", stream=True),
        ):
            with pytest.raises(AddressRefusedError, match="not lead to a public address"):
                await call
    assert dialled == []
    assert upstream.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_same_client_as_a_library_reaches_loopback(dialled: list[str], host: str) -> None:
    async with serving(SUMMARY) as upstream, AsyncInferenceClient(**PRIVATE) as client:
        url = upstream.url.replace("127.0.0.1", host)
        visitor(client, url)
        await client.summarization("a", model=url)
    assert upstream.requests[0][1]["Authorization"] == "Bearer hf_app"


async def test_a_visitors_public_endpoint_sees_nothing_of_the_app(dialled: list[str]) -> None:
    async with serving(SUMMARY) as upstream, AsyncInferenceClient(**PRIVATE) as client:
        await visitor(client, f"{public(upstream)}/x").summarization("a")
    assert dialled == [PUBLIC]
    assert json_of(upstream) == {"inputs": "a"}
    seen = {name.lower() for name in upstream.requests[0][1]}
    assert not seen & {"authorization", "x-own", "cookie", "x-hf-bill-to"}


async def test_the_saved_token_is_not_sent_even_to_a_host_it_is_meant_for(
    dialled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    async with serving(SUMMARY) as upstream, AsyncInferenceClient(token_hosts=[PUBLIC]) as client:
        await visitor(client, public(upstream)).summarization("a")
    assert "Authorization" not in upstream.requests[0][1]


async def test_a_visitors_endpoint_can_stream(dialled: list[str]) -> None:
    async with serving(streams(token_event("a"))) as upstream, AsyncInferenceClient(**PRIVATE) as client:
        stream = await visitor(client, public(upstream)).text_generation("a", stream=True)
        assert [token async for token in stream] == ["a"]


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "169.254.169.254"])
async def test_a_redirect_from_a_public_server_to_one_that_is_not_is_refused(
    dialled: list[str], host: str, status: int
) -> None:
    async with serving(SUMMARY) as inner:
        location = inner.url.replace("127.0.0.1", host)
        async with serving(moved(location, status)) as outer, AsyncInferenceClient(**PRIVATE) as client:
            with pytest.raises(AddressRefusedError):
                await visitor(client, public(outer)).summarization("a")
    assert dialled == [PUBLIC]
    assert inner.requests == []


async def test_a_redirect_between_public_servers_is_followed(dialled: list[str]) -> None:
    async with serving(SUMMARY) as last, serving(moved(public(last))) as first, AsyncInferenceClient() as client:
        await visitor(client, public(first)).summarization("a")
    assert dialled == [PUBLIC, PUBLIC]
    assert len(last.requests) == 1


async def test_a_redirect_that_is_not_followed_is_not_dialled(dialled: list[str]) -> None:
    async with serving(moved("http://127.0.0.1:1/", 302)) as upstream, AsyncInferenceClient() as client:
        with pytest.raises(InferenceHTTPError, match="has moved"):
            await visitor(client, public(upstream)).summarization("a")
    assert dialled == [PUBLIC]


async def test_a_proxy_is_not_used_for_a_visitors_url(dialled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(SUMMARY) as proxy, serving(SUMMARY) as upstream:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with AsyncInferenceClient() as client:
            await visitor(client, public(upstream)).summarization("a")
    assert (len(proxy.requests), len(upstream.requests)) == (0, 1)


async def test_a_password_in_a_visitors_url_is_refused() -> None:
    async with AsyncInferenceClient() as client:
        with pytest.raises(AddressRefusedError, match="before the @") as refusal:
            await visitor(client, f"http://user:hunter2@{PUBLIC}/").summarization("a")
    assert "hunter2" not in str(refusal.value)


async def test_a_visitors_model_id_goes_to_the_operators_server_with_the_token(dialled: list[str]) -> None:
    async with serving(SUMMARY) as upstream, AsyncInferenceClient(endpoint=upstream.url, **PRIVATE) as client:
        await visitor(client, "some/model").summarization("a")
    path, headers, _ = upstream.requests[0]
    assert (path, headers["Authorization"], headers["X-Own"]) == ("/models/some/model", "Bearer hf_app", "1")


async def test_every_attempt_is_checked_again(dialled: list[str]) -> None:
    loading = answers({"error": "Loading", "estimated_time": 0.1}, 503)
    async with (
        serving(SUMMARY) as inner,
        serving(in_turn(loading, moved(inner.url))) as outer,
        AsyncInferenceClient() as client,
    ):
        with pytest.raises(AddressRefusedError):
            await visitor(client, public(outer)).summarization("a")
    assert inner.requests == []
