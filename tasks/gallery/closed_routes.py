"""The routes of Gradio that this gallery does not use, and does not serve to anybody else either.

They would store what visitors sent where nothing sweeps, fetch addresses for strangers, or tell what others do here.
One more is closed in `own_routes.py`, with words of its own.
"""

from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

CLOSED = (
    # Run a method of a component, and store its files in the system's temporary folder for ever.
    "/gradio_api/component_server{rest:path}",
    "/gradio_api/process_recording{rest:path}",
    # Fetch another server's files for whoever asks.
    "/gradio_api/proxy={rest:path}",
    "/gradio_api/file=http:{rest:path}",
    "/gradio_api/file=https:{rest:path}",
    "/gradio_api/file/{rest:path}",
    # Sounds and videos that are sent in parts, which no task does.
    "/gradio_api/stream/{rest:path}",
    # Who called what, how often and when.
    "/monitoring{rest:path}",
    "/gradio_api/profiling{rest:path}",
    "/gradio_api/runs{rest:path}",
    "/gradio_api/run-history{rest:path}",
    # For the author of an app.
    "/gradio_api/dev/{rest:path}",
    "/gradio_api/vibe{rest:path}",
    "/gradio_api/undo-vibe{rest:path}",
    "/gradio_api/custom_component/{rest:path}",
)

_NOT_SERVED = JSONResponse({"detail": "This gallery does not serve this address."}, 404)
_ROUTES = [Route(path, _NOT_SERVED) for path in CLOSED]


class ClosedRoutes:
    """Answers 404 for `CLOSED`, whatever the method."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (_NOT_SERVED if is_closed(scope) else self._app)(scope, receive, send)


def is_closed(scope: Scope) -> bool:
    """Whether this request is for a closed route."""
    return scope["type"] == "http" and any(route.matches(scope)[0] is not Match.NONE for route in _ROUTES)
