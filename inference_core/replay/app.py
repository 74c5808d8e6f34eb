"""The replay as an ASGI app: recorded answers at recorded pace, and a sentence for what was not recorded."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.engine.server.access import error_response
from inference_core.engine.server.disconnect import until_disconnect
from inference_core.errors import NOT_RECORDED, CodedError
from inference_core.recording.canonical import canonical_target
from inference_core.recording.format import NOTED_HEADERS, Entry
from inference_core.recording.matching import Matcher
from inference_core.recording.reading import Recording
from inference_core.replay.listings import listing
from inference_core.replay.read_body import body_again

_MOST_BODY = 256 * 1024 * 1024
_OF_THE_ENGINE = ("/models/", "/v1/", "/generate", "/info", "/api/tasks")
_EVENTS = ("text/event-stream", "application/x-ndjson")


class ReplayApp:
    """Answers as `recording` says; `fallback`, an app for a route with a `path`, answers the rest if there is one.

    `pace` says how many times the recorded time an answer takes; with 0 it comes at once.
    """

    def __init__(self, recording: Recording, *, pace: float = 1.0, fallback: ASGIApp | None = None) -> None:
        self._recording = recording
        self._matcher = Matcher(recording.entries, puts_off=pace > 0)
        self._pace = pace / 1000
        self._fallback = fallback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await self._respond(Request(scope, receive), scope, receive, send)

    async def _respond(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raises ClientDisconnect if nobody waits for it any more."""
        body = await _body(request)
        if body is None:
            refusal = error_response(413, CodedError("replay_too_large", most=_MOST_BODY // 2**20))
            await refusal(scope, receive, send)
            return
        path, query = _path(request), scope["query_string"].decode("latin-1")
        kind = request.headers.get("content-type", "")
        entry = await asyncio.to_thread(self._matcher.find, request.method, path, query, body, kind)
        if entry is not None:
            await until_disconnect(request, self._answer(entry, send))
        else:
            await self._unrecorded(path, body)(scope, body_again(body, receive), send)

    async def _answer(self, entry: Entry, send: Send) -> None:
        body = await asyncio.to_thread(self._recording.body, entry)
        began = asyncio.get_running_loop().time()
        await self._until(began, entry.head)
        await send({"type": "http.response.start", "status": entry.response.status, "headers": [*_headers(entry)]})
        sent = 0
        for at, size in entry.events:
            await self._until(began, at)
            await send(_part(body[sent : sent + size], more=True))
            sent += size
        await send(_part(b"", more=False))

    async def _until(self, began: float, milliseconds: float) -> None:
        left = began + milliseconds * self._pace - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    def _unrecorded(self, path: str, body: bytes) -> ASGIApp:
        known = listing(canonical_target(path, ""), self._recording.entries)
        if known is not None:
            return JSONResponse(known)
        place = canonical_target(path, "")
        if self._fallback is not None and place.startswith(_OF_THE_ENGINE):
            return _below(self._fallback, place)
        return error_response(404, CodedError(NOT_RECORDED, recorded=self._recorded(path)))

    def _recorded(self, path: str) -> str:
        return " · ".join(self._matcher.told(path)) or "–"


def _headers(entry: Entry) -> Iterator[tuple[bytes, bytes]]:
    content = entry.response.content
    yield b"x-recorded", _sendable(entry.started_date_time)
    if content.mime_type:
        yield b"content-type", _sendable(content.mime_type)
    if not content.mime_type.startswith(_EVENTS):
        yield b"content-length", str(content.size).encode()
    for header in entry.response.headers:
        if header.name.lower() in NOTED_HEADERS:
            yield header.name.lower().encode(), _sendable(header.value)


def _sendable(value: str) -> bytes:
    return "".join(letter for letter in value if letter.isprintable()).encode("latin-1", "replace")


def _part(content: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


def _path(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


async def _body(request: Request) -> bytes | None:
    """The body of the request; None if it is too large."""
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _MOST_BODY:
            return None
        parts.append(chunk)
    return b"".join(parts)


def _below(app: ASGIApp, path: str) -> ASGIApp:
    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path_params": {"path": path.lstrip("/")}}, receive, send)

    return routed
