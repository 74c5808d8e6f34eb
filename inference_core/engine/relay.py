"""The engine's routes at the address of another app, for programs: the engine itself answers only who has its key.

What a program sends is passed on as it is, with that key in place of what it may have sent as one.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, suppress

import aiohttp
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from inference_core.engine.server.access import error_response
from inference_core.engine.server.disconnect import until_disconnect
from inference_core.errors import CodedError, InferenceConnectionError
from inference_core.tokens import Secret

MODEL_PATH = re.compile(r"models/(?P<model>.+?)(?P<rest>/pipeline/[^/]+|/v1/(?:chat/)?completions)?")
"""The engine's paths that name a model, whole."""

_READ = {"health", "info", "openapi.json", "api/tasks", "v1/models"}
_SENT_ON = ("content-type", "accept")
_TOLD = ("content-type", "retry-after")
_SOON = {"retry-after": "1"}


class EngineRelay:
    """An ASGI app for a route with a `path`, which is one of the engine's; an answer ends when its caller leaves.

    The engine is at `url`, and answers who has its `key`. Each request that computes waits for its `place`.
    """

    def __init__(
        self,
        url: Callable[[], Awaitable[str]],
        key: Secret,
        place: Callable[[Request], AbstractAsyncContextManager[object]],
    ) -> None:
        self._url = url
        self._key = key
        self._place = place
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close its connections."""
        if self._session is not None:
            await self._session.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.path_params["path"]
        if ".." in path.split("/") or not (request.method == "POST" or _can_be_read(path)):
            await error_response(404, CodedError("unknown_endpoint"))(scope, receive, send)
            return
        with suppress(ClientDisconnect):
            body = await request.body()
            await until_disconnect(request, self._answer(request, path, body, send))

    async def _answer(self, request: Request, path: str, body: bytes, send: Send) -> None:
        try:
            await (self._computed if request.method == "POST" else self._read)(request, path, body, send)
        except (aiohttp.ClientConnectionError, InferenceConnectionError):
            await error_response(503, CodedError("engine_stopped"), _SOON)(request.scope, request.receive, send)

    async def _computed(self, request: Request, path: str, body: bytes, send: Send) -> None:
        async with self._place(request), await self._called(request, path, body) as response:
            await send(_start(response))
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    async def _read(self, request: Request, path: str, body: bytes, send: Send) -> None:
        """Answer with what the engine says of itself: all of it at once, whoever reads it however slowly."""
        async with await self._called(request, path, body) as response:
            said = await response.read()
        await send(_start(response))
        await send({"type": "http.response.body", "body": said})

    async def _called(self, request: Request, path: str, body: bytes) -> aiohttp.ClientResponse:
        if self._session is None:
            # The engine has a deadline of its own, and those who wait for it a line.
            unlimited = aiohttp.ClientTimeout(total=None)
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=unlimited)
        given = {name: value for name, value in request.headers.items() if name in _SENT_ON}
        headers = {**given, "Authorization": f"Bearer {self._key.reveal()}"}
        url = URL(await self._url()).with_path(f"/{path}")
        return await self._session.request(request.method, url, data=body, headers=headers)


def _can_be_read(path: str) -> bool:
    return path in _READ or path.startswith("v1/models/")


def _start(response: aiohttp.ClientResponse) -> Message:
    return {"type": "http.response.start", "status": response.status, "headers": list(_told(response))}


def _told(response: aiohttp.ClientResponse) -> Iterator[tuple[bytes, bytes]]:
    for name, value in response.headers.items():
        if name.lower() in _TOLD or name.lower().startswith("x-"):
            yield name.lower().encode("latin-1"), value.encode("latin-1")
