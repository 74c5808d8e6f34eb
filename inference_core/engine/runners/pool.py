"""Threads that run functions outside the event loop; one that does not come back is replaced."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_MAX_BATCH_SECONDS = 0.01
"""Seconds for which a thread collects items of a stream before it passes them on: too short to be seen, but long
enough to switch threads rarely."""

_Job = tuple[Future[Any], Callable[[], Any]]


class Pool:
    """A fixed number of threads that take jobs, and those that have been given up. The process may end without them.

    `stuck` is how many have been given up and still run.
    """

    def __init__(self, threads: int) -> None:
        self.stuck = 0
        self._threads = threads
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._running: dict[Future[Any], threading.Thread] = {}
        self._given_up: set[threading.Thread] = set()
        self._changing = threading.Lock()
        self._started = False

    def submit(self, function: Callable[[], T]) -> Future[T]:
        """Run a function in one of the threads. It is not run if the future is cancelled before."""
        if not self._started:
            self._started = True
            for _ in range(self._threads):
                self._add_thread()
        job: Future[T] = Future()
        self._jobs.put((job, function))
        return job

    def give_up(self, job: Future[Any]) -> bool:
        """Put another thread in the place of the one that still runs `job`; False if none does."""
        with self._changing:
            thread = self._running.get(job)
            if thread is None or thread in self._given_up:
                return False
            self._given_up.add(thread)
            self.stuck += 1
        self._add_thread()
        return True

    def close(self) -> None:
        """Cancel what is still waiting; the threads end when they are done."""
        while True:
            try:
                waiting = self._jobs.get_nowait()
            except queue.Empty:
                break
            if waiting is not None:
                waiting[0].cancel()
        for _ in range(self._threads):
            self._jobs.put(None)

    def _add_thread(self) -> None:
        threading.Thread(target=self._work, name="engine", daemon=True).start()

    def _work(self) -> None:
        this = threading.current_thread()
        while (taken := self._jobs.get()) is not None:
            job, function = taken
            if not job.set_running_or_notify_cancel():
                continue
            with self._changing:
                self._running[job] = this
            _run(job, function)
            with self._changing:
                del self._running[job]
                if this in self._given_up:
                    self._given_up.remove(this)
                    self.stuck -= 1
                    return
            del taken, job, function  # a thread that waits must not keep what it computed


def _run(job: Future[T], function: Callable[[], T]) -> None:
    try:
        result = function()
    except BaseException as error:
        job.set_exception(error)
    else:
        job.set_result(result)


def next_batch(items: Iterator[T]) -> list[T]:
    """The next item and those that follow within a few milliseconds. Empty when the iterator has ended."""
    end = time.monotonic() + _MAX_BATCH_SECONDS
    taken = list(itertools.islice(items, 1))
    while taken and time.monotonic() < end:
        following = list(itertools.islice(items, 1))
        if not following:
            break
        taken += following
    return taken
