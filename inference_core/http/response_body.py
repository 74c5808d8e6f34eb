"""The body of a response as it arrives: limited in size and silence, and an error if it is incomplete."""

import asyncio

import aiohttp

from inference_core.errors import InvalidAnswerError
from inference_core.http.connector import close_now
from inference_core.http.record import Exchange


class SilenceLimit:
    """Closes a response that sends no event for `seconds`; `over` says whether that has happened.

    Only the time spent waiting for the response counts. `restart()` is called for every part with an event. It just
    notes the time, because moving a timer for every part would cost more than reading the part.
    """

    __slots__ = ("_loop", "_response", "_seconds", "_since", "_timer", "over", "waiting")

    def __init__(self, seconds: float, response: aiohttp.ClientResponse) -> None:
        self._seconds = seconds
        self._response = response
        self._loop = asyncio.get_running_loop()
        self.waiting = False
        self.over = False
        self.restart()
        self._timer = self._loop.call_later(seconds, self._look)

    def restart(self) -> None:
        self._since = self._loop.time()

    def cancel(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        left = self._since + self._seconds - self._loop.time()
        if self.waiting and left <= 0:
            self.over = True
            close_now(self._response)
        else:
            self._timer = self._loop.call_later(left if left > 0 else self._seconds, self._look)


class Body:
    """The body of one response. Its parts are recorded in the exchange, if there is one.

    `silence` limits the time between two events of a stream.
    """

    __slots__ = ("_exchange", "_protocol", "_response", "silence")

    def __init__(self, response: aiohttp.ClientResponse, exchange: Exchange | None) -> None:
        self._response = response
        self._exchange = exchange
        self.silence: SilenceLimit | None = None
        connection = response.connection
        self._protocol = None if connection is None else connection.protocol

    async def receive(self) -> bytes:
        """The next part, empty at the end; raises aiohttp's errors if the connection breaks before the end."""
        silence, content = self.silence, self._response.content
        if silence is not None:
            silence.waiting = True
        try:
            chunk = await content.readany()
        except aiohttp.ClientError:
            # What arrived before the break still counts, but aiohttp no longer returns it.
            chunk = content._read_nowait(-1)
            if not chunk:
                raise
        if silence is not None:
            silence.waiting = False
        if not chunk:
            self._check_end()
        elif self._exchange is not None:
            self._exchange.receive(chunk)
        return chunk

    async def whole(self, largest: int) -> bytes:
        """The whole body; raises InvalidAnswerError if it has more than `largest` bytes after decompression."""
        parts, size = [], 0
        while chunk := await self.receive():
            parts.append(chunk)
            size += len(chunk)
            if size > largest:
                raise InvalidAnswerError("answer_too_large", most=largest / 2**20)
            if self._response.content.at_eof():
                self._check_end()
                break
        return b"".join(parts)

    async def beginning(self, most: int) -> bytes:
        """The parts up to the one that reaches `most` bytes, or all of them."""
        body = bytearray()
        while len(body) < most and (chunk := await self.receive()):
            body += chunk
        return bytes(body)

    def _check_end(self) -> None:
        # For aiohttp, a body without length or chunks is complete however its connection ends. A body with them may be
        # read after its connection was reused and broke.
        error = None if self._protocol is None else self._protocol.exception()
        if isinstance(error, aiohttp.ClientOSError) and not _is_delimited(self._response):
            raise error


def _is_delimited(response: aiohttp.ClientResponse) -> bool:
    return "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower()
