"""Middleware that keeps from Gradio what it should not see, and answers where it would say more than a sentence.

Like all of ours it is plain ASGI: starlette's BaseHTTPMiddleware would pass a stream on through a queue of its own.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from gradio.server_messages import UnexpectedErrorMessage
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from inference_core.errors import CodedError
from inference_core.private_errors import PrivateErrors
from inference_core.settings.hosts import is_from_elsewhere
from tasks.gallery.sessions import Sessions

_API = ("/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/", "/gradio_api/queue/")
_NOT_A_NAME = (KeyError, FnIndexInferError)


async def _only_a_path(request: Request) -> Response:
    raise NotImplementedError


_SESSION = Route("/gradio_api/queue/data", _only_a_path)
_RUNS = [Route(f"/gradio_api/call/{version}{{name}}/{{event}}", _only_a_path) for version in ("v2/", "")]


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """Answers 421 or 403 to a request under another name than `names`, or from a web page of another; None is any."""

    app: ASGIApp
    names: frozenset[str] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            if is_from_elsewhere(self.names, headers.get("host"), None):
                await refusal(421, CodedError("page_under_other_name"))(scope, receive, send)
                return
            if is_from_elsewhere(self.names, headers.get("host"), headers.get("origin")):
                await refusal(403, CodedError("page_for_other_site"))(scope, receive, send)
                return
        await self.app(scope, receive, send)


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
            return refusal(404, nothing)
    return None


async def _unreadable(request: Request, error: Exception) -> Response:
    """In place of FastAPI's own answer, a list that repeats what was sent."""
    return refusal(422, CodedError("unreadable_request"))


EXCEPTION_HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    RequestValidationError: _unreadable
}


def _answer_to(error: Exception, scope: Scope) -> JSONResponse:
    """On the routes of the API it is the caller's payload or name that Gradio could not handle."""
    path = scope["path"]
    if is_upload(path):
        return refusal(422, CodedError("unreadable_upload"))
    if not is_run(path):
        return refusal(500, CodedError("app_failed"))
    if isinstance(error, _NOT_A_NAME):
        return refusal(404, CodedError("unknown_endpoint"))
    return refusal(422, CodedError("not_what_the_task_takes"))


private_errors = partial(PrivateErrors, log=logging.getLogger(__name__), answer=_answer_to)
"""Middleware that turns an unexpected error into a sentence and one line in the log."""


def is_upload(path: str) -> bool:
    """Whether files are sent to this path, as a form."""
    return path.rstrip("/").endswith("/gradio_api/upload")


def is_run(path: str) -> bool:
    """Whether runs are started at this path of the API."""
    return any(route in path for route in _API)


def refusal(status: int, error: CodedError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer in the form in which Gradio's page and clients look for a sentence."""
    return JSONResponse({"detail": error.explain()}, status, headers)
