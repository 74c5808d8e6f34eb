"""Runs engines in a few threads outside the event loop, with a limited queue and a deadline for each request."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.runners.contract import Answer, Busy, DeadlineExceeded, Details, State
from inference_core.engine.runners.engines import Engines
from inference_core.engine.runners.pool import Pool, next_batch

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PATIENCE = 1.0
"""Seconds after its deadline until a thread counts as stuck."""


class ThreadRunner:
    """Runs models in threads of this process.

    Args:
        threads: how many requests are computed at once.
        waiting: how many more may wait.
        deadline: seconds a request may take, including its wait and the loading of the model.
        on_stuck: called with the number of threads that are stuck, each time it grows.
    """

    def __init__(
        self, *, threads: int, waiting: int, deadline: float, on_stuck: Callable[[int], None] = lambda count: None
    ) -> None:
        self._engines = Engines()
        self._workers = Workers(threads=threads, waiting=waiting, deadline=deadline, on_stuck=on_stuck)

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        return await self._workers.run(lambda: self._engines.answer(model, task, body))

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        return self._workers.iterate(lambda: self._engines.tokens(model, task, body))

    def state(self, model: Model) -> State:
        return self._engines.state(model)

    def details(self, model: Model) -> Details:
        return self._engines.details(model)

    @property
    def stuck(self) -> int:
        return self._workers.stuck

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
        on_stuck: called with the number of threads that are stuck, each time it grows.
    """

    def __init__(
        self, *, threads: int, waiting: int, deadline: float, on_stuck: Callable[[int], None] = lambda count: None
    ) -> None:
        self._pool = Pool(threads)
        self._free_places = threads + waiting
        self._deadline = deadline
        self._on_stuck = on_stuck

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
        batch = self._pool.submit(lambda: next_batch(items))
        try:
            while made := await self._result(batch, until):
                yield made
                batch = self._pool.submit(lambda: next_batch(items))
        finally:
            # An iterator cannot be closed while its thread still computes a batch.
            batch.add_done_callback(lambda _: items.close())
            batch.add_done_callback(_on_loop(self._give_place_back))

    def close(self) -> None:
        """Cancel what is still waiting."""
        self._pool.close()

    @property
    def stuck(self) -> int:
        """How many threads still compute for a request whose deadline is over, and have been replaced."""
        return self._pool.stuck

    def _give_up(self, job: Future[T]) -> None:
        if self._pool.give_up(job):
            _log.warning("A thread is stuck and has been replaced; %s are stuck now.", self.stuck)
            self._on_stuck(self.stuck)

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
            asyncio.get_running_loop().call_later(_PATIENCE, self._give_up, job)
            raise DeadlineExceeded("engine_too_slow", seconds=self._deadline) from None


def _lazy(start: Callable[[], Iterator[T]]) -> Generator[T]:
    yield from start()


def _on_loop(callback: Callable[[], None]) -> Callable[[object], None]:
    loop = asyncio.get_running_loop()

    def call(_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(callback)

    return call
