"""More requests that a provider's answer may need: to poll a job and to download its result."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inference_core.errors import InvalidAnswerError, InvalidInputError
from inference_core.http.request import Request
from inference_core.media.base64_text import is_data_url
from inference_core.media.inputs import Media, read_media
from inference_core.urls import is_url

if TYPE_CHECKING:
    from inference_core.http.transport import Transport


@dataclass(frozen=True, slots=True)
class RoutedFollowup:
    """`contract.Followup` for one call, on the same route.

    `request` is the call's own request, `base` the provider's part of its URL, and `query` the router's query.
    """

    request: Request
    base: str
    query: str
    transport: "Transport"
    fetch: Callable[[str], Awaitable[Media]]

    async def get(self, path: str) -> bytes:
        if not path.startswith("/"):  # otherwise it could extend the host name
            raise InvalidAnswerError("result_without_path", path.encode())
        joint = "&" if "?" in path else "?"
        url = f"{self.base}{path}{joint}{self.query}" if self.query else self.base + path
        return await self.transport.send(replace(self.request, url=url, body=None, accept="application/json"))

    async def download(self, url: str) -> Media:
        # A URL in an answer must not be a local path, because read_media would read that file.
        if not is_url(url) and not is_data_url(url):
            raise InvalidAnswerError("result_not_a_url", url.encode())
        try:
            return await read_media(url, self.fetch)
        except InvalidInputError as error:
            raise InvalidAnswerError("result_unusable", problem=error.cause) from None

    async def pause(self, seconds: float) -> None:
        if self.request.on_wait is not None:
            self.request.on_wait("queue", seconds)
        await asyncio.sleep(seconds)
