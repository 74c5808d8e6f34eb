"""The child process of a lane: `python -m inference_core.engine.runners.child`, started by `lane.py`.

It computes what arrives on standard input and writes the answers to standard output. It ends when its input is closed,
which happens even if the engine is killed.
"""

import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from inference_core.child_output import own_output
from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.runners import messages
from inference_core.engine.runners.contract import Answer
from inference_core.engine.runners.engines import Engines
from inference_core.engine.runners.failures import failed
from inference_core.engine.runners.messages import (
    Answered,
    Batch,
    Downloading,
    Failed,
    FromChild,
    Loaded,
    More,
    Setup,
    Stop,
    ToChild,
    Work,
)
from inference_core.engine.runners.picture_memory import PictureMemory, Share
from inference_core.engine.runners.pool import next_batch
from inference_core.engine.runners.remade import remade
from inference_core.engine.runners.together import MOST_TOGETHER, have_same_options, is_alike
from inference_core.engine.work.downloads import Tell, downloads_told
from inference_core.engine.work.stopping import stoppable
from inference_core.media.large_pictures import NeedsTurn

_NICENESS = 5
"""Lower priority than the engine's own process, which passes on the answers of all."""

_SECONDS_TO_BE_KILLED = 5.0
_MIN_SECONDS = 120.0  # a model that is small enough is loaded by its first call
_SECONDS_TO_LOAD = 1800.0  # for one that is not, after its files have come
_SECONDS_BETWEEN_NEWS = 0.5


def main() -> None:
    """Compute until standard input is closed."""
    requests, answers = sys.stdin.buffer, own_output()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    received = messages.received(requests, ToChild)
    setup = next(received, None)
    if isinstance(setup, Setup):
        sys.path[:] = setup.path
        child = _Child(setup, answers)
        for message in received:
            child.take(message)
    leave()


def leave() -> None:
    """End at once, with what was started from here."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


@dataclass(slots=True)
class _Entry:
    """Work that is not done: waiting for a thread, being computed, or a stream between two batches.

    `is_taken` says that it is answered together with other work.
    """

    work: Work
    is_taken: bool = False
    computing: bool = False
    stopped: bool = False
    stream: Generator[Token | Finish] | None = None
    engine: str = ""


class _Child:
    def __init__(self, setup: Setup, answers: BinaryIO) -> None:
        self._limits = setup.limits
        self._answers = answers
        self._engines = Engines()
        self._entries: dict[int, _Entry] = {}
        self._changing = threading.Lock()
        self._sending = threading.Lock()
        self._seconds = max(setup.limits.deadline + _SECONDS_TO_BE_KILLED, _MIN_SECONDS)
        self._activity = _Activity()
        self._pool = ThreadPoolExecutor(setup.limits.threads)
        self._pictures = PictureMemory(setup.limits.pixels)
        if setup.idle is not None:
            threading.Thread(target=self._activity.leave_when_idle, args=(setup.idle,), daemon=True).start()

    def take(self, message: ToChild) -> None:
        match message:
            case Work(id=id):
                self._activity.begin(id, _SECONDS_TO_LOAD if message.kind == "load" else self._seconds)
                entry = _Entry(message)
                with self._changing:  # a thread may be going through them
                    self._entries[id] = entry
                self._submit(id, lambda: self._begun(message, entry), Share(self._pictures))
            case More(id=id):
                self._submit(id, lambda: self._continued(id, self._entries[id]), Share(self._pictures))
            case Stop(id=id):
                self._stop(id)

    def _stop(self, id: int) -> None:
        with self._changing:
            entry = self._entries.get(id)
            if entry is None:
                return
            entry.stopped = True
            if entry.computing:
                return
            del self._entries[id]
        self._finish(id, entry, Failed(id, "dropped"))

    def _submit(self, id: int, compute: Callable[[], FromChild], share: Share) -> None:
        self._pool.submit(self._compute, id, compute, share)

    def _compute(self, id: int, compute: Callable[[], FromChild], share: Share) -> None:
        with self._changing:
            entry = self._entries.get(id)
            if entry is not None and not entry.is_taken:
                entry.computing = True
        if entry is None or entry.is_taken:  # None if it was stopped
            share.end()
            return
        with share.counting(), stoppable(lambda: entry.stopped):
            sent = _outcome(id, compute)
        share.end()
        with self._changing:
            entry.computing = False
            goes_on = sent is None or (isinstance(sent, Batch) and not sent.is_last)
            if goes_on and entry.stopped:
                sent, goes_on = Failed(id, "dropped"), False
            if not goes_on:
                del self._entries[id]
        if sent is None:
            self._pictures.when_free(share.counted, lambda share: self._submit(id, compute, share))
        elif goes_on:
            self._send(sent)
        else:
            self._finish(id, entry, sent)

    def _finish(self, id: int, entry: _Entry, sent: FromChild) -> None:
        if entry.stream is not None:
            entry.stream.close()
        self._activity.end(id)
        self._send(sent)

    def _send(self, message: FromChild) -> None:
        try:
            with self._sending:
                messages.send(self._answers, message)
        except OSError:  # the engine has ended
            leave()

    def _begun(self, work: Work, entry: _Entry) -> FromChild:
        model = remade(work.module, work.made_from, work.model)
        with downloads_told(self._teller(work.id)):
            self._engines.require(model)
        details = self._engines.details(model)
        if details.engine is not None:
            entry.engine = details.engine
            self._send(Loaded(work.id, details))
        if work.kind == "load":
            return Answered(work.id, Answer(b"", "", entry.engine, 0.0))
        body = messages.unpacked(work.body, model.task(work.task).body, self._limits)
        if work.kind == "tokens":
            entry.stream = _lazy(self._engines, model, work.task, body)
            return self._continued(work.id, entry)
        if model.task(work.task).together is not None and (others := self._take_alike(work, body)):
            return self._answered_together(model, work, body, others)
        return Answered(work.id, self._engines.answer(model, work.task, body))

    def _teller(self, id: int) -> Tell:
        """Tells the engine what is downloaded for this work, now and then."""
        told = 0.0

        def tell(come: int, all: int) -> None:
            nonlocal told
            if (now := time.monotonic()) - told >= _SECONDS_BETWEEN_NEWS:
                told = now
                self._activity.give(_SECONDS_TO_LOAD)
                self._send(Downloading(id, come, all))

        return tell

    def _take_alike(self, work: Work, body: Any) -> list[tuple[_Entry, Any]]:
        """Work that waits and differs from this in its inputs alone, with its bodies; from now on it is taken."""
        taken: list[tuple[_Entry, Any]] = []
        with self._changing:
            for entry in self._entries.values():
                if len(taken) + 1 == MOST_TOGETHER:
                    break
                is_waiting = not (entry.computing or entry.stopped or entry.is_taken)
                if is_waiting and is_alike(entry.work, work):
                    other = messages.unpacked(entry.work.body, type(body), self._limits)
                    if have_same_options(other, body):
                        entry.is_taken = entry.computing = True
                        taken.append((entry, other))
        return taken

    def _answered_together(self, model: Model, work: Work, body: Any, others: list[tuple[_Entry, Any]]) -> FromChild:
        """The answer to the body; those to the others are sent from here."""
        entries = [self._entries[work.id], *(entry for entry, _ in others)]
        bodies = [body, *(other for _, other in others)]
        sent = self._at_once(model, entries, bodies)
        for entry, message in zip(entries[1:], sent[1:], strict=True):
            with self._changing:
                del self._entries[entry.work.id]
            self._finish(entry.work.id, entry, message)
        return sent[0]

    def _at_once(self, model: Model, entries: list[_Entry], bodies: list[Any]) -> list[FromChild]:
        try:
            with stoppable(lambda: all(entry.stopped for entry in entries)):
                found = self._engines.answers(model, entries[0].work.task, bodies)
            return [Answered(entry.work.id, answer) for entry, answer in zip(entries, found, strict=True)]
        except Exception:  # whoever it is about is told when it is answered alone
            return [self._alone(model, entry, body) for entry, body in zip(entries, bodies, strict=True)]

    def _alone(self, model: Model, entry: _Entry, body: Any) -> FromChild:
        id = entry.work.id
        with stoppable(lambda: entry.stopped):
            try:
                return Answered(id, self._engines.answer(model, entry.work.task, body))
            except Exception as error:
                return failed(id, error)

    def _continued(self, id: int, entry: _Entry) -> FromChild:
        batch = next_batch(entry.stream or iter(()))
        tokens = [item for item in batch if isinstance(item, Token)]
        finish = next((item for item in batch if isinstance(item, Finish)), None)
        return Batch(id, tokens, finish, is_last=not batch or finish is not None, engine=entry.engine)


def _outcome(id: int, compute: Callable[[], FromChild]) -> FromChild | None:
    """What `compute` returns, or why it does not; None if it has to wait for others with large pictures."""
    try:
        return compute()
    except NeedsTurn:
        return None
    except Exception as error:
        return failed(id, error)


def _lazy(engines: Engines, model: Model, task: str, body: Any) -> Generator[Token | Finish]:
    yield from engines.tokens(model, task, body)


class _Activity:
    """The work that is not done. If it is not done in time, and the engine is not there to kill this process, it ends.

    Code that never gives Python's global lock back stops every thread of Python, but not faulthandler's.
    """

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._since = time.monotonic()
        self._changing = threading.Lock()
        # It stays open as long as the process.
        self._nowhere = Path(os.devnull).open("w")  # noqa: SIM115

    def begin(self, id: int, seconds: float) -> None:
        with self._changing:
            self._ids.add(id)
        self.give(seconds)

    def give(self, seconds: float) -> None:
        """All of the work has this time, from now on."""
        with self._changing:
            if self._ids:
                faulthandler.dump_traceback_later(seconds, exit=True, file=self._nowhere)

    def end(self, id: int) -> None:
        with self._changing:
            self._ids.discard(id)
            self._since = time.monotonic()
            if not self._ids:
                faulthandler.cancel_dump_traceback_later()

    def leave_when_idle(self, seconds: float) -> None:
        while True:
            time.sleep(min(1.0, seconds / 4))
            with self._changing:
                if not self._ids and time.monotonic() - self._since > seconds:
                    leave()


if __name__ == "__main__":
    main()
