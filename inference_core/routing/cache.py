"""A cache with an expiry time; callers who need the same answer at the same time share one request."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from inference_core.errors import InferenceTimeoutError

_MAX_ANSWERS = 10_000

T = TypeVar("T")


class Cache(Generic[T]):
    """Keeps the answer for a key (any text) for `seconds`. Can be used from several event loops."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._known: dict[str, tuple[float, T]] = {}
        self._requests: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[T]] = {}

    async def get(self, key: str, fetch: Callable[[], Awaitable[T]], timeout: float | None = None) -> T:
        """The cached answer, or that of `fetch`. `fetch` goes on for the others if one caller is cancelled.

        Raises what `fetch` raises (errors are not cached), and InferenceTimeoutError after `timeout` seconds.
        """
        known = self._known.get(key)
        if known is not None and self._clock() < known[0]:
            return known[1]
        request = self._request(key, fetch)
        await asyncio.wait([request], timeout=timeout)
        if not request.done():
            raise InferenceTimeoutError("no_answer_in_time", seconds=timeout, url=None)
        return request.result()

    def stale(self, key: str) -> T | None:
        """The last answer, however old."""
        known = self._known.get(key)
        return None if known is None else known[1]

    def _request(self, key: str, fetch: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        place = asyncio.get_running_loop(), key
        request = self._requests.get(place)
        if request is None:
            request = self._requests[place] = asyncio.ensure_future(_awaited(fetch))
            request.add_done_callback(lambda done: self._store(place, done))
        return request

    def _store(self, place: tuple[asyncio.AbstractEventLoop, str], done: asyncio.Task[T]) -> None:
        del self._requests[place]
        if not done.cancelled() and done.exception() is None:
            if len(self._known) >= _MAX_ANSWERS:
                self._known.clear()
            self._known[place[1]] = self._clock() + self._seconds, done.result()


async def _awaited(fetch: Callable[[], Awaitable[T]]) -> T:
    return await fetch()
