"""Lets long work end early when nobody waits for its answer any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_unwanted: ContextVar[Callable[[], bool]] = ContextVar("is_unwanted", default=lambda: False)


class Stopped(Exception):
    """Nobody waits for the answer; only a runner catches this."""


@contextmanager
def stoppable(is_unwanted: Callable[[], bool]) -> Iterator[None]:
    """In this block and thread, `stop_if_unwanted` asks this."""
    token = _is_unwanted.set(is_unwanted)
    try:
        yield
    finally:
        _is_unwanted.reset(token)


def stop_if_unwanted() -> None:
    """A model whose answer takes seconds calls this now and then. Raises Stopped if nobody waits for the answer."""
    if _is_unwanted.get()():
        raise Stopped
