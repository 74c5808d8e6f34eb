"""Middleware that keeps from Gradio what it should not see, and answers where it would say more than a sentence.

Like all of ours it is plain ASGI: starlette's BaseHTTPMiddleware would pass a stream on through a queue of its own.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.errors import CodedError
from inference_core.private_log import where_raised
from inference_core.settings.hosts import is_from_elsewhere
from tasks.gallery.limits import MOST_PARTS

_log = logging.getLogger(__name__)

_UPLOADS = "/gradio_api/upload"
"""Gradio reads them part by part, and has a limit for them."""

_MEBI = 2**20
_API = ("/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/", "/gradio_api/queue/")
_NOT_A_NAME = (KeyError, FnIndexInferError)


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
        has_body = scope["type"] == "http" and scope["method"] in ("POST", "PUT", "PATCH")
        if not has_body or scope["path"].rstrip("/").endswith(_UPLOADS):
            await self.app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return  # the caller has left
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.most:
                await _refusal(413, CodedError("page_request_too_large", most=self.most // _MEBI))(scope, receive, send)
                return
        if sum(map(body.count, (b",", b"[", b"{"))) > 2 * MOST_PARTS:
            await _refusal(413, CodedError("request_too_complex", most=f"{MOST_PARTS:,}"))(scope, receive, send)
            return
        await self.app(scope, _first({"type": "http.request", "body": bytes(body)}, receive), send)


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
    if not any(route in path for route in _API):
        return _refusal(500, CodedError("app_failed"))
    if isinstance(error, _NOT_A_NAME):
        return _refusal(404, CodedError("unknown_endpoint"))
    return _refusal(422, CodedError("not_what_the_task_takes"))


def _refusal(status: int, error: CodedError) -> JSONResponse:
    return JSONResponse({"detail": error.explain()}, status)
