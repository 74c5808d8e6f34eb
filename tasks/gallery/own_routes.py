"""The routes and middleware of the served app that are ours and not Gradio's.

A route stands before Gradio's, so it takes a path that Gradio leaves free, or one that Gradio must not serve.
Middleware is plain ASGI: starlette's BaseHTTPMiddleware would pass a stream on through a queue of its own.
"""

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery.closed_routes import ClosedRoutes
from tasks.gallery.links.qr import QR_ROUTE
from tasks.gallery.look import SCRIPT, STYLE
from tasks.gallery.sessions import Sessions
from tasks.gallery.spoken import SpokenLanguage

_PRIVACY_HEADERS = [
    # The address of a page holds what a visitor chose; a site behind a link need not know it.
    (b"referrer-policy", b"no-referrer"),
    # What visitors upload is served from our origin: a browser must not take a text for a page.
    (b"x-content-type-options", b"nosniff"),
]
# Should words of a model ever become elements of the page, they cannot call another server.
_PAGE_POLICY = (
    b"img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; "
    b"frame-src 'none'; form-action 'self'; base-uri 'self'"
)
# A file of a visitor or a model that is opened by itself does nothing, whatever it holds.
_FILE_POLICY = b"default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
_FILES = "/gradio_api/file"


class PrivacyHeaders:
    """Adds to every response the headers that keep addresses and uploads from being misused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = _FILE_POLICY if _FILES in scope["path"] else _PAGE_POLICY
                message["headers"] += [*_PRIVACY_HEADERS, (b"content-security-policy", policy)]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OpenPages:
    """Tells the app's sessions whose page is open: the browser keeps a connection for as long as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (matched := _HEARTBEAT.matches(scope))[0] is Match.FULL:
            sessions: Sessions = scope["app"].state_holder
            with sessions.page_open(matched[1]["path_params"]["session_hash"]):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _no_deep_link(_: Request) -> Response:
    # Gradio would write what a visitor has typed to the disk, and give it to whoever has the link.
    return JSONResponse({"detail": "This gallery stores no links."}, 404)


_HEARTBEAT = Route("/gradio_api/heartbeat/{session_hash}", _no_deep_link)  # only its path counts
_UNTIL_IT_HAS_ANOTHER_ADDRESS = {"cache-control": "max-age=31536000, immutable"}
MIDDLEWARE = [Middleware(SpokenLanguage), Middleware(PrivacyHeaders), Middleware(ClosedRoutes), Middleware(OpenPages)]


async def _script(_: Request) -> Response:
    return Response(SCRIPT, media_type="text/javascript", headers=_UNTIL_IT_HAS_ANOTHER_ADDRESS)


async def _style(_: Request) -> Response:
    return Response(STYLE, media_type="text/css", headers=_UNTIL_IT_HAS_ANOTHER_ADDRESS)


ROUTES: list[BaseRoute] = [
    QR_ROUTE,
    Route("/gradio_api/deep_link", _no_deep_link),
    Route("/front.css", _style),
    Route("/gallery.js", _script),
]
