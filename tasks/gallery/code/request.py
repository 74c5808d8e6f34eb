"""The HTTP request of a call, as this client makes it: nothing is sent, and no format is written down twice."""

import base64
import inspect
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from inference_core import AsyncInferenceClient, Exchange
from tasks.gallery.code.call import ClientCall, LocalFile
from tasks.gallery.code.place import Place

_USUAL = ("application/json", "text/event-stream")
"""What servers answer to JSON, and to JSON that asks for a stream."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A POST to `url`. `body` is a file, or JSON in which each `LocalFile` stands for the file's bytes in base64."""

    url: str
    content_type: str
    accept: str
    body: Any

    @property
    def headers(self) -> dict[str, str]:
        """The headers that say what is sent, and what is wanted if that is a file."""
        return {"Content-Type": self.content_type} | ({} if self.accept in _USUAL else {"Accept": self.accept})


async def http_request(call: ClientCall, place: Place) -> HttpRequest:
    """What this client sends for the call. Raises InvalidInputError if it would not send it."""
    # Without a provider, the client would ask the Hub who serves the model. Any model chats at the Hub's router.
    provider = "hf-inference" if place.needs_token and not is_chat(call) else None
    async with AsyncInferenceClient(place.model, endpoint=place.endpoint, provider=provider, token=False) as client:
        method = getattr(client.with_options(observer=_keep_back), call.method)
        try:
            await method(*map(_sendable, call.positional), **{n: _sendable(v) for n, v in call.keywords.items()})
        except _KeptBack as kept:
            return _request(kept.exchange, call.files)
    raise TypeError(f"{call.method} sent nothing.")


def is_chat(call: ClientCall) -> bool:
    """Whether this is a call that openai's client has too."""
    return getattr(AsyncInferenceClient, call.method) is AsyncInferenceClient.chat_completion


def arguments_by_name(call: ClientCall) -> Mapping[str, Any]:
    """All arguments of the call by the names that the client's method has for them."""
    signature = inspect.signature(getattr(AsyncInferenceClient, call.method))
    bound = dict(signature.bind(None, *call.positional, **call.keywords).arguments)
    del bound["self"]
    return bound


class _KeptBack(Exception):
    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange.url)
        self.exchange = exchange


def _keep_back(exchange: Exchange) -> NoReturn:
    raise _KeptBack(exchange)


def _sendable(value: Any) -> Any:
    if not isinstance(value, LocalFile):
        return value
    file = io.BytesIO(value.beginning)
    file.name = value.name
    return file


def _request(exchange: Exchange, files: tuple[LocalFile, ...]) -> HttpRequest:
    if exchange.request is None:
        return HttpRequest(exchange.url, exchange.request_type, exchange.accept, files[0])
    written = {base64.b64encode(file.beginning).decode(): file for file in files}
    body = _with_files(json.loads(exchange.request), written)
    return HttpRequest(exchange.url, exchange.request_type, exchange.accept, body)


def _with_files(value: Any, files: Mapping[str, LocalFile]) -> Any:
    match value:
        case str():
            return files.get(value, value)
        case dict():
            return {name: _with_files(one, files) for name, one in value.items()}
        case list():
            return [_with_files(one, files) for one in value]
    return value
