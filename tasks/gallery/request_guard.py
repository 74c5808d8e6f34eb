"""Middleware that keeps from Gradio what it should not see, and answers where it would say more than a sentence.

Like all of ours it is plain ASGI: starlette's BaseHTTPMiddleware would pass a stream on through a queue of its own.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from gradio.server_messages import UnexpectedErrorMessage
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.errors import CodedError
from inference_core.private_log import where_raised
from inference_core.settings.hosts import is_from_elsewhere
from tasks.gallery.limits import MOST_PARTS
from tasks.gallery.sessions import Sessions

_log = logging.getLogger(__name__)

_UPLOADS = "/gradio_api/upload"
"""Gradio reads them part by part, and has a limit for each file, but none for fields that are not files."""

_MEBI = 2**20
_API = ("/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/", "/gradio_api/queue/")
_NOT_A_NAME = (KeyError, FnIndexInferError)


async def _only_a_path(request: Request) -> Response:
    raise NotImplementedError


_SESSION = Route("/gradio_api/queue/data", _only_a_path)
_RUNS = [Route(f"/gradio_api/call/{version}{{name}}/{{event}}", _only_a_path) for version in ("v2/", "")]


@dataclass(frozen=True, slots=True)
class PrivateErrors:
    """Turns an unexpected error into a sentence and one line in the log.

    Without it the server would log the traceback, whose message may quote what the caller sent.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting_start)
        except Exception as error:
            _log.error("%s", where_raised(error))
            if not started and scope["type"] == "http":
                await _answer_to(error, scope["path"])(scope, receive, send)


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """Answers 421 or 403 to a request under another name than `names`, or from a web page of another; None is any."""

    app: ASGIApp
    names: frozenset[str] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            if is_from_elsewhere(self.names, headers.get("host"), None):
                await _refusal(421, CodedError("page_under_other_name"))(scope, receive, send)
                return
            if is_from_elsewhere(self.names, headers.get("host"), headers.get("origin")):
                await _refusal(403, CodedError("page_for_other_site"))(scope, receive, send)
                return
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class RequestSize:
    """Answers 413 to a request that has more than `most` bytes or too many parts, before anybody reads its JSON."""

    app: ASGIApp
    most: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PUT", "PATCH"):
            await self.app(scope, receive, send)
        elif scope["path"].rstrip("/").endswith(_UPLOADS):
            try:
                await self.app(scope, self._counted(receive), send)
            except _TooLarge:
                await self._too_large()(scope, receive, send)
        else:
            await self._checked(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the caller has left
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.most:
                await self._too_large()(scope, receive, send)
                return
        if sum(map(body.count, (b",", b"[", b"{"))) > 2 * MOST_PARTS:
            await _refusal(413, CodedError("request_too_complex", most=f"{MOST_PARTS:,}"))(scope, receive, send)
            return
        await self.app(scope, _first({"type": "http.request", "body": bytes(body)}, receive), send)

    def _counted(self, receive: Receive) -> Receive:
        """What gives the same messages until they are too much."""
        size = 0

        async def receive_counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.most:
                raise _TooLarge
            return message

        return receive_counting

    def _too_large(self) -> Response:
        return _refusal(413, CodedError("page_request_too_large", most=self.most // _MEBI))


class _TooLarge(Exception):
    """An upload is larger than a request may be."""


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """Answers whoever waits for a run that is not there; Gradio would break off in the middle of its answer."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nothing = _nothing_to_wait_for(scope) if scope["type"] == "http" else None
        await (nothing or self.app)(scope, receive, send)


def _nothing_to_wait_for(scope: Scope) -> Response | None:
    sessions: Sessions = scope["app"].state_holder
    nothing = CodedError("nothing_runs")
    if _SESSION.matches(scope)[0] is Match.FULL:
        session = QueryParams(scope["query_string"]).get("session_hash")
        if session is None or sessions.has_messages(session):
            return None
        # In the form in which the page looks for it, to connect again.
        event = UnexpectedErrorMessage(message=nothing.explain(), success=False, session_not_found=True)
        return Response(f"data: {event.model_dump_json()}\n\n", media_type="text/event-stream")
    for kind, found in (route.matches(scope) for route in _RUNS):
        if kind is Match.FULL and not sessions.has_run(found["path_params"]["event"]):
            return _refusal(404, nothing)
    return None


async def _unreadable(request: Request, error: Exception) -> Response:
    """In place of FastAPI's own answer, a list that repeats what was sent."""
    return _refusal(422, CodedError("unreadable_request"))


EXCEPTION_HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    RequestValidationError: _unreadable
}


def _first(message: Message, receive: Receive) -> Receive:
    """What gives this message and then the others."""
    messages: Iterator[Message] = iter([message])

    async def receive_next() -> Message:
        return next(messages, None) or await receive()

    return receive_next


def _answer_to(error: Exception, path: str) -> JSONResponse:
    """On the routes of the API it is the caller's payload or name that Gradio could not handle."""
    if path.rstrip("/").endswith(_UPLOADS):
        return _refusal(422, CodedError("unreadable_upload"))
    if not any(route in path for route in _API):
        return _refusal(500, CodedError("app_failed"))
    if isinstance(error, _NOT_A_NAME):
        return _refusal(404, CodedError("unknown_endpoint"))
    return _refusal(422, CodedError("not_what_the_task_takes"))


def _refusal(status: int, error: CodedError) -> JSONResponse:
    return JSONResponse({"detail": error.explain()}, status)
