"""Notes what a run gives, without the page's code knowing: its tasks and its backend are wrapped."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from inference_core import AsyncInferenceClient, Exchange
from tasks.gallery.backend import Backend
from tasks.registry import Task
from tasks.views import View


@dataclass(slots=True)
class Seen:
    """What one run gave: the last view, and its exchanges with a server."""

    view: View | None = None
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
    """The task, of which each view is noted."""

    @wraps(task.run)
    async def streamed(*arguments: Any, **options: Any) -> AsyncIterator[View]:
        async for view in task.run(*arguments, **options):
            _note(view)
            yield view

    @wraps(task.run)
    async def answered(*arguments: Any, **options: Any) -> View:
        view: View = await task.run(*arguments, **options)
        _note(view)
        return view

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


def _note(view: View) -> None:
    if (seen := _seen.get()) is not None:
        seen.view = view
