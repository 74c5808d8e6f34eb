"""What all fault tests share: a client with secrets before a faulty server, ways to call, and what errors must be."""

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from inference_core import AsyncInferenceClient, InferenceError, InferenceHTTPError
from tests.support.answers import chat_event, token_event
from tests.support.faults import LAST_CHUNK, STREAM, FaultServer, Script, as_json, faulty, in_chunks

GUARD = 15  # seconds after which a test hangs
TOKEN, OWN_HEADER, COOKIE, KEY = "hf_secret_token", "secret-of-my-own", "secret-cookie", "secret-key"
SECRETS = (TOKEN, OWN_HEADER, COOKIE, KEY)
MESSAGES = [{"role": "user", "content": "a"}]

Call = Callable[[AsyncInferenceClient], Coroutine[Any, Any, Any]]


@asynccontextmanager
async def facing(
    *scripts: Script, at_once: bool = True, **options: Any
) -> AsyncIterator[tuple[AsyncInferenceClient, FaultServer]]:
    """A client full of secrets whose model is a URL of a server that follows the scripts.

    Leaving it fails if it took too long, or if a task or a connection is left open.
    """
    tasks = asyncio.all_tasks()
    async with asyncio.timeout(GUARD), faulty(*scripts, at_once=at_once) as server:
        url = f"{server.url}/model?key={KEY}"
        private = {"token": TOKEN, "headers": {"X-Own": OWN_HEADER}, "cookies": {"own": COOKIE}}
        async with AsyncInferenceClient(url, **{**private, **options}) as client:
            yield client, server
        await server.all_left()
    assert asyncio.all_tasks() == tasks


async def failure(call: Awaitable[object], kind: type[InferenceError]) -> str:
    """The message of the error that the call must end with: one sentence of ours, without secrets."""
    with pytest.raises(kind) as raised:
        await call
    return checked(raised.value)


def checked(error: BaseException) -> str:
    """The message of an error, which is one clear sentence without secrets, like everything that comes with it."""
    message = str(error)
    shown = "".join([message, repr(error), *traceback.format_exception(error), *map(str, vars(error).values())])
    assert not [secret for secret in SECRETS if secret in shown]
    assert message.strip() == message
    assert 10 < len(message) < 2_500
    if not isinstance(error, InferenceHTTPError):  # whose message ends with the server's words
        assert message.endswith(".")
        assert "\n" not in message
    return message


async def summary(client: AsyncInferenceClient) -> str:
    return (await client.summarization("a")).summary_text


async def generation(client: AsyncInferenceClient) -> str:
    return await client.text_generation("a")


async def reply(client: AsyncInferenceClient) -> str | None:
    return (await client.chat_completion(MESSAGES)).choices[0].message.content


async def tokens(client: AsyncInferenceClient) -> list[str]:
    return [text async for text in await client.text_generation("a", stream=True)]


async def chunks(client: AsyncInferenceClient) -> list[str | None]:
    return [chunk.choices[0].delta.content async for chunk in await client.chat_completion(MESSAGES, stream=True)]


ANSWERS: Mapping[Call, bytes] = {
    summary: as_json([{"summary_text": "b"}]),
    generation: as_json([{"generated_text": "b"}]),
    reply: as_json({"choices": [{"index": 0, "message": {"role": "assistant", "content": "b"}}]}),
    tokens: STREAM + in_chunks(token_event("b")) + LAST_CHUNK,
    chunks: STREAM + in_chunks(chat_event("b")) + LAST_CHUNK,
}
"""What makes each call give "b"."""
SUMMARY = ANSWERS[summary]


async def read_until_error(client: AsyncInferenceClient, kind: type[InferenceError]) -> tuple[list[str], str]:
    """The tokens of a stream that must end with an error, and that error's message."""
    seen: list[str] = []
    with pytest.raises(kind) as raised:
        async for text in await client.text_generation("a", stream=True):
            seen.append(text)  # noqa: PERF401
    return seen, checked(raised.value)


def token(text: str) -> dict[str, Any]:
    return {"token": {"id": 1, "text": text, "logprob": -1.0, "special": False}, "generated_text": None}


def chunk(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]}


def line(data: object) -> bytes:
    """The JSON of an event, with its letters as they are."""
    return json.dumps(data, ensure_ascii=False).encode()


ALL_CALLS = pytest.mark.parametrize("call", [summary, generation, reply, tokens, chunks])
WHOLE_CALLS = pytest.mark.parametrize("call", [summary, generation, reply])
STREAMS = pytest.mark.parametrize("call", [tokens, chunks])
ONE_OF_EACH = pytest.mark.parametrize("call", [summary, tokens])
