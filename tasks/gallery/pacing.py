"""The pace of a run: no more updates than a browser can follow, no silence in which a closed tab goes unnoticed."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")

PACE = 0.05
"""The least seconds between two updates: one process can push some 1,700 updates a second to all its visitors."""

REST = 4
"""How many times as long as an update took the next one waits: what is slow to show must not keep a core busy."""

TICK = 1.0
"""Seconds of silence after which a tick is sent: a closed tab is noticed only when something is sent to it."""


class Latest(Generic[T]):
    """Collects the items of an asynchronous iterator in a task of its own and remembers the last one.

    As a context manager it cancels that task, and waits for its end, when it is left.
    """

    def __init__(self, items: AsyncIterator[T]) -> None:
        self.count = 0
        self._items = items
        self._item: T | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "Latest[T]":
        self._collector = asyncio.create_task(self._collect())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._collector.cancel()
        await asyncio.wait({self._collector})
        # Waiting for its result would replace the place where it failed in the error's traceback.
        if not self._collector.cancelled():
            self._collector.exception()

    async def updates(self) -> AsyncGenerator[T | None]:
        """The latest item, at most once every PACE, with a REST between, and None after every TICK of silence.

        The last item always comes, and at once. Raises what the iterator raised, after its last item.
        """
        while not self._collector.done() or self._changed.is_set():
            changed = asyncio.ensure_future(self._changed.wait())
            try:
                await asyncio.wait({changed, self._collector}, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            finally:
                changed.cancel()
            if not self._changed.is_set():
                if not self._collector.done():
                    yield None
                continue
            self._changed.clear()
            began = time.monotonic()
            yield self._take()
            took = time.monotonic() - began
            await asyncio.wait({self._collector}, timeout=max(PACE, REST * took))
        self._collector.result()

    def _take(self) -> T | None:
        # Not kept here: a picture is large.
        taken, self._item = self._item, None
        return taken

    async def _collect(self) -> None:
        async for item in self._items:
            self._item = item
            self.count += 1
            self._changed.set()
