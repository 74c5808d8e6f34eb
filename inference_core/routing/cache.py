"""A cache with an expiry time; callers who need the same answer at the same time share one request."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from inference_core.errors import InferenceTimeoutError

_MOST_ANSWERS = 10_000

T = TypeVar("T")


class Cache(Generic[T]):
    """Keeps the answer to a question (any text) for `seconds`. Can be used from several event loops."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._known: dict[str, tuple[float, T]] = {}
        self._asking: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[T]] = {}

    async def recall(self, question: str, ask: Callable[[], Awaitable[T]], patience: float | None = None) -> T:
        """The cached answer, or that of `ask`. `ask` goes on for the others if one caller is cancelled.

        Raises what `ask` raises (errors are not cached), and InferenceTimeoutError after `patience` seconds.
        """
        known = self._known.get(question)
        if known is not None and self._clock() < known[0]:
            return known[1]
        task_call = self._request(question, ask)
        await asyncio.wait([task_call], timeout=patience)
        if not task_call.done():
            raise InferenceTimeoutError("no_answer_in_time", seconds=patience, url=None)
        return task_call.result()

    def stale(self, question: str) -> T | None:
        """The last answer, however old."""
        known = self._known.get(question)
        return None if known is None else known[1]

    def _request(self, question: str, ask: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        key = asyncio.get_running_loop(), question
        task_call = self._asking.get(key)
        if task_call is None:
            task_call = self._asking[key] = asyncio.ensure_future(_asked(ask))
            task_call.add_done_callback(lambda asked: self._learn(key, asked))
        return task_call

    def _learn(self, key: tuple[asyncio.AbstractEventLoop, str], asked: asyncio.Task[T]) -> None:
        del self._asking[key]
        if not asked.cancelled() and asked.exception() is None:
            if len(self._known) >= _MOST_ANSWERS:
                self._known.clear()
            self._known[key[1]] = self._clock() + self._seconds, asked.result()


async def _asked(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()
