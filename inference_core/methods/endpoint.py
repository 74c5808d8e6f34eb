"""What a server can be asked besides its tasks: anything, what it is, and whether it is well."""

from collections.abc import AsyncGenerator
from typing import Any, Literal, overload

from msgspec.structs import replace

from inference_core.answers.base import plain
from inference_core.errors import (
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidInputError,
)
from inference_core.http.lines import LineDecoder
from inference_core.media.inputs import Content
from inference_core.methods.base import Caller, as_json
from inference_core.routing.find import find_model
from inference_core.urls import below


class Endpoints(Caller):
    """Methods that raise the errors of `inference_core.errors`."""

    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[False] = False,
    ) -> bytes: ...

    @overload
    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[True],
    ) -> AsyncGenerator[bytes]: ...

    async def post(
        self,
        *,
        json: Any = None,
        data: Content | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: bool = False,
    ) -> bytes | AsyncGenerator[bytes]:
        """Post anything to a model and return the body of the answer as it comes, as the guide's client did.

        Args:
            json: what to send as JSON, or else
            data: a file, as the tasks take them.
            task: Hub task id; it finds a model where none is named, and the route of those with several tasks.
            stream: return an asynchronous iterator of the lines of the body that are not empty.
        """
        if (json is None) == (data is None):
            raise InvalidInputError("Give either json or data: one of them is what is sent.")
        async with self._in_time() as limit:
            to = await find_model(self._addressee(task or "", model), self._hub)
            body = as_json(json) if data is None else await self._media(data, limit)
            if stream:
                request = self._request(to, body, limit, "*/*")
                return await self._transport.stream(request, lambda line: line, _as_it_is, LineDecoder)
            return await self._transport.send(self._request(to, body, limit, "*/*"))

    async def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]:
        """What the server says of itself at `/info`, as text-generation-inference and the local engine do.

        Args:
            model: the URL of the server, or a model id; by default the client's, else its `endpoint`.
        """
        return plain(dict[str, Any])(await self._get("/info", model, may_wait=True))

    async def health_check(self, model: str | None = None) -> bool:
        """Whether the server answers `/health` with a 2xx, within the time-out: then it is ready for calls.

        Args:
            model: as in `get_endpoint_info`.
        """
        try:
            await self._get("/health", model, may_wait=False)
        except (InferenceHTTPError, InferenceConnectionError, InferenceTimeoutError):
            return False
        return True

    async def _get(self, path: str, model: str | None, *, may_wait: bool) -> bytes:
        chosen = model or self._options.model or self._options.server.own_url
        if chosen is None:
            raise InvalidInputError("There is no server to ask: name one with model=.")
        is_own = not model and not self._options.model
        async with self._in_time() as limit:
            to = await find_model(self._addressee("", chosen), self._hub)
            there = replace(to, url=below(to.url, path), is_given_by_url=to.is_given_by_url and not is_own)
            request = self._request(there, None, limit, "*/*")
            return await self._transport.send(replace(request, may_wait=may_wait))


async def _as_it_is(body: bytes) -> bytes:
    return body
