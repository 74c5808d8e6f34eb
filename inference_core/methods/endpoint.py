"""Calls that are not tasks: post anything, ask a server for information, check its health."""

from collections.abc import AsyncGenerator
from typing import Any, Literal, overload

from inference_core.answers.base import json_as
from inference_core.errors import (
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidInputError,
)
from inference_core.media.inputs import Content
from inference_core.methods.base import ClientBase
from inference_core.methods.lines import LineDecoder
from inference_core.providers.call import Call, Direct, Events, Upload

_ANYTHING = "*/*"


def _as_it_is(body: bytes) -> bytes:
    return body


_information = json_as(dict[str, Any])
_LINES = Events[bytes](_as_it_is, _as_it_is, decoder=LineDecoder, accept=_ANYTHING)


class Endpoints(ClientBase):
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
        """Post anything to a model and return the raw body of its answer, as earlier versions of huggingface_hub did.

        Args:
            json: what to send as JSON; give either this or `data`.
            data: a file to send, in any form that the task methods accept.
            task: Hub task id. It chooses the model if none is named, and the route if a model has several tasks.
            stream: return an asynchronous iterator of the non-empty lines of the body.
        """
        if (json is None) == (data is None):
            raise InvalidInputError("json_or_data")
        body = json if data is None else Upload(data)
        call = Call(task or "", body, _as_it_is, accept=_ANYTHING, direct=Direct())
        if stream:
            return await self._stream(call, _LINES, model)
        return await self._run(call, model)

    async def get_endpoint_info(self, *, model: str | None = None) -> dict[str, Any]:
        """What the server says about itself at `/info`, as text-generation-inference and the local engine do.

        Args:
            model: the URL of the server, or a model id. The default is the client's model, else its `endpoint`.
        """
        call = Call("", None, _information, accept=_ANYTHING, direct=Direct("/info"))
        return await self._run(call, model)

    async def health_check(self, model: str | None = None) -> bool:
        """Whether the server is ready for calls: it answers `/health` with a 2xx within the time-out.

        Args:
            model: as in `get_endpoint_info`.
        """
        try:
            call = Call("", None, _as_it_is, accept=_ANYTHING, direct=Direct("/health", may_wait=False))
            await self._run(call, model)
        except (InferenceHTTPError, InferenceConnectionError, InferenceTimeoutError):
            return False
        return True
