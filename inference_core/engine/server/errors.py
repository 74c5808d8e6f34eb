"""What the server says when it does not answer: one JSON error for every reason, in words for whoever called."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.runners.contract import Busy, DeadlineExceeded
from inference_core.engine.server.request_body import BadRequest
from inference_core.engine.server.streaming import event_of
from inference_core.private_log import where_raised

_log = logging.getLogger(__name__)
CHAT_ROUTE = "/v1/chat/completions"
_CLIENT_CLOSED_REQUEST = 499


@dataclass(frozen=True, slots=True)
class ErrorMiddleware:
    """ASGI middleware that turns an unforeseen error into a 500 and one line in the log.

    The server below would log its traceback, whose message may quote what the caller wrote.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            _log.error("%s", where_raised(error))
            if not started:
                message = "The engine failed on this input; it goes on serving others."
                await _refusal(Request(scope), 500, message, "generation")(scope, receive, send)


async def until_it_breaks(request: Request, events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The events of a stream and, where it fails, an event that says so: its status has been sent already."""
    try:
        async for event in events:
            yield event
    except (DeadlineExceeded, CannotAnswer) as error:
        yield event_of(_error(request, str(error), "generation"))
    except Exception as error:
        _log.error("%s", where_raised(error))
        yield event_of(_error(request, "The engine failed in the middle of its answer.", "generation"))


def _error(request: Request, message: str, kind: str) -> dict[str, Any]:
    """In OpenAI's shape on its routes, where its clients look for a `message`; elsewhere in that of the hosted API."""
    if request.url.path.startswith("/v1/") or request.url.path.endswith(CHAT_ROUTE):
        return {"error": {"message": message, "type": kind}, "error_type": kind}
    return {"error": message, "error_type": kind}


def _refusal(
    request: Request, status: int, message: str, kind: str = "validation", headers: Mapping[str, str] | None = None
) -> Response:
    content = msgspec.json.encode(_error(request, message, kind))
    return Response(content, status, media_type="application/json", headers=headers)


async def _on_bad_request(request: Request, error: Any) -> Response:
    return _refusal(request, error.status, str(error))


async def _on_refusal(request: Request, error: Exception) -> Response:
    return _refusal(request, 422, str(error))


async def _on_busy(request: Request, error: Exception) -> Response:
    message = "The engine has as much to do as it can queue: try again in a moment."
    return _refusal(request, 503, message, "overloaded", {"Retry-After": str(Busy.retry_after)})


async def _on_deadline(request: Request, error: Exception) -> Response:
    return _refusal(request, 504, f"{error} Ask for less, or raise the engine's deadline.", "generation")


async def _on_departure(request: Request, error: Exception) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _on_unknown_path(request: Request, error: Exception) -> Response:
    message = f"There is nothing at this path; models are at /models/{{id}}, chat at {CHAT_ROUTE}."
    return _refusal(request, 404, message)


async def _on_wrong_method(request: Request, error: Any) -> Response:
    message = f"This path is not called by {request.method} but by {error.headers['Allow']}."
    return _refusal(request, 405, message, headers=error.headers)


EXCEPTION_HANDLERS: Mapping[Any, ExceptionHandler] = {
    BadRequest: _on_bad_request,
    CannotAnswer: _on_refusal,
    Busy: _on_busy,
    DeadlineExceeded: _on_deadline,
    ClientDisconnect: _on_departure,
    404: _on_unknown_path,
    405: _on_wrong_method,
}
