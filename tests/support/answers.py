"""Answers of the test's own model server, to be combined in a test, and a client that asks it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from inference_core import AsyncInferenceClient
from tests.support.upstream import Answer, Upstream, serving


@asynccontextmanager
async def asking(
    answer: Answer, model: str | None = "some/model", *, lists_tasks: bool = False, **options: Any
) -> AsyncIterator[tuple[AsyncInferenceClient, Upstream]]:
    """A client pointed at a server that answers so, closed before it."""
    async with (
        serving(answer, lists_tasks=lists_tasks) as upstream,
        AsyncInferenceClient(model, endpoint=upstream.url, **options) as client,
    ):
        yield client, upstream


def in_turn(*answers: Answer) -> Answer:
    """The first answer to the first request, the second to the second; the last one again and again."""
    left = list(answers)

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        chosen = left.pop(0) if len(left) > 1 else left[0]
        return await chosen(request, upstream)

    return answer


def by_path(choose: Callable[[str], Answer]) -> Answer:
    """An answer chosen by the path of the request."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return await choose(request.path)(request, upstream)

    return answer


def says(body: bytes, status: int = 200, content_type: str = "application/json", **headers: str) -> Answer:
    """Always the same bytes."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type, headers=headers)

    return answer


def moved(location: str | None, status: int = 307) -> Answer:
    """A redirect."""
    return says(b"", status, **({} if location is None else {"Location": location}))


def streams(*chunks: bytes) -> Answer:
    """An event stream that arrives in these chunks."""
    return says_in_parts(*chunks, content_type="text/event-stream")


def says_in_parts(*chunks: bytes, content_type: str) -> Answer:
    """A chunked body; an empty chunk cuts the connection there."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for chunk in chunks:
            if not chunk:
                assert request.transport is not None
                request.transport.abort()
                return response
            await response.write(chunk)
        return response

    return answer


def token_event(text: str) -> bytes:
    """One event of text generation."""
    return event({"token": {"id": 1, "text": text, "logprob": -1.0, "special": False}, "generated_text": None})


def chat_event(text: str) -> bytes:
    """One chunk of a chat completion."""
    return event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]})


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def json_of(upstream: Upstream, number: int = -1) -> Any:
    """The JSON of a request."""
    return json.loads(upstream.requests[number][2])


def headers_of(upstream: Upstream, number: int = -1) -> dict[str, str]:
    """The headers of a request, by lower-case name."""
    return {name.lower(): value for name, value in upstream.requests[number][1].items()}
