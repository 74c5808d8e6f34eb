"""The further requests that reading a provider's answer needs: to look after a job, and to fetch the result."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inference_core.errors import InvalidAnswerError, InvalidInputError
from inference_core.http.request import Request
from inference_core.media.inputs import Media, read_media
from inference_core.urls import is_url

if TYPE_CHECKING:
    from inference_core.http.transport import Transport


@dataclass(frozen=True, slots=True)
class RoutedFollowup:
    """`contract.Followup` for one call, on the route that it took.

    `request` is the call as it was sent, `base` the provider's part of its URL, `query` what the router is told.
    """

    request: Request
    base: str
    query: str
    transport: "Transport"
    fetch: Callable[[str], Awaitable[Media]]

    async def get(self, path: str) -> bytes:
        if not path.startswith("/"):  # else it could continue the name of the host
            raise InvalidAnswerError("result_without_path", path.encode())
        joint = "&" if "?" in path else "?"
        url = f"{self.base}{path}{joint}{self.query}" if self.query else self.base + path
        return await self.transport.send(replace(self.request, url=url, body=None, accept="application/json"))

    async def download(self, url: str) -> Media:
        # What an answer names must not be a file of this machine, which read_media would read as well.
        if not is_url(url) and not url.startswith("data:"):
            raise InvalidAnswerError("result_not_a_url", url.encode())
        try:
            return await read_media(url, self.fetch)
        except InvalidInputError as error:
            raise InvalidAnswerError("result_unusable", problem=error.cause) from None

    async def pause(self, seconds: float) -> None:
        if self.request.on_wait is not None:
            self.request.on_wait("queue", seconds)
        await asyncio.sleep(seconds)
