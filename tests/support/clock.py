"""An event loop whose clock jumps over waits: what sleeps for ten seconds goes on at once."""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from time import monotonic
from typing import Any

import pytest

_GRACE = 0.002  # seconds of real time in which what was sent on loopback arrives


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]  # one of several classes
    """Waits for input only, and hands the time it was to wait to `skip`."""

    skip: Callable[[float], bool]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        end = monotonic() + timeout
        ready = super().select(min(timeout, _GRACE))
        while not ready and not self.skip(timeout) and monotonic() < end:
            ready = super().select(_GRACE)
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its time jumps to the next timer when nothing runs.

    While a thread of the loop's executor runs, it does not jump, and timers come in real time. Other threads and
    processes do not stop it: tests that wait for them need the usual loop.
    """

    def __init__(self) -> None:
        selector = _Selector()
        super().__init__(selector)
        selector.skip = self._skip
        self._skipped = 0.0
        self._threads = 0

    def time(self) -> float:
        return super().time() + self._skipped

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        self._threads += 1
        work = super().run_in_executor(executor, func, *args)
        work.add_done_callback(self._thread_ended)
        return work

    async def shutdown_default_executor(self, *args: Any) -> None:
        self._threads += 1  # a thread waits for the others to end, and the loop for that thread
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._threads -= 1

    def _thread_ended(self, work: asyncio.Future[Any]) -> None:
        self._threads -= 1

    def _skip(self, seconds: float) -> bool:
        if self._threads:
            return False
        self._skipped += seconds
        return True


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """For a folder's conftest.py: its tests run in such a loop, but for those marked with `real_time`."""
    return {"a loop": asyncio.SelectorEventLoop if item.get_closest_marker("real_time") else JumpingLoop}
