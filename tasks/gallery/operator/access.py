"""Who the operator is: whoever has typed the key. Their browser keeps a cookie that proves it for half a day."""

import hashlib
import hmac
import secrets
import sys
import time
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

from inference_core.settings.description import GallerySettings
from inference_core.tokens import Secret

_COOKIE = "gallery-operator"
_VALID_FOR = 12 * 3600
"""Seconds."""

_LONG_ENOUGH = 16
"""Characters. Nothing but its length keeps a key from being guessed: programs may send one with every request."""


@dataclass(frozen=True, slots=True)
class OperatorAccess:
    """The key of the operator's views; without one they are closed to everybody.

    What the cookie holds is signed with the key, so that it counts for every process that has the same one.
    """

    key: Secret | None

    @property
    def is_open(self) -> bool:
        """Whether there is a key that opens the views."""
        return self.key is not None

    def is_key(self, typed: str) -> bool:
        """Whether this is the key, in the same time for every wrong one."""
        return self.key is not None and hmac.compare_digest(
            typed.encode(errors="replace"), self.key.reveal().encode(errors="replace")
        )

    def is_operator(self, connection: HTTPConnection) -> bool:
        """Whether the operator's browser sent this, or a program with the key as its bearer token."""
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_key(token.strip()):
            return True
        until, _, signature = connection.cookies.get(_COOKIE, "").partition(".")
        return (
            self.key is not None
            and until.isdecimal()
            and len(until) < 12
            and int(until) > time.time()
            and hmac.compare_digest(signature.encode(), self._signature(until).encode())
        )

    def sign_in(self, response: Response, connection: HTTPConnection) -> None:
        """Give the browser the cookie. A page of another site cannot use it, and no script can read it."""
        until = str(int(time.time()) + _VALID_FOR)
        response.set_cookie(
            _COOKIE,
            f"{until}.{self._signature(until)}",
            max_age=_VALID_FOR,
            path=connection.scope.get("root_path") or "/",
            secure=connection.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def sign_out(self, response: Response, connection: HTTPConnection) -> None:
        """Take the cookie back."""
        response.delete_cookie(_COOKIE, path=connection.scope.get("root_path") or "/")

    def _signature(self, until: str) -> str:
        key = self.key.reveal() if self.key else ""
        return hmac.new(key.encode(), f"{_COOKIE} {until}".encode(), hashlib.sha256).hexdigest()


CLOSED = OperatorAccess(None)


def operator_access(settings: GallerySettings) -> OperatorAccess:
    """With the key of the settings; else with a new one that is printed, if there is a terminal where it is read."""
    given = settings.operator_key
    if given and len(given.reveal()) < _LONG_ENOUGH:
        print(f"GALLERY_OPERATOR_KEY is short: take one of {_LONG_ENOUGH} characters or more.", file=sys.stderr)
    if given or not sys.stdout.isatty():
        return OperatorAccess(given)
    key = secrets.token_urlsafe(12)
    print(f"* Operator's key: {key} (type it at /operator)")
    return OperatorAccess(Secret(key))
