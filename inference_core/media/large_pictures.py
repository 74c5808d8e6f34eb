"""Large pictures one at a time, for a program that decodes for many people at once.

A decoded picture takes memory until its call is over. So a call that meets large ones waits for its turn, which it
keeps until its pictures are gone.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")

LARGE_PIXELS = 4_000_000
"""Pixels, in all, that a call may decode without a turn: 16 MB."""


_A_MOMENT = 1.0


class NeedsTurn(Exception):
    """More pixels than a call without a turn may decode. It only says so between the functions of this package."""


class Counter(Protocol):
    """Who counts what is decoded: pictures of at most `most` pixels, and `count` raises NeedsTurn if it has to wait."""

    most: int

    def count(self, pixels: int) -> None: ...


class Turn:
    """What one call may decode: pictures of at most `most` pixels, and large ones only while it holds `lock`."""

    def __init__(self, most: int, lock: asyncio.Lock) -> None:
        self.most = most
        self._lock = lock
        self._is_taken = False
        self._left = LARGE_PIXELS

    async def decoded(self, decode: Callable[..., T], *arguments: Any) -> T:
        """What `decode` returns. It runs in a thread, a second time if it turns out to need a turn."""
        with counted_by(self):
            self._left = LARGE_PIXELS
            with suppress(NeedsTurn):
                return await asyncio.to_thread(decode, *arguments)
            await self._lock.acquire()
            self._is_taken = True
            return await _in_the_one_thread(decode, *arguments)

    def enter(self) -> None:
        """Make this the turn of all that the running task decodes from now on."""
        _turn.set(self)

    def end(self) -> None:
        """Let the next call have its turn."""
        if self._is_taken:
            self._is_taken = False
            _one_thread().submit(give_memory_back)  # before the next one decodes, because they use the same thread
            self._lock.release()
            # Whoever ends the turn may hold its last picture a moment longer.
            asyncio.get_running_loop().call_later(_A_MOMENT, _one_thread().submit, give_memory_back)

    def count(self, pixels: int) -> None:
        """Note that a picture is going to be decoded. Raises NeedsTurn if the call has to wait for its turn first."""
        self._left -= pixels
        if self._left < 0 and not self._is_taken:
            raise NeedsTurn


@cache
def _one_thread() -> "ThreadPoolExecutor":
    """Every thread has memory of its own to allocate from, and the C library keeps what was freed there."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "large-pictures")


async def _in_the_one_thread(decode: Callable[..., T], *arguments: Any) -> T:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_one_thread(), copy_context().run, decode, *arguments)


def give_memory_back() -> None:
    """Return to the system what was freed, which glibc would keep."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):  # another C library, or Windows
        ctypes.CDLL(None).malloc_trim(0)


_turn: ContextVar[Counter | None] = ContextVar("turn", default=None)


def current_turn() -> Counter | None:
    """Who counts the pictures of the running task; None if nobody does."""
    return _turn.get()


@contextmanager
def counted_by(counter: Counter) -> Iterator[None]:
    """Have `counter` count what is decoded inside."""
    entered = _turn.set(counter)
    try:
        yield
    finally:
        _turn.reset(entered)


async def decoded_in_thread(decode: Callable[[bytes], T], body: bytes) -> T:
    """What `decode` makes of an answer; if it has large pictures, after the task's turn has come."""
    turn = _turn.get()
    return await (turn.decoded(decode, body) if isinstance(turn, Turn) else asyncio.to_thread(decode, body))
