"""How long a call may take, and how long a stream may say nothing."""

import asyncio
from types import TracebackType
from typing import Self, cast

import aiohttp

from inference_core.connections import hang_up
from inference_core.credentials import safe_url
from inference_core.errors import InferenceTimeoutError


class TimeLimit:
    """`async with TimeLimit(seconds)`: what is inside ends in time, or with InferenceTimeoutError. None sets no limit.

    It is asyncio.timeout at half the cost, which every call pays: a limit that can be moved is not needed here.
    `deadline` is its end in the loop's time; `asked` is the URL of the server that is waited for, once it is known.
    """

    __slots__ = ("_cancelling", "_is_over", "_seconds", "_task", "_timer", "asked", "deadline")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._is_over = False
        self.asked = ""
        self.deadline: float | None = None

    async def __aenter__(self) -> Self:
        if self._seconds is not None:
            loop = asyncio.get_running_loop()
            self._task = cast("asyncio.Task[object]", asyncio.current_task())
            self._cancelling = self._task.cancelling()
            self.deadline = loop.time() + self._seconds
            self._timer = loop.call_at(self.deadline, self._end)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._seconds is None:
            return
        self._timer.cancel()
        # A cancellation by somebody else at the same moment is not taken for this limit's.
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise timed_out(self.asked, self._seconds) from None

    def _end(self) -> None:
        self._is_over = True
        self._task.cancel()


class SilenceLimit:
    """Ends the wait for a response that brings no event for `seconds`: closes it, and is `over` then.

    The time its reader spends elsewhere does not count. `restart()` is called for every event; a timer that is moved
    for each of them would cost more than the event.
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
    return InferenceTimeoutError(f"No complete answer{f' from {safe_url(url)}' if url else ''} within {seconds} s.")
