"""Lets long work end early when nobody waits for its answer any more."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

WAIT = 0.1
"""Seconds for which work waits at most before it asks again whether it is still wanted."""

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


@contextmanager
def place_among(places: threading.Semaphore, go_on: Callable[[], None]) -> Iterator[None]:
    """In this block, the caller has one of the places.

    While all are taken, `go_on` is called again and again; an error that it raises ends the wait.
    """
    while not places.acquire(timeout=WAIT):
        go_on()
    try:
        yield
    finally:
        places.release()
