"""What programs meet before a run: the engine's routes with visitors' limits, and the API's answer to too many."""

from dataclasses import dataclass
from functools import partial

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery.backend import ENGINE, MODEL_PATH, TICKET, Backend
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.room import STOPPED, Noted, Room

_CALLS = "/gradio_api/call/"
_RELAYED = "engine"
"""What the figures have in place of a task where a program asks the engine itself."""

_MODEL = "x-model"
"""The header of the engine's answers with the id of the model, which the path does not always name."""

_ERRORS, _FAILURES = 400, 500
"""Statuses from which on there is no answer, and from which on it is the engine's fault."""


def engine_routes(backend: Backend, room: Room) -> list[BaseRoute]:
    """The engine's routes at the page's address, for programs, if there is an engine here."""
    if backend.relay is None:
        return []
    return [Route(f"{ENGINE}{{path:path}}", EngineGate(backend.relay, room), methods=["GET", "POST"])]


@dataclass(frozen=True, slots=True)
class CallGate:
    """Middleware that answers 429 or 503 to a call of the API that would not begin, before Gradio takes it."""

    app: ASGIApp
    room: Room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and _CALLS in scope["path"]:
            try:
                self.room.closing.check()
                self.room.allowances.check(self.room.visitor(Request(scope)))
            except PutOff as why:
                answer = JSONResponse({"detail": why.explain(), "code": why.code}, why.status, why.headers)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class EngineGate:
    """The relay of an engine, where a request that computes is a run of its visitor."""

    relay: ASGIApp
    room: Room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await self.relay(scope, receive, send)
            return
        visitor = self.room.visitor(Request(scope))
        scope[TICKET] = self.room.ticket(visitor)  # who does not read an answer keeps its place
        try:
            with self.room.noted(_RELAYED, visitor, partial(_model_in, scope)) as noted:
                async with self.room.allowances.place(visitor):
                    noted.outcome = STOPPED  # until the last part of an answer has gone out
                    await self.relay(scope, receive, _telling(noted, send))
        except PutOff as why:
            said = {"error": str(why), "code": why.code, "arguments": why.arguments}
            await JSONResponse(said, why.status, why.headers)(scope, receive, send)


def _model_in(scope: Scope) -> str:
    """The model that the path of a request to the engine names, or "": without an answer it is known by that alone."""
    named = MODEL_PATH.fullmatch(scope["path_params"]["path"])
    return named["model"] if named else ""


def _telling(noted: Noted, send: Send) -> Send:
    """`send`, by which it is noted what answers, and by status and last part whether the engine has answered."""
    outcome = ""

    async def telling(message: Message) -> None:
        nonlocal outcome
        if message["type"] == "http.response.start":
            outcome = _outcome(message["status"])
            told = Headers(raw=message["headers"]).get(_MODEL)
            noted.model = partial(str, told) if told else noted.model
        await send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            noted.outcome = outcome

    return telling


def _outcome(status: int) -> str:
    if status < _ERRORS:
        return "done"
    return "refused" if status < _FAILURES else "failed"
