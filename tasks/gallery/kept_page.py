"""The page, made once for each language and each address that it is asked for under.

Gradio makes it again for every visitor. That takes a tenth of a second in a thread, in which everybody else waits, and
gives the same each time.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core import words
from tasks.gallery.collected import collected

_MOST_ADDRESSES = 16
_MOST_COMPRESSED = 100
"""One for each task in each language, and as many again."""

_WITH_THE_ADDRESS = (b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server")
"""The headers from which Gradio finds the address that the page writes into itself."""

_Key = tuple[object, ...]


class KeptPage:
    """Answers `GET /` from memory, as `dressed` for the one who asks; anything else goes on to Gradio.

    What Gradio makes does not depend on the query.
    """

    def __init__(self, app: ASGIApp, dressed: Callable[[bytes, Scope], bytes]) -> None:
        self._app = app
        self._dressed = dressed
        self._pages: OrderedDict[_Key, list[Message]] = OrderedDict()
        self._small: OrderedDict[bytes, bytes] = OrderedDict()
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start, *parts = await self._page(_key(scope), scope, receive)
        body = self._dressed(b"".join(part.get("body", b"") for part in parts), scope)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers.add_vary_header("accept-encoding")
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            body = self._compressed(body)
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(body))
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    def _compressed(self, body: bytes) -> bytes:
        """Gradio compresses only what has a name with an ending."""
        digest = hashlib.sha256(body).digest()
        if digest not in self._small:
            self._small[digest] = gzip.compress(body, mtime=0)
            if len(self._small) > _MOST_COMPRESSED:
                self._small.popitem(last=False)
        self._small.move_to_end(digest)
        return self._small[digest]

    async def _page(self, key: _Key, scope: Scope, receive: Receive) -> list[Message]:
        if key not in self._pages:
            async with self._making:  # once for all who come meanwhile
                if key not in self._pages:
                    made = await collected(self._app, {**scope, "query_string": b""}, receive)
                    if made[0]["status"] != 200:
                        return made
                    self._pages[key] = made
                    if len(self._pages) > _MOST_ADDRESSES:
                        self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        return self._pages[key]


def _key(scope: Scope) -> _Key:
    headers = tuple((name, value) for name, value in scope["headers"] if name in _WITH_THE_ADDRESS)
    # Who has signed in is named in the page; who has not gets the page to sign in.
    return words.language(), scope.get("user"), scope["scheme"], scope.get("server"), scope.get("root_path"), headers
