"""One request and its answer, good or bad, against real servers."""

import asyncio
import hashlib
import json
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from multidict import CIMultiDict

from inference_core import (
    AsyncInferenceClient,
    Exchange,
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.http import transport
from inference_core.http.response_body import _is_delimited
from tests.support.answers import asking, by_path, in_turn, json_of, moved, says, says_in_parts
from tests.support.upstream import Upstream, answers, serving, silence

SUMMARY = answers([{"summary_text": "b"}])


@pytest.mark.parametrize(
    ("headers", "is_told"),
    [
        ({}, False),
        ({"Content-Length": "3"}, True),
        ({"Transfer-Encoding": "chunked"}, True),
        ({"transfer-encoding": "gzip, Chunked"}, True),
        ({"Transfer-Encoding": "gzip"}, False),
        ({"Content-Length": "3", "Transfer-Encoding": "chunked"}, True),
    ],
)
def test_a_body_with_a_length_or_in_chunks_tells_its_end(headers: dict[str, str], is_told: bool) -> None:
    response: Any = SimpleNamespace(headers=CIMultiDict(headers))
    assert _is_delimited(response) is is_told


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "Too long."}', "Too long."),
        (b'{"error": ["Too long.", "Too odd."]}', "Too long.; Too odd."),
        (b'{"message": "Too long."}', "Too long."),
        (b'{"error": {"message": "Too long."}}', "Too long."),
        (b'{"detail": [{"msg": "Too long."}]}', "Too long."),
        (b"Too long.", "Too long."),
        (b"<html><body>Too long.</body></html>", "Too long."),
        (b'{"error": "\xff"}', "�"),
        (b"", "no reason"),
    ],
)
async def test_a_refusal_is_raised_with_the_servers_words(body: bytes, words: str) -> None:
    refusing = says(body, 422, **{"x-request-id": "r1", "Retry-After": "7"})
    async with asking(refusing) as (client, upstream):
        with pytest.raises(InferenceHTTPError) as raised:
            await client.summarization("a")
    assert words in raised.value.server_message
    assert words in str(raised.value)
    assert (raised.value.status, raised.value.retry_after, raised.value.request_id) == (422, 7.0, "r1")
    assert raised.value.url == f"{upstream.url}/models/some/model"
    assert raised.value.body == body


@pytest.mark.parametrize(
    "retry_after", ["nan", "inf", "-1", "soon", "Wed, 99 Oct 2026 07:28:00 GMT", "Wed, 21 Oct", ""]
)
async def test_an_invalid_retry_after_is_ignored(retry_after: str) -> None:
    async with asking(says(b"", 429, **{"Retry-After": retry_after})) as (client, _):
        with pytest.raises(InferenceHTTPError) as raised:
            await client.summarization("a")
    assert raised.value.retry_after is None


@pytest.mark.parametrize("seconds", [100, -100])
async def test_a_retry_after_date_becomes_seconds(seconds: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    async with asking(says(b"", 500, **{"Retry-After": date})) as (client, _):
        with pytest.raises(InferenceHTTPError) as raised:
            await client.summarization("a")
    assert raised.value.retry_after is not None
    assert max(seconds - 20, 0) <= raised.value.retry_after <= max(seconds, 0)


async def test_the_body_of_a_refusal_is_not_read_without_end() -> None:
    async def endless(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    async with asking(endless, timeout=5) as (client, _):
        with pytest.raises(InferenceHTTPError, match="xxx"):
            await client.summarization("a")


LOADING = answers({"error": "Model is loading", "estimated_time": 0.1}, 503)


@pytest.mark.real_time
async def test_a_model_that_loads_is_waited_for() -> None:
    exchanges: list[Exchange] = []
    async with asking(in_turn(LOADING, LOADING, SUMMARY)) as (client, upstream):
        output = await client.with_options(observer=exchanges.append).summarization("a")
    assert output.summary_text == "b"
    assert len(upstream.requests) == 3
    assert (exchanges[0].status, bytes(exchanges[0].response)) == (200, b'[{"summary_text": "b"}]')
    assert exchanges[0].first_byte is not None
    assert exchanges[0].first_byte > 190


async def test_a_model_that_loads_for_too_long_is_a_time_out() -> None:
    async with asking(LOADING, timeout=0.3) as (client, upstream):
        with pytest.raises(InferenceTimeoutError) as raised:
            await client.summarization("a")
        with pytest.raises(TimeoutError):
            await client.text_generation("a", stream=True)
    assert "0.3 s" in str(raised.value)
    assert len(upstream.requests) > 3


@pytest.mark.parametrize(
    "body",
    [b'{"error": "Overloaded"}', b'{"estimated_time": null}', b"<p>Overloaded", b'{"estimated_time": "\xff"}', b""],
)
async def test_a_server_that_is_only_busy_is_not_waited_for(body: bytes) -> None:
    async with asking(says(body, 503, **{"Retry-After": "30"})) as (client, upstream):
        with pytest.raises(InferenceHTTPError) as raised:
            await client.summarization("a")
    assert (raised.value.status, raised.value.retry_after) == (503, 30.0)
    assert len(upstream.requests) == 1


async def test_silence_is_a_time_out() -> None:
    async with asking(silence(30), timeout=0.1) as (client, upstream):
        with pytest.raises(InferenceTimeoutError):
            await client.summarization("a")
        async with asyncio.timeout(1):
            await upstream.left.wait()


async def test_a_time_out_of_the_caller_stays_the_callers() -> None:
    async with asking(silence(30), timeout=10) as (client, _):
        with pytest.raises(TimeoutError) as raised:
            async with asyncio.timeout(0.1):
                await client.summarization("a")
    assert not isinstance(raised.value, InferenceTimeoutError)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_server_that_is_not_there_cannot_be_reached(host: str) -> None:
    async with AsyncInferenceClient(f"http://{host}:{free_port()}/?key=secret") as client:
        with pytest.raises(InferenceConnectionError, match=r"cannot be reached: \w") as raised:
            await client.summarization("a")
    assert isinstance(raised.value, ConnectionError)
    assert "secret" not in str(raised.value)
    assert "None" not in str(raised.value)


@pytest.mark.parametrize("url", ["http://a..b/", f"http://{'a' * 64}.example/", "http://.example/"])
async def test_an_invalid_host_name_is_an_invalid_input(url: str) -> None:
    async with AsyncInferenceClient(url) as client:
        for call in (client.summarization("a"), client.chat_completion([]), client.text_generation("a", stream=True)):
            with pytest.raises(InvalidInputError, match="is not a URL that can be called"):
                await call


async def test_a_broken_connection_is_reported_as_one() -> None:
    async def hangs_up(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    for answer in (hangs_up, says_in_parts(b'[{"summary_', b"", content_type="application/json")):
        async with asking(answer) as (client, upstream):
            with pytest.raises(InferenceConnectionError, match=rf"The connection to {upstream.url}.* broke: the "):
                await client.summarization("a")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"error": "no"}', b"[[[["])
async def test_an_answer_of_another_kind_is_invalid(body: bytes) -> None:
    async with asking(says(body)) as (client, _):
        with pytest.raises(InvalidAnswerError):
            await client.summarization("a")


async def test_an_answer_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 1024 * 1024)
    large = says_in_parts(*[b"x" * 65536] * 17, content_type="application/json")
    async with asking(large) as (client, _):
        with pytest.raises(InvalidAnswerError, match="larger than 1 MiB"):
            await client.summarization("a")


async def test_a_large_body_arrives_whole_even_after_a_redirect() -> None:
    text = "ä" * 2 * 1024 * 1024
    async with asking(in_turn(moved("/new"), SUMMARY)) as (client, upstream):
        await client.summarization(text)
    assert json_of(upstream, 0) == json_of(upstream, 1) == {"inputs": text}


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("location", ["/new?x=1", "{url}/new?x=1"])
async def test_a_redirect_is_followed_with_the_body_and_to_the_same_origin_with_the_headers(
    status: int, location: str
) -> None:
    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        chosen = SUMMARY if request.path == "/new" else moved(location.format(url=upstream.url), status)
        return await chosen(request, upstream)

    async with asking(answer, token="hf_a", headers={"X-Own": "1"}) as (client, upstream):
        await client.summarization("a")
    path, headers, _ = upstream.requests[1]
    assert path == "/new?x=1"
    assert json_of(upstream, 1) == {"inputs": "a"}
    assert (headers["Authorization"], headers["X-Own"]) == ("Bearer hf_a", "1")


async def test_a_redirect_to_the_same_origin_keeps_the_password_of_the_url() -> None:
    async with asking(in_turn(moved("/new"), SUMMARY), None) as (client, upstream):
        await client.summarization("a", model=upstream.url.replace("//", "//user:password@"))
    assert [headers["Authorization"][:6] for _, headers, _ in upstream.requests] == ["Basic "] * 2


async def test_the_answer_of_a_loading_model_may_be_long() -> None:
    long = answers({"error": "x" * 5_000, "estimated_time": 0.1}, 503)
    async with asking(in_turn(long, SUMMARY)) as (client, _):
        assert (await client.summarization("a")).summary_text == "b"


async def test_a_redirect_to_another_origin_gets_the_body_but_not_the_callers_headers() -> None:
    private = {"token": "hf_a", "headers": {"X-Own": "1"}, "cookies": {"a": "1"}, "bill_to": "org"}
    async with serving(SUMMARY) as other, asking(moved(f"{other.url}/new"), **private) as (client, upstream):
        await client.summarization("a")
    assert {"Authorization", "X-Own", "Cookie", "X-HF-Bill-To"} <= upstream.requests[0][1].keys()
    assert json_of(other) == {"inputs": "a"}
    assert not {"authorization", "x-own", "cookie", "x-hf-bill-to"} & {name.lower() for name in other.requests[0][1]}


async def test_the_headers_do_not_come_back_after_a_detour() -> None:
    async with (
        serving(SUMMARY) as last,
        serving(moved(last.url)) as other,
        AsyncInferenceClient(last.url, token="hf_a") as client,
    ):
        await client.summarization("a", model=other.url)
    assert "Authorization" not in last.requests[0][1]


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("location", ["/new?key=secret", "{url}/new?key=secret"])
async def test_any_other_redirect_is_refused_in_a_sentence_with_the_full_address(status: int, location: str) -> None:
    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return await moved(location.format(url=upstream.url), status)(request, upstream)

    async with asking(answer) as (client, upstream):
        with pytest.raises(InferenceHTTPError) as raised:
            await client.summarization("a")
    assert (
        raised.value.server_message == f"The server says the address has moved to {upstream.url}/new?key=…: use that."
    )
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("location", [None, "http://[::1", "http://h:99999/", "file:///etc/passwd", "mailto:a"])
async def test_a_redirect_to_nowhere_is_refused_in_a_sentence(status: int, location: str | None) -> None:
    async with asking(moved(location, status)) as (client, upstream):
        with pytest.raises(InferenceHTTPError, match=r"moved, but not where to\."):
            await client.summarization("a")
    assert len(upstream.requests) == 1


async def test_redirects_in_a_circle_end_in_a_sentence() -> None:
    circle = by_path(lambda path: moved("/b" if path.endswith("a") else "/a"))
    async with asking(circle) as (client, upstream):
        with pytest.raises(InferenceHTTPError, match=r"redirected more than 5 times, finally to http://127.*\."):
            await client.summarization("a")
    assert len(upstream.requests) == 6


async def test_an_exchange_records_what_went_over_the_wire() -> None:
    exchanges: list[Exchange] = []
    named = says(json.dumps([{"summary_text": "b"}]).encode(), **{"x-engine": "a small one"})
    async with asking(named) as (client, upstream):
        await client.with_options(observer=exchanges.append).summarization("a")
    (exchange,) = exchanges
    assert exchange.url == f"{upstream.url}/models/some/model"
    assert (exchange.method, exchange.model, exchange.request_type) == ("POST", "some/model", "application/json")
    assert exchange.request is not None
    assert json.loads(exchange.request) == {"inputs": "a"}
    assert exchange.request_digest == hashlib.sha256(exchange.request).hexdigest()
    assert json.loads(exchange.response) == [{"summary_text": "b"}]
    assert (exchange.status, exchange.engine, exchange.content_type) == (200, "a small one", "application/json")
    assert exchange.first_byte is not None
    assert exchange.ended is not None
    assert 0 <= exchange.first_byte <= exchange.ended
    assert abs(exchange.began - datetime.now(UTC)) < timedelta(minutes=1)


async def test_an_exchange_that_fails_ends_too() -> None:
    exchanges: list[Exchange] = []
    async with asking(says(b"No.", 400)) as (client, _):
        with pytest.raises(InferenceHTTPError):
            await client.with_options(observer=exchanges.append).summarization("a")
    assert (exchanges[0].status, bytes(exchanges[0].response)) == (400, b"No.")
    assert exchanges[0].ended is not None


async def test_fifty_calls_run_at_once() -> None:
    async def slowly(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        body: Any = await request.json()
        return await answers([{"summary_text": body["inputs"]}])(request, upstream)

    async with asking(slowly) as (client, _):
        started = asyncio.get_running_loop().time()
        outputs = await asyncio.gather(*(client.summarization(str(number)) for number in range(50)))
    assert [output.summary_text for output in outputs] == [str(number) for number in range(50)]
    assert asyncio.get_running_loop().time() - started < 50 * 0.2 / 2
