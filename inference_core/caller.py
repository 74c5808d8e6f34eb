"""What every task method stands on: find the model's URL, send the payload, decode the answer."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from yarl import URL

from inference_core.credentials import safe_url
from inference_core.errors import InvalidAnswerError, InvalidInputError
from inference_core.exchange import Observer
from inference_core.hub import RecommendedModels
from inference_core.media import LARGEST_INPUT, Content, Media, mime_type, read_media
from inference_core.routing import (
    Access,
    Server,
    chat_model_field,
    chat_url,
    check_model,
    check_provider,
    checked_url,
    is_url,
    model_url,
)
from inference_core.transport import Request, Transport

T = TypeVar("T")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Options:
    """What a client was told once and holds for every call."""

    model: str | None = field(repr=False)  # a URL may hold a password
    provider: str | None
    timeout: float | None
    server: Server
    access: Access
    observer: Observer | None = None
    guard_urls: bool = False


class Caller:
    """The common ground of the task methods of all domains; set up by `AsyncInferenceClient`."""

    _options: Options
    _transport: Transport
    _recommended: RecommendedModels
    _unused_arguments: dict[tuple[Server, str], frozenset[str]]

    async def recommended_models(self) -> Mapping[str, str]:
        """The models the server recommends, by Hub task id; asked for once per client.

        Raises:
            InvalidInputError: the server must not be asked (HF_HUB_OFFLINE).
        """
        options = self._options
        return await self._recommended.all(options.server, options.access, self._transport, options.timeout)

    async def recommended_model(self, task: str) -> str:
        """The model the server recommends for `task` (a Hub task id).

        Raises:
            InvalidInputError: it recommends none, or must not be asked (HF_HUB_OFFLINE).
        """
        model = (await self.recommended_models()).get(task)
        if model is None:
            raise InvalidInputError(f"There is no recommended model for {task}: name one with model=.")
        return model

    async def _call(
        self, task: str, payload: Any, decode: Callable[[bytes], T], model: str | None, *, pipeline: bool = False
    ) -> T:
        """Send a task's payload and decode the answer; `pipeline` adds the task to the URL of a model id."""
        request = await self._task_request(task, payload, model, pipeline=pipeline)
        return decode(await self._transport.send(request))

    async def _call_with_file(
        self,
        task: str,
        file: Media,
        parameters: dict[str, Any],
        decode: Callable[[bytes], T],
        model: str | None,
        *,
        accept: str = _JSON,
    ) -> T:
        """Send a file, bare if there are no parameters, else as base64 in JSON beside them."""
        payload = {"inputs": file.content, "parameters": parameters} if parameters else file
        return await self._call_heavily(task, payload, decode, model, accept=accept)

    async def _call_heavily(
        self, task: str, payload: Any, decode: Callable[[bytes], T], model: str | None, *, accept: str = _JSON
    ) -> T:
        """As `_call`, for megabytes: bytes in the payload become base64 and the answer is decoded off the loop."""
        body = payload if isinstance(payload, Media) else Media(await asyncio.to_thread(_encoded, payload), _JSON)
        request = await self._task_request(task, body, model, accept=accept)
        return await asyncio.to_thread(decode, await self._transport.send(request))

    async def download(self, url: str, *, largest: int = LARGEST_INPUT) -> Media:
        """What lies at an http(s) URL, as the methods that take files get it: without token, headers or cookies.

        Args:
            largest: bytes read at most.

        Raises:
            AddressRefusedError: `with_options(guard_urls=True)` was asked for and the address is not public.
            InvalidInputError: it is no URL, or what lies there is larger.
        """
        options = self._options
        request = Request(
            url=checked_url(url), accept="*/*", guarded=options.guard_urls, timeout=options.timeout, largest=largest
        )
        try:
            content, declared = await self._transport.fetch(request)
        except InvalidAnswerError:  # the answer has more than that, whatever it is
            raise InvalidInputError(f"The file at {safe_url(url)} is too large: use a smaller one.") from None
        is_media = declared.startswith(("image/", "audio/"))
        return Media(content, mime_type(content, URL(url).name, declared if is_media else ""))

    async def _media(self, content: Content) -> Media:
        return await read_media(content, self.download)

    async def _stream(
        self, task: str, payload: Any, event: Callable[[bytes], T], whole: Callable[[bytes], T], model: str | None
    ) -> AsyncGenerator[T]:
        """Send a task's payload and decode its events as they come."""
        request = await self._task_request(task, payload, model, accept="text/event-stream")
        return await self._transport.stream(request, event, whole)

    async def _chat(self, payload: dict[str, Any], decode: Callable[[bytes], T], model: str | None) -> T:
        """Send a chat completion and decode the answer."""
        return decode(await self._transport.send(await self._chat_request(payload, model)))

    async def _chat_stream(
        self, payload: dict[str, Any], event: Callable[[bytes], T], whole: Callable[[bytes], T], model: str | None
    ) -> AsyncGenerator[T]:
        """Send a chat completion and decode its chunks as they come."""
        return await self._transport.stream(await self._chat_request(payload, model), event, whole)

    async def _model_for(self, task: str, model: str | None) -> str:
        chosen = model or self._options.model
        return check_model(chosen) if chosen else await self.recommended_model(task)

    async def _task_request(
        self, task: str, payload: Any, model: str | None, *, pipeline: bool = False, accept: str = _JSON
    ) -> Request:
        check_provider(self._options.provider)
        chosen = await self._model_for(task, model)
        url = model_url(self._options.server, chosen, task if pipeline else None)
        return self._request(chosen, url, payload, accept)

    async def _chat_request(self, payload: dict[str, Any], model: str | None) -> Request:
        chosen = await self._model_for("conversational", model)
        named = {"model": chat_model_field(chosen, self._options.provider), **payload}
        accept = "text/event-stream" if payload.get("stream") else _JSON
        return self._request(chosen, chat_url(self._options.server, chosen), named, accept)

    def _request(self, model: str, url: str, payload: Any, accept: str) -> Request:
        options = self._options
        guarded = options.guard_urls and is_url(model)
        body = payload if isinstance(payload, Media) else Media(_encoded(payload), _JSON)
        return Request(
            url=url,
            body=body.content,
            content_type=body.mime_type,
            private={} if guarded else options.access.headers_for(url),
            accept=accept,
            guarded=guarded,
            timeout=options.timeout,
            observer=options.observer,
        )


def _encoded(payload: Any) -> bytes:
    try:
        return msgspec.json.encode(payload)
    except UnicodeEncodeError:
        raise InvalidInputError("The text holds half a character (a lone surrogate): leave it out.") from None
    except TypeError as error:
        raise InvalidInputError(f"The arguments cannot be sent as JSON: {error}.") from None
