"""Who may use the engine. Any web page can post to loopback, so Host must match, and without a key Origin too."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from inference_core.errors import CodedError
from inference_core.settings.hosts import is_loopback, name_of

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class AccessMiddleware:
    """ASGI middleware that answers 401, 403 or 421 in place of the app.

    `hosts` are the Host headers that are accepted, with their ports; None accepts any. `names` are accepted with any
    port. `key` is the bearer token that callers must send; None if they do not need one.
    """

    app: ASGIApp
    hosts: frozenset[str] | None
    key: str | None
    names: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, headers: Headers) -> JSONResponse | None:
        host = headers.get("host", "").lower()
        if self.hosts is not None and host not in self.hosts and name_of(host) not in self.names:
            return error_response(421, CodedError("other_host"))
        origin = headers.get("origin")
        if self.key is None and origin is not None and origin.lower().partition("://")[2] != host:
            return error_response(403, CodedError("other_origin"))
        if self.key is not None and not hmac.compare_digest(
            headers.get("authorization", "").encode("latin-1"), f"Bearer {self.key}".encode()
        ):
            return error_response(401, CodedError("key_needed"), _CHALLENGE)
        return None


def loopback_hosts(host: str, port: int) -> frozenset[str] | None:
    """The Host headers of a server bound to `host`; None if it is not loopback, since it may have any name."""
    if not is_loopback(host):
        return None
    given = f"[{host}]" if ":" in host else host.lower()
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]", given))


def error_response(status: int, error: CodedError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The engine's form of an error, for what stands before its app."""
    return JSONResponse({"error": str(error), "code": error.code, "arguments": error.arguments}, status, headers)
