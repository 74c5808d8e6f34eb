"""Runs engines in a few threads outside the event loop, with a limited queue and a deadline for each request."""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.runners.contract import Answer, Busy, DeadlineExceeded, Details, State
from inference_core.engine.runners.engines import Engines

T = TypeVar("T")

_MAX_BATCH_SECONDS = 0.01
"""Seconds for which a thread collects items of a stream before it passes them on: too short to be seen, but long
enough to switch threads rarely."""


class ThreadRunner:
    """Runs models in threads of this process.

    Args:
        threads: how many requests are computed at once.
        waiting: how many more may wait.
        deadline: seconds a request may take, including its wait and the loading of the model.
    """

    def __init__(self, *, threads: int, waiting: int, deadline: float) -> None:
        self._engines = Engines()
        self._workers = Workers(threads=threads, waiting=waiting, deadline=deadline)

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        return await self._workers.run(lambda: self._engines.answer(model, task, body))

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        return self._workers.iterate(lambda: self._engines.tokens(model, task, body))

    def state(self, model: Model) -> State:
        return self._engines.state(model)

    def details(self, model: Model) -> Details:
        return Details(self._engines.name(model))

    def load(self, models: Iterable[Model]) -> None:
        """Load `models` in the calling thread. If one cannot be loaded, its first use will raise the error."""
        self._engines.load(models)

    def close(self) -> None:
        self._workers.close()


class Workers:
    """Runs functions and iterators in threads.

    Args:
        threads: how many run at once.
        waiting: how many more may wait.
        deadline: seconds a request may take, including its wait.
    """

    def __init__(self, *, threads: int, waiting: int, deadline: float) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="engine")
        self._free_places = threads + waiting
        self._deadline = deadline

    async def run(self, function: Callable[[], T]) -> T:
        """The result of `function`, run in a thread; if the caller is cancelled while it waits, it is not run.

        Raises:
            Busy: too many requests are already running or waiting.
            DeadlineExceeded: the result did not come in time.
        """
        until = self._take_place()
        job = self._pool.submit(function)
        # The place becomes free when the thread does, which may be after the caller has disconnected.
        job.add_done_callback(_on_loop(self._give_place_back))
        return await self._result(job, until)

    async def iterate(self, start: Callable[[], Iterator[T]]) -> AsyncGenerator[list[T]]:
        """The items of an iterator, in small batches; closing this generator closes the iterator.

        `start` runs in a thread too. Each batch takes a thread only while it is computed, so a slow reader does not
        block a thread.

        Raises:
            Busy: as in `run`, at the first batch.
            DeadlineExceeded: the last item was not ready in time.
        """
        until = self._take_place()
        items = _lazy(start)
        batch = self._pool.submit(_next_batch, items)
        try:
            while made := await self._result(batch, until):
                yield made
                batch = self._pool.submit(_next_batch, items)
        finally:
            # An iterator cannot be closed while its thread still computes a batch.
            batch.add_done_callback(lambda _: items.close())
            batch.add_done_callback(_on_loop(self._give_place_back))

    def close(self) -> None:
        """Cancel what is still waiting."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _take_place(self) -> float:
        """Take a place and return the request's deadline, as a time on the loop's clock."""
        if self._free_places == 0:
            raise Busy("engine_full")
        self._free_places -= 1
        return asyncio.get_running_loop().time() + self._deadline

    def _give_place_back(self) -> None:
        self._free_places += 1

    async def _result(self, job: Future[T], until: float) -> T:
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            raise DeadlineExceeded("engine_too_slow", seconds=self._deadline) from None


def _lazy(start: Callable[[], Iterator[T]]) -> Generator[T]:
    yield from start()


def _next_batch(items: Iterator[T]) -> list[T]:
    """The next item and those that follow within a few milliseconds. Empty when the iterator has ended."""
    end = time.monotonic() + _MAX_BATCH_SECONDS
    taken = list(itertools.islice(items, 1))
    while taken and time.monotonic() < end:
        following = list(itertools.islice(items, 1))
        if not following:
            break
        taken += following
    return taken


def _on_loop(callback: Callable[[], None]) -> Callable[[object], None]:
    loop = asyncio.get_running_loop()

    def call(_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(callback)

    return call
