"""The server's error responses: each is JSON with an error code and a sentence."""

import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ExceptionHandler, Scope

from inference_core.engine.contract import CannotAnswer, CannotLoad
from inference_core.engine.runners.contract import Busy, DeadlineExceeded, Loading
from inference_core.engine.server.request_body import BadRequest
from inference_core.engine.server.streaming import event_of
from inference_core.errors import CodedError
from inference_core.private_errors import PrivateErrors
from inference_core.private_log import where_raised

_log = logging.getLogger(__name__)
CHAT_ROUTE = "/v1/chat/completions"
_OPENAIS_ROUTES = (CHAT_ROUTE, "/v1/completions")
_CLIENT_CLOSED_REQUEST = 499


async def with_error_event(request: Request, events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The events of a stream and, if it fails, an event with the error, because the status has been sent already."""
    try:
        async for event in events:
            yield event
    except CodedError as error:
        yield event_of(_error(request, error, "generation"))
    except Exception as error:
        _log.error("%s", where_raised(error))
        yield event_of(_error(request, CodedError("engine_failed_midway"), "generation"))


def _error(request: Request, error: CodedError, kind: str) -> dict[str, Any]:
    """OpenAI's format on OpenAI's routes, where clients look for a `message`; elsewhere the hosted API's format."""
    if request.url.path.startswith("/v1/") or request.url.path.endswith(_OPENAIS_ROUTES):
        description: Any = {"message": str(error), "type": kind, "code": error.code}
    else:
        description = str(error)
    return {"error": description, "error_type": kind, "code": error.code, "arguments": error.arguments}


def _refusal(
    request: Request, status: int, error: CodedError, kind: str = "validation", headers: Mapping[str, str] | None = None
) -> Response:
    content = msgspec.json.encode(_error(request, error, kind))
    return Response(content, status, media_type="application/json", headers=headers)


def _engine_failed(error: Exception, scope: Scope) -> Response:
    return _refusal(Request(scope), 500, CodedError("engine_failed"), "generation")


private_errors = partial(PrivateErrors, log=_log, answer=_engine_failed)
"""Middleware that turns an unexpected error into a 500 and one line in the log."""


async def _on_bad_request(request: Request, error: Any) -> Response:
    return _refusal(request, error.status, error)


async def _on_refusal(request: Request, error: Any) -> Response:
    return _refusal(request, 422, error)


async def refused_as_busy(request: Request, error: Any) -> Response:
    return _refusal(request, 503, error, "overloaded", {"Retry-After": str(error.retry_after)})


async def _on_no_model(request: Request, error: Any) -> Response:
    return _refusal(request, 503, error, "generation")


async def _on_loading(request: Request, error: Any) -> Response:
    told = {**_error(request, error, "overloaded"), "estimated_time": error.estimated_time}
    return Response(msgspec.json.encode(told), 503, media_type="application/json")


async def _on_deadline(request: Request, error: Any) -> Response:
    return _refusal(request, 504, error, "generation")


async def _on_disconnect(request: Request, error: Exception) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


async def _on_unknown_path(request: Request, error: Exception) -> Response:
    return _refusal(request, 404, CodedError("no_such_path", models="/models/{id}", chat=CHAT_ROUTE))


async def _on_wrong_method(request: Request, error: Any) -> Response:
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=error.headers)
    wrong = CodedError("wrong_method", method=request.method, allowed=error.headers["Allow"])
    return _refusal(request, 405, wrong, headers=error.headers)


EXCEPTION_HANDLERS: Mapping[Any, ExceptionHandler] = {
    BadRequest: _on_bad_request,
    CannotAnswer: _on_refusal,
    Busy: refused_as_busy,
    CannotLoad: _on_no_model,
    Loading: _on_loading,
    DeadlineExceeded: _on_deadline,
    ClientDisconnect: _on_disconnect,
    404: _on_unknown_path,
    405: _on_wrong_method,
}
