"""No token, password, cookie or query value ends up where somebody could read it."""

import json
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from inference_core import (
    AsyncInferenceClient,
    Exchange,
    InferenceError,
    InvalidAnswerError,
    InvalidInputError,
    TextGenerationError,
)
from inference_core.http.transport import Request
from tests.support.answers import asking, event, in_turn, moved, says, says_in_parts, streams, token_event
from tests.support.upstream import Answer, Upstream, answers, serving

SECRETS = ["hf_secret1", "secret2", "secret3", "secret4", "secret5"]
PRIVATE: dict[str, Any] = {
    "token": "hf_secret1",
    "headers": {"X-Key": "secret2"},
    "cookies": {"session": "secret3"},
}


def secret_url(url: str) -> str:
    return url.replace("//", "//user:secret4@") + "/model?key=secret5"


def assert_no_secret(text: str) -> None:
    assert not [secret for secret in SECRETS if secret in text]


FAILURES: dict[str, Answer] = {
    "refused": says(b"No.", 401),
    "moved": moved("/model?key=secret5", 302),
    "in a loop": moved("/model?key=secret5"),
    "loading": answers({"error": "Loading", "estimated_time": 9}, 503),
    "another answer": says(b"<html>"),
    "cut": says_in_parts(b"[", b"", content_type="application/json"),
    "wrong event": streams(b"data: hello\n\n"),
    "error event": streams(event({"error": "Out of memory"})),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("given_by", [secret_url, str], ids=["user and password", "token"])
async def test_no_failure_reveals_a_secret(
    answer: Answer, given_by: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(lambda record: record.name != "aiohttp.access")  # the log of the test's own server
    exchanges: list[Exchange] = []
    async with (
        serving(answer) as upstream,
        AsyncInferenceClient(given_by(upstream.url), timeout=0.2, **PRIVATE) as client,
    ):
        watched = client.with_options(observer=exchanges.append)
        with pytest.raises(InferenceError) as raised:
            async for _ in await watched.text_generation("a", stream=True):
                pass
    assert upstream.requests
    assert_no_secret("".join(traceback.format_exception(raised.value)))
    assert_no_secret(repr(raised.value) + str(raised.value.__dict__))
    assert_no_secret(repr(exchanges) + str([exchange.request for exchange in exchanges]))
    assert_no_secret(caplog.text)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://a..b"])
async def test_no_failure_to_connect_reveals_a_secret(url: str) -> None:
    async with AsyncInferenceClient(secret_url(url), **PRIVATE) as client:
        with pytest.raises(InferenceError) as raised:
            await client.chat_completion([])
    assert_no_secret("".join(traceback.format_exception(raised.value)))


async def test_no_warning_reveals_a_secret(recwarn: pytest.WarningsRecorder) -> None:
    unused = {"error": "The following `model_kwargs` are not used by the model: ['top_k']"}
    answer = in_turn(answers(unused, 400), answers({"generated_text": "b"}))
    async with serving(answer) as upstream, AsyncInferenceClient(secret_url(upstream.url)) as client:
        await client.text_generation("a", top_k=1)
    assert len(recwarn) == 1
    assert_no_secret(str(recwarn[0].message))


def test_no_repr_reveals_a_secret() -> None:
    client = AsyncInferenceClient(secret_url("http://a.example"), **PRIVATE)
    elsewhere = AsyncInferenceClient(endpoint=secret_url("http://a.example"), **PRIVATE)
    request = Request(url="http://a.example", private=client._options.access.headers_for("http://a.example"))
    assert "hf_secret1" in str(request.private)
    for shown in (client, client.with_options(timeout=1), elsewhere, client._options, elsewhere._options, request):
        assert_no_secret(repr(shown))


def test_the_repr_of_a_client_says_what_it_calls() -> None:
    assert (
        repr(AsyncInferenceClient("some/model", timeout=3)) == "<AsyncInferenceClient(model='some/model', timeout=3)>"
    )
    assert "http://a.example/model?key=…" in repr(AsyncInferenceClient(secret_url("http://a.example")))


@pytest.mark.parametrize("arguments", [{"token": "hf_secret1\n2"}, {"headers": {"X-Key": "secret2\n"}}])
def test_what_cannot_be_sent_is_not_quoted(arguments: dict[str, Any]) -> None:
    with pytest.raises(InferenceError) as raised:
        AsyncInferenceClient(**arguments)
    assert_no_secret("".join(traceback.format_exception(raised.value)).replace(repr(arguments), ""))


async def test_a_server_that_repeats_the_token_is_not_quoted() -> None:
    async def repeat(request: web.Request, upstream: Upstream) -> web.Response:
        return web.json_response({"error": f"Bad credentials: {request.headers['Authorization']}"}, status=401)

    exchanges: list[Exchange] = []
    async with serving(repeat) as upstream, AsyncInferenceClient(upstream.url, **PRIVATE) as client:
        with pytest.raises(InferenceError, match="Bad credentials: Bearer …") as raised:
            await client.with_options(observer=exchanges.append).fill_mask("a [MASK]")
    assert_no_secret("".join(traceback.format_exception(raised.value)) + exchanges[0].response.decode())


@pytest.mark.parametrize("status", [200, 401])
async def test_a_server_that_spells_the_token_in_another_way_is_not_quoted(status: int) -> None:
    token = PRIVATE["token"]
    spelled = "".join(f"\\u{ord(letter):04x}" for letter in token)
    said = (
        f'{{"error": "Bad {spelled}", "code": "no_such_voice", "arguments": {{"voice": "x", "known": ["{spelled}"]}}}}'
    )
    exchanges: list[Exchange] = []
    async with (
        serving(says(said.encode(), status)) as upstream,
        AsyncInferenceClient(upstream.url, **PRIVATE) as client,
    ):
        with pytest.raises(InferenceError) as raised:
            await client.with_options(observer=exchanges.append).summarization("a")
    assert_no_secret(str(raised.value) + raised.value.explain() + repr(raised.value.arguments))


async def test_a_stream_that_repeats_the_token_in_a_list_is_not_quoted() -> None:
    arguments = {"voice": "x", "known": [PRIVATE["token"]]}
    said = f"There is no voice 'x': set `voice` to {PRIVATE['token']}."
    broken = streams(
        event({"error": said, "error_type": "validation", "code": "no_such_voice", "arguments": arguments})
    )
    async with serving(broken) as upstream, AsyncInferenceClient(upstream.url, **PRIVATE) as client:
        with pytest.raises(TextGenerationError) as raised:
            [text async for text in await client.text_generation("a", stream=True)]
    assert_no_secret(str(raised.value) + raised.value.explain() + repr(raised.value.arguments))


async def test_an_answer_that_repeats_the_headers_is_not_recorded_with_them() -> None:
    async def repeat(request: web.Request, upstream: Upstream) -> web.Response:
        return web.json_response([{"summary_text": "b", "headers": dict(request.headers)}])

    exchanges: list[Exchange] = []
    async with serving(repeat) as upstream, AsyncInferenceClient(upstream.url, **PRIVATE) as client:
        await client.with_options(observer=exchanges.append).summarization("a")
    assert b"summary_text" in exchanges[0].response
    assert_no_secret(exchanges[0].response.decode())


async def test_an_answer_that_repeats_the_token_is_not_quoted_whatever_its_status() -> None:
    token = PRIVATE["token"]
    words = f"Invalid token {token}."
    broken = streams(token_event("a"), event({"error": words, "error_type": "validation"}))
    odd = says(json.dumps({"odd": words}).encode())
    async with serving(in_turn(broken, odd)) as upstream, AsyncInferenceClient(upstream.url, **PRIVATE) as client:
        with pytest.raises(TextGenerationError, match=r"Invalid token …\.") as raised:
            [text async for text in await client.text_generation("a", stream=True)]
        with pytest.raises(InvalidAnswerError) as refused:
            await client.summarization("a")
    assert token not in str(raised.value)
    assert token.encode() not in refused.value.body
    assert b"Invalid token" in refused.value.body


async def test_a_model_url_with_a_password_is_not_kept_as_it_is() -> None:
    refusing = answers({"error": "The following `model_kwargs` are not used by the model: ['watermark']"}, 400)
    then = in_turn(refusing, answers([{"generated_text": "a"}]))
    async with serving(then) as upstream, AsyncInferenceClient() as client:
        with pytest.warns(UserWarning, match="watermark"):
            await client.text_generation("a", watermark=True, model=upstream.url.replace("//", "//user:a-password@"))
    assert "a-password" not in repr(vars(client)) + repr(vars(client._ignored_arguments))


async def test_somebodys_hub_token_takes_the_place_of_the_clients_and_goes_to_hugging_face_alone() -> None:
    async with asking(says(b'[{"summary_text": "b"}]'), token="key") as (client, upstream):
        caller = client.with_options(hub_token=" hf_secret1\n")
        await caller.summarization("a")
        await caller.summarization("a", model=f"{upstream.url}/model")
        await client.summarization("a")
    assert [headers.get("Authorization") for _, headers, _ in upstream.requests] == [None, None, "Bearer key"]
    to = caller._options.access.authorization_for
    assert to("https://router.huggingface.co/a") == {"Authorization": "Bearer hf_secret1"}
    assert to("https://huggingface.co.example.com/a") == to("http://router.huggingface.co/a") == {}


async def test_somebodys_hub_token_has_no_line_break() -> None:
    with pytest.raises(InvalidInputError, match="line break"):
        AsyncInferenceClient().with_options(hub_token="hf_a\nX-Key: b")
