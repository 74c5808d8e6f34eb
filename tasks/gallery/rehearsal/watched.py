"""Notes what a run gives, without the page's code knowing: its tasks and its backend are wrapped."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, cast

from inference_core import AsyncInferenceClient, Exchange
from tasks.gallery.backend import Backend
from tasks.registry import Task
from tasks.views import View


@dataclass(slots=True)
class Seen:
    """What one run gave: the last view or the error of its task, and its exchanges with a server.

    `begun` is when a stream gave its first view, by the monotonic clock.
    """

    view: View | None = None
    begun: float | None = None
    error: Exception | None = None
    exchanges: list[Exchange] = field(default_factory=list)


_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


@contextmanager
def seeing() -> Iterator[Seen]:
    """What the run of this block gives; only one is run in it."""
    seen = Seen()
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def is_rehearsed() -> bool:
    """Whether this is a run of a rehearsal."""
    return _seen.get() is not None


def watched(task: Task) -> Task:
    """The task, of which each view and the error at its end are noted."""

    @wraps(task.run)
    async def streamed(*arguments: Any, **options: Any) -> AsyncIterator[View]:
        with _noting() as seen:
            async for view in task.run(*arguments, **options):
                seen.view, seen.begun = view, seen.begun or time.monotonic()
                yield view

    @wraps(task.run)
    async def answered(*arguments: Any, **options: Any) -> View:
        with _noting() as seen:
            seen.view = view = await task.run(*arguments, **options)
            return cast(View, view)

    return replace(task, run=streamed if task.streams else answered)


def watching(backend: Backend) -> Backend:
    """The backend, of which each exchange is noted."""

    async def locate(*, observer: Callable[[Exchange], None] | None = None, **options: Any) -> AsyncInferenceClient:
        seen = _seen.get()

        def observe(exchange: Exchange) -> None:
            if seen is not None:
                seen.exchanges.append(exchange)
            if observer is not None:
                observer(exchange)

        return await backend.client(observer=observe, **options)

    return replace(backend, client=locate)


@contextmanager
def _noting() -> Iterator[Seen]:
    seen = _seen.get() or Seen()
    try:
        yield seen
    except Exception as error:
        seen.error = error
        raise
