"""How long a call may take, and how long a stream may say nothing."""

import asyncio
from types import TracebackType

import aiohttp
import msgspec

from inference_core.errors import InferenceTimeoutError
from inference_core.http.connector import hang_up
from inference_core.urls import safe_url


class Deadline(msgspec.Struct, frozen=True):
    """When a call has to end: `at` in the loop's time, `seconds` after it began; None sets no limit."""

    seconds: float | None
    at: float | None

    @classmethod
    def after(cls, seconds: float | None) -> "Deadline":
        """The deadline of a call that begins now."""
        return cls(seconds, None if seconds is None else asyncio.get_running_loop().time() + seconds)


class TimeLimit:
    """`async with TimeLimit(deadline, url)`: what is inside ends in time, or with InferenceTimeoutError.

    `url` is that of the server that is waited for, if it is known.
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
    """Ends the wait for a response that brings no event for `seconds`: closes it, and is `over` then.

    The time its reader spends elsewhere does not count. `restart()` is called for every part that brings an
    event; a timer that is moved for each of them would cost more than the part.
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
            hang_up(self._response)
        else:
            self._timer = self._loop.call_later(left if left > 0 else self._seconds, self._look)


def timed_out(url: str, seconds: float | None) -> InferenceTimeoutError:
    """The error of a time limit that ran out while `url` was waited for."""
    return InferenceTimeoutError("no_answer_in_time", url=safe_url(url) if url else None, seconds=seconds)
