"""Who gets in: a request has its place before its body is read, and bodies share a limit of memory.

Callers who send or read too slowly are not waited for.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Busy
from inference_core.engine.server.errors import refused_as_busy
from inference_core.engine.server.request_body import BadRequest, largest_body

_FIRST_SECONDS = 10.0
_BYTES_PER_SECOND = 16 * 1024
"""A body must arrive within ten seconds, and one second more for every so many bytes that are there."""


_SECONDS_TO_DROP = 3.0


class _ReadsTooSlowly(OSError):
    """The caller does not take the answer. An OSError of `send` tells starlette that nobody is there any more."""


def _sends_before_it_reads(request: Request) -> bool:
    """Whether the connection is closed after the answer, which a caller who still sends then does not get to read."""
    closes = "close" in request.headers.get("connection", "").lower() or request.scope["http_version"] == "1.0"
    return closes and "expect" not in request.headers


@dataclass(slots=True)
class _Room:
    """What is left of the places and of the memory for bodies, and how many bytes a body may have."""

    places: int
    memory: int
    largest: int


class AdmissionMiddleware:
    """ASGI middleware that answers 503 in place of the app if there is no room, before it reads the request's body.

    A POST takes a place from its headers until its answer is complete and handed over. While its body arrives and is
    used, its bytes count against `limits.intake`, all of them at once if the request says how many there are. A caller
    who takes nothing of the answer for as long as the engine computes at most is not waited for.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        largest = largest_body(limits)
        self._patience = limits.deadline
        self._room = _Room(limits.threads + limits.waiting, max(limits.intake, largest), largest)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        body = _Body(receive, self._room)

        async def send_when_read(message: Message) -> None:
            if message["type"] == "http.response.start" and not body.is_complete and _sends_before_it_reads(request):
                body.leave()
                await body.drop_rest()
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                body.leave()
            try:
                async with asyncio.timeout(self._patience):
                    await send(message)
            except TimeoutError:
                raise _ReadsTooSlowly from None

        try:
            body.take_place()
            body.reserve(self._declared(request))
        except Busy as busy:
            body.leave()
            refusal = await refused_as_busy(request, busy)
            await refusal(scope, receive, send_when_read)
            return
        try:
            await self._app(scope, body.receive, send_when_read)
        finally:
            body.leave()

    def _declared(self, request: Request) -> int:
        """How many bytes the request says it has. One that is too large is refused by its route, and not read."""
        declared = request.headers.get("content-length", "")
        return int(declared) if declared.isdecimal() and int(declared) <= self._room.largest else 0


@dataclass(slots=True)
class _Body:
    """A request's body: its place, its memory, and the time it may take."""

    source: Receive
    room: _Room
    has_place: bool = False
    reserved: int = 0
    arrived: int = 0
    is_complete: bool = False
    begun: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def take_place(self) -> None:
        if self.room.places <= 0:
            raise Busy("engine_full")
        self.room.places -= 1
        self.has_place = True

    def reserve(self, count: int) -> None:
        """Make sure that memory for `count` bytes in all is reserved."""
        more = count - self.reserved
        if more > self.room.memory:
            raise Busy("engine_intake_full")
        if more > 0:
            self.room.memory -= more
            self.reserved = count

    def leave(self) -> None:
        self.room.places += self.has_place
        self.room.memory += self.reserved
        self.has_place, self.reserved = False, 0

    async def drop_rest(self) -> None:
        """Read what still arrives, for a few seconds at most, and keep nothing of it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SECONDS_TO_DROP):
                while (await self.source()).get("more_body", False):
                    pass

    async def receive(self) -> Message:
        """The next message, as ASGI's `receive`. Raises BadRequest if it comes too late, Busy if there is no memory."""
        if self.is_complete:
            return await self.source()
        try:
            async with asyncio.timeout_at(self.begun + _FIRST_SECONDS + self.arrived / _BYTES_PER_SECOND):
                message = await self.source()
        except TimeoutError:
            raise BadRequest(408, "body_too_slow") from None
        self.arrived += len(message.get("body", b""))
        self.is_complete = not message.get("more_body", False)
        # More is refused for good by the route, which no other request's end would change.
        self.reserve(min(self.arrived, self.room.largest))
        return message
