"""One event loop, in its own thread, for all blocking clients of the process."""

import asyncio
import atexit
import os
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from concurrent.futures import CancelledError, Future
from contextlib import aclosing
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

import anyio
from anyio.from_thread import BlockingPortal

from inference_core.errors import InferenceConnectionError

T = TypeVar("T")
_END: Any = object()
_MAX_AHEAD = 64  # items of a stream that are read ahead of the caller
_STEP = 32  # after this many items the caller makes room for as many more; _MAX_AHEAD is a multiple of it
_SHUTDOWN_SECONDS = 5.0  # seconds, when the program ends


class _Running(NamedTuple):
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    portal: BlockingPortal


class _Background:
    """The event loop of all blocking clients, in a daemon thread that starts with the first call.

    It is a daemon because at exit Python waits for all other threads before it runs the function that ends this one.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()  # reentrant: garbage collection may run a `__del__` that makes a call
        self._running: _Running | None = None
        self.has_ended = False

    def running(self) -> _Running:
        """The loop; it is started if it is not running yet."""
        with self._lock:
            if self.has_ended:
                raise InferenceConnectionError("program_ending")
            if self._running is None:
                self._running = _started()
            return self._running

    def end(self) -> None:
        """Cancel what is running and close the loop with its sessions."""
        self.has_ended = True
        if self._running is not None:
            asyncio.run_coroutine_threadsafe(self._running.portal.stop(True), self._running.loop)
            self._running.thread.join(_SHUTDOWN_SECONDS)

    def reset(self) -> None:
        """Start over in a forked process, which does not have its parent's threads."""
        self.__init__()  # type: ignore[misc]


def _started() -> _Running:
    started: Future[_Running] = Future()
    thread = threading.Thread(target=_run, args=(started,), name="inference-client", daemon=True)
    thread.start()
    return started.result()


def _run(started: Future[_Running]) -> None:
    async def main() -> None:
        async with BlockingPortal() as portal:
            started.set_result(_Running(threading.current_thread(), asyncio.get_running_loop(), portal))
            await portal.sleep_until_stopped()

    try:
        anyio.run(main)
    except BaseException as error:
        if not started.done():
            started.set_exception(error)
        # Since Python 3.12 a program that ends starts no thread, not even the one that waits for those of the loop.
        elif not (_background.has_ended and isinstance(error, RuntimeError)):
            raise


_background = _Background()
atexit.register(_background.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_background.reset)


def wait_for(call: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run the call in the background and return its result; a stream keeps running there while it is read here."""
    running = _background.running()
    result, error = _result(running.portal.start_task_soon(_outcome, call))
    if error is not None:
        raise error
    return _read(running, result) if isinstance(result, AsyncGenerator) else result


async def _outcome(call: Callable[[], Coroutine[Any, Any, Any]]) -> tuple[Any, BaseException | None]:
    """What the call returns or raises, as a value: a SystemExit raised in the loop would end it for all clients."""
    try:
        return await call(), None
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        return None, error


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except CancelledError:
        if _background.has_ended:  # only daemon threads are left; they wait until the process ends
            threading.Event().wait()
        raise InferenceConnectionError("client_closed") from None
    finally:
        future.cancel()  # after a KeyboardInterrupt; otherwise it is already done


def _read(running: _Running, stream: AsyncGenerator[T]) -> Generator[T]:
    """The items of the stream; it is closed with the generator, also by garbage collection."""
    items = _items(running, stream)
    next(items)  # only a generator that has begun runs its `finally`
    return items


def _items(running: _Running, stream: AsyncGenerator[T]) -> Generator[T]:
    items: SimpleQueue[T] = SimpleQueue()
    room = asyncio.Semaphore(_MAX_AHEAD)
    filling = running.portal.start_task_soon(_fill, stream, items, room)
    filling.add_done_callback(lambda _: items.put(_END))
    taken = 0
    try:
        yield None  # type: ignore[misc]  # an empty first item: see `_read`
        while (item := items.get()) is not _END:
            yield item
            taken += 1
            if taken % _STEP == 0:
                running.loop.call_soon_threadsafe(_make_room, room)
        _result(filling)
    finally:
        # Without waiting, because the garbage collector may run in the loop's own thread.
        filling.cancel()


async def _fill(stream: AsyncGenerator[T], items: SimpleQueue[T], room: asyncio.Semaphore) -> None:
    async with aclosing(stream):
        async for item in stream:
            items.put(item)
            await room.acquire()


def _make_room(room: asyncio.Semaphore) -> None:
    for _ in range(_STEP):
        room.release()
