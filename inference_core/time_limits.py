"""How long a call may take, and how long a stream may say nothing."""

import asyncio
import weakref
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self, cast

import aiohttp

from inference_core.connections import hang_up
from inference_core.credentials import safe_url
from inference_core.errors import InferenceTimeoutError


class TimeLimit:
    """`async with TimeLimit(seconds)`: what is inside ends in time, or with InferenceTimeoutError. None sets no limit.

    It is asyncio.timeout at a fraction of the cost, which every call pays. `deadline` is its end in the loop's time;
    `asked` is the URL of the server that is waited for, once it is known.
    """

    __slots__ = ("_cancelling", "_deadlines", "_is_over", "_seconds", "_task", "asked", "deadline")

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
            self._deadlines = _deadlines(loop, self._seconds)
            self._deadlines.add(self, self.deadline, loop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._seconds is None:
            return
        self._deadlines.remove(self)
        # A cancellation by somebody else at the same moment is not taken for this limit's.
        if self._is_over and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise timed_out(self.asked, self._seconds) from None

    def end(self) -> None:
        """The time is over."""
        self._is_over = True
        self._task.cancel()


class _Deadlines:
    """The ends of those limits of a loop that last equally long: in order as they come, so that one timer is enough."""

    __slots__ = ("_forget", "_is_timed", "_when")

    def __init__(self, forget: Callable[[], object]) -> None:
        self._forget = forget
        self._is_timed = False  # not the timer, which would keep the loop from being collected
        self._when: dict[TimeLimit, float] = {}

    def add(self, limit: TimeLimit, when: float, loop: asyncio.AbstractEventLoop) -> None:
        self._when[limit] = when
        if not self._is_timed:
            self._is_timed = True
            loop.call_at(when, self._look)

    def remove(self, limit: TimeLimit) -> None:
        self._when.pop(limit, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for limit, when in list(self._when.items()):
            if when > now:
                loop.call_at(when, self._look)
                return
            del self._when[limit]
            limit.end()
        self._is_timed = False
        self._forget()


_ByDuration = dict[float, _Deadlines]
_of_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _ByDuration] = weakref.WeakKeyDictionary()


def _deadlines(loop: asyncio.AbstractEventLoop, seconds: float) -> _Deadlines:
    of_loop = _of_loops.setdefault(loop, {})
    deadlines = of_loop.get(seconds)
    if deadlines is None:
        deadlines = of_loop[seconds] = _Deadlines(partial(of_loop.pop, seconds))
    return deadlines


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
