"""How much may be sent, how slowly, and how much of it is held at once: middleware before Gradio, which has no limits.

Bodies are read and checked here, except uploads, which Gradio writes into files as they come.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.errors import CodedError
from tasks.gallery.backend import ENGINE
from tasks.gallery.limits import LARGEST_TEXTS, MOST_PARTS
from tasks.gallery.request_guard import is_run, is_upload, refusal
from tasks.gallery.temp_files import Storage

HELD_AT_ONCE = 4
"""How many of the largest bodies are held at the same time, in bytes."""

_FIRST_SECONDS = 10.0
_BYTES_PER_SECOND = 32 * 1024
"""A body must arrive within ten seconds, and one second more for every so many bytes that are there."""

_MEBI = 2**20
_AGENTS = "/gradio_api/mcp"


class _Refused(Exception):
    """A body is not read any further, and answered with this status and error."""

    def __init__(self, status: int, error: CodedError, headers: Mapping[str, str] | None = None) -> None:
        self.answer = refusal(status, error, headers)


@dataclass(slots=True)
class RequestBodies:
    """Refuses bodies that are too large, too slow or too many, before anybody reads their JSON.

    `most` is what a request may have that can bring files as base64, which those that start a run can; others may have
    as much as a text. `storage` is where uploads go.
    """

    app: ASGIApp
    most: int
    storage: Storage = field(default_factory=Storage)
    held: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
            return
        try:
            if is_upload(scope["path"]):
                await self.app(scope, self._counted(receive), send)
            else:
                with self._share() as share:
                    if given := await self._whole(scope["path"], receive, share):
                        await self.app(scope, given, send)
        except _Refused as refused:
            await refused.answer(scope, receive, send)

    @contextmanager
    def _share(self) -> Iterator["_Share"]:
        """What one request holds of `held`, given back at the end."""
        share = _Share(self)
        try:
            yield share
        finally:
            self.held -= share.size

    async def _whole(self, path: str, receive: Receive, share: "_Share") -> Receive | None:
        """What gives the messages of a body that has been checked, and then the others; None if the caller has left."""
        most = self.most if is_run(path) or _AGENTS in path or ENGINE in path else min(self.most, LARGEST_TEXTS)
        source = _in_time(receive)
        messages: deque[Message] = deque()
        parts = 0
        more = True
        while more:
            message = await source()
            if message["type"] != "http.request":
                return None
            more = message.get("more_body", False)
            body = message.get("body", b"")
            share.add(len(body), most)
            parts += sum(map(body.count, (b",", b"[", b"{")))
            messages.append(message)
        if parts > 2 * MOST_PARTS:
            raise _Refused(413, CodedError("request_too_complex", most=f"{MOST_PARTS:,}"))

        async def receive_next() -> Message:
            return messages.popleft() if messages else await receive()

        return receive_next

    def _counted(self, receive: Receive) -> Receive:
        """What gives the same messages until they are too much, too slow, or there is no room for them."""
        source = _in_time(receive)
        size = 0

        async def receive_counting() -> Message:
            nonlocal size
            if self.storage.is_full:
                raise _Refused(507, CodedError("storage_full"), {"Retry-After": "150"})
            message = await source()
            arrived = len(message.get("body", b""))
            size += arrived
            self.storage.used += arrived
            if size > self.most:
                raise _too_large(self.most)
            return message

        return receive_counting


@dataclass(slots=True)
class _Share:
    """What one body holds of all that are held."""

    bodies: RequestBodies
    size: int = 0

    def add(self, count: int, most: int) -> None:
        """Raises _Refused if this is more than the body may have, or more than can be held."""
        self.size += count
        self.bodies.held += count
        if self.size > most:
            raise _too_large(most)
        if self.bodies.held > HELD_AT_ONCE * self.bodies.most:
            raise _Refused(503, CodedError("page_intake_full"), {"Retry-After": "5"})


def _in_time(receive: Receive) -> Receive:
    """What gives the same messages, and raises _Refused if one does not come in time, until the body is complete."""
    begun = asyncio.get_running_loop().time()
    arrived = 0
    is_complete = False

    async def receive_in_time() -> Message:
        nonlocal arrived, is_complete
        if is_complete:
            return await receive()
        try:
            async with asyncio.timeout_at(begun + _FIRST_SECONDS + arrived / _BYTES_PER_SECOND):
                message = await receive()
        except TimeoutError:
            raise _Refused(408, CodedError("body_too_slow"), {"Connection": "close"}) from None
        arrived += len(message.get("body", b""))
        is_complete = not message.get("more_body", False)
        return message

    return receive_in_time


def _too_large(most: int) -> _Refused:
    return _Refused(413, CodedError("page_request_too_large", most=most // _MEBI))
