"""The page's scripts and styles, each read and compressed once: Gradio does that anew for every visitor.

A page has sixty of them, so that this was a third of what the server does for somebody who comes for the first time.
"""

import re

from gradio.brotli_middleware import BrotliMiddleware
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tasks.gallery.collected import collected

_ASSET = re.compile(r"/(?:assets/.+|gallery\.js|front\.css|theme\.css)")
_MOST_KEPT = 1_000
_QUALITY = 9
"""Of brotli, from 0 to 11: above this one it takes long for little."""

_UNTIL_IT_HAS_ANOTHER_NAME = "public, max-age=31536000, immutable"


class KeptAssets:
    """Answers with scripts and styles from memory; anything else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = BrotliMiddleware(app, quality=_QUALITY)
        self._kept: dict[tuple[str, bool, bool], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_kept(scope):
            await self._app(scope, receive, send)
            return
        accepted = Headers(scope=scope).get("accept-encoding", "")
        # Only what the answer depends on: anybody can write the header in a thousand ways, each with a copy of its own.
        key = scope["path"], "br" in accepted, "gzip" in accepted
        messages = self._kept.get(key) or await self._made(scope, receive)
        if messages[0]["status"] == 200 and len(self._kept) < _MOST_KEPT:
            self._kept[key] = messages
        start, body = messages
        await send({**start, "headers": list(start["headers"])})  # whoever passes it on adds to them
        await send(body)

    async def _made(self, scope: Scope, receive: Receive) -> list[Message]:
        start, *parts = await collected(self._compressing, scope, receive)
        body = b"".join(part.get("body", b"") for part in parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        if start["status"] == 200:
            headers["cache-control"] = _UNTIL_IT_HAS_ANOTHER_NAME
        return [{**start, "headers": headers.raw}, {"type": "http.response.body", "body": body}]


def _is_kept(scope: Scope) -> bool:
    return scope["method"] == "GET" and bool(_ASSET.fullmatch(scope["path"])) and "range" not in Headers(scope=scope)
