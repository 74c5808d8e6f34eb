"""Time limits: for a whole call, and for the silence between two events of a stream."""

import asyncio
from types import TracebackType

import aiohttp
import msgspec

from inference_core.errors import InferenceTimeoutError
from inference_core.http.connector import close_now
from inference_core.urls import safe_url


class Deadline(msgspec.Struct, frozen=True):
    """When a call must end: `at` (in the loop's time) is `seconds` after its beginning; both None for no limit."""

    seconds: float | None
    at: float | None

    @classmethod
    def after(cls, seconds: float | None) -> "Deadline":
        """The deadline of a call that begins now."""
        return cls(seconds, None if seconds is None else asyncio.get_running_loop().time() + seconds)


class TimeLimit:
    """`async with TimeLimit(deadline, url)` raises InferenceTimeoutError if its body is not done by the deadline.

    `url` is the address of the server it waits for, if known.
    """

    __slots__ = ("_deadline", "_timeout", "_url")

    def __init__(self, deadline: Deadline, url: str = "") -> None:
        self._deadline = deadline
        self._url = url
        self._timeout = None if deadline.at is None else asyncio.timeout_at(deadline.at)

    async def __aenter__(self) -> None:
        if self._timeout is not None:
            await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timeout is None:
            return
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise timed_out(self._url, self._deadline.seconds) from None


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


def timed_out(url: str, seconds: float | None) -> InferenceTimeoutError:
    """The error for a time limit that passed while waiting for `url`."""
    return InferenceTimeoutError("no_answer_in_time", url=safe_url(url) if url else None, seconds=seconds)
