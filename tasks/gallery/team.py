"""Signing in for a team: who is in the operator's list gets the page, its API and its tools, and nobody else does.

The page to sign in, and the cookie that says who did, are Gradio's. Gradio looks at it on its own routes only; the
middleware here looks at it on all. Programs may send name and password with each request instead (HTTP Basic), and the
operator's the key as bearer token.
"""

import base64
import binascii
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gradio.routes import App
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from inference_core.errors import CodedError
from inference_core.tokens import Secret
from tasks.gallery.request_guard import refusal

_OPERATOR = "operator"
"""The name under which whoever has the operator's key is signed in."""

_COOKIES = ("access-token-", "access-token-unsecure-")
_OPEN = {
    # What has to be asked before, and what looks after the process.
    *("/", "/login", "/logout", "/health", "/gradio_api/startup-events", "/gradio_api/login_check"),
    # What the page to sign in consists of.
    *("/front.css", "/gallery.js", "/favicon.ico", "/manifest.json", "/theme.css", "/preview.webp", "/robots.txt"),
    # What has a key of its own.
    *("/operator", "/metrics"),
}
_OPEN_FOLDERS = ("/assets/", "/static/", "/svelte/", "/operator/")
_NOT_A_LIST = (
    "GALLERY_AUTH is not understood: it must be the path of a file, or lines such as name:password, each with another "
    "name."
)


@dataclass(frozen=True, slots=True)
class People:
    """Who may use the gallery: their passwords by their names."""

    passwords: Mapping[str, Secret] = field(repr=False)

    @property
    def for_gradio(self) -> list[tuple[str, str]]:
        """As `launch` takes them."""
        return [(name, password.reveal()) for name, password in self.passwords.items()]

    def who(self, authorization: str) -> str | None:
        """The name in a header `Authorization: Basic …`, if the password in it is right."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            decoded = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            return None
        name, _, password = decoded.partition(":")
        known = self.passwords.get(name)
        # Compared in any case, so that the time does not tell who is in the list.
        right = secrets.compare_digest(password.encode(), (known.reveal() if known else "").encode())
        return name if known and right else None


def read_people(given: Secret | None) -> People | None:
    """The people in the setting, or in the file that it names; None if everybody may come.

    Ends the process with a sentence if they cannot be read. Nothing of the setting is in it.
    """
    if given is None:
        return None
    passwords: dict[str, Secret] = {}
    for line in filter(None, map(str.strip, _text_of(given.reveal()).splitlines())):
        name, _, password = (part.strip() for part in line.partition(":"))
        if not name or not password or name in passwords:
            sys.exit(_NOT_A_LIST)
        passwords[name] = Secret(password)
    if not passwords:
        sys.exit(_NOT_A_LIST)
    return People(passwords)


def _text_of(given: str) -> str:
    try:
        is_file = "\n" not in given and Path(given).is_file()
    except (OSError, ValueError):  # too long for a path, for instance
        is_file = False
    if not is_file:
        return given
    try:
        return Path(given).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        sys.exit("The file that GALLERY_AUTH names cannot be read: it must be a text in UTF-8 that this user may read.")


def _signed_in(scope: Scope) -> str | None:
    """The name of whoever sent this request, as Gradio knows it; None if nobody has signed in."""
    app: App = scope["app"]
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    tokens = (cookies.get(f"{prefix}{app.cookie_id}") for prefix in _COOKIES)
    found: str | None = next(filter(None, map(app.tokens.get, tokens)), None)
    return found


@dataclass(slots=True)
class SignedIn:
    """Answers 401 to whoever has not signed in, except where that is done. The scope's `user` is who has.

    `is_operator` says it of who sends a request: the operator need not be one of the `people`.
    """

    app: ASGIApp
    people: People
    is_operator: Callable[[HTTPConnection], bool]
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    """A token for each name that has come with its password in the header, for as long as the process runs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if name := self._name(scope):
            scope = self._with_cookie(scope, name)
        user = _signed_in(scope)
        if user or _is_open(scope["path"]):
            await self.app({**scope, "user": user}, receive, send)
        else:
            await refusal(401, CodedError("not_signed_in"))(scope, receive, send)

    def _name(self, scope: Scope) -> str | None:
        """Who sends a request that shows by itself who that is."""
        if name := self.people.who(Headers(scope=scope).get("authorization", "")):
            return name
        return _OPERATOR if not _signed_in(scope) and self.is_operator(HTTPConnection(scope)) else None

    def _with_cookie(self, scope: Scope, name: str) -> Scope:
        """The request as if it came from a page on which this person has signed in."""
        app: App = scope["app"]
        token = self.tokens.setdefault(name, secrets.token_urlsafe(16))
        app.tokens[token] = name
        mine = {f"{prefix}{app.cookie_id}" for prefix in _COOKIES}
        others = [one for one in _cookies(scope) if one.partition("=")[0] not in mine]
        cookies = "; ".join([*others, f"{_COOKIES[1]}{app.cookie_id}={token}"])
        headers = [header for header in scope["headers"] if header[0] != b"cookie"]
        return {**scope, "headers": [*headers, (b"cookie", cookies.encode("latin-1"))]}


def _cookies(scope: Scope) -> Iterator[str]:
    """The cookies of a request as they were sent, `name=value`; HTTP/2 may send each in a header of its own."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            yield from filter(None, map(str.strip, value.decode("latin-1").split(";")))


def _is_open(path: str) -> bool:
    return (path.rstrip("/") or "/") in _OPEN or path.startswith(_OPEN_FOLDERS)
