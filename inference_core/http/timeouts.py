"""How long a call may take, and how long a stream may say nothing."""

import asyncio
from types import TracebackType
from typing import Self

import aiohttp

from inference_core.errors import InferenceTimeoutError
from inference_core.http.connector import hang_up
from inference_core.urls import safe_url


class TimeLimit:
    """`async with TimeLimit(seconds)`: what is inside ends in time, or with InferenceTimeoutError. None sets no limit.

    `asked` is the URL of the server that is waited for, once it is known.
    """

    __slots__ = ("_seconds", "_timeout", "asked")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._timeout = None if seconds is None else asyncio.timeout(seconds)
        self.asked = ""

    @property
    def deadline(self) -> float | None:
        """The end in the loop's time."""
        return None if self._timeout is None else self._timeout.when()

    async def __aenter__(self) -> Self:
        if self._timeout is not None:
            await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timeout is None:
            return
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise timed_out(self.asked, self._seconds) from None


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
