"""One lane: a child process that computes the answers of some models, is started on first use and can be killed."""

import contextlib
import itertools
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, cast

from inference_core.engine.contract import CannotAnswer, CannotLoad, Model
from inference_core.engine.limits import Limits
from inference_core.engine.runners import messages
from inference_core.engine.runners.contract import Details, State
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
    Work,
)
from inference_core.settings.description import ENGINE_KEY

_log = logging.getLogger(__name__)
_FOLDER_OF_THE_PACKAGE = Path(__file__).parents[3]
_SECONDS_TO_END = 2.0
Kind = Literal["answer", "tokens", "load"]


class LaneEnded(RuntimeError):
    """The child process ended before the answer was complete.

    `was_killed` says whether the engine ended it because of another call; otherwise this call may be the reason.
    """

    def __init__(self, *, was_killed: bool) -> None:
        super().__init__()
        self.was_killed = was_killed


class Dropped(Exception):
    """The work was stopped before it was done."""


class BrokenModel(RuntimeError):
    """The model raised an unexpected error; the child process has logged where."""


@dataclass(slots=True, eq=False)
class Job:
    """Work in a child process. `next` is its next answer or batch of tokens; `stop` and `more` tell the child.

    `download` is what was last said of the files of its model, if they had to come.
    """

    id: int
    model: Model
    child: "Child"
    next: Future[Any] = field(default_factory=Future)
    is_loaded: bool = False
    download: Downloading | None = None

    @property
    def is_done(self) -> bool:
        return not self.child.has(self)

    def more(self) -> None:
        self.next = Future()
        self.child.send(More(self.id))

    def stop(self) -> None:
        self.child.send(Stop(self.id))


class Lane:
    """Starts the child process if there is none, and gives it work. Every method may be called from any thread."""

    def __init__(self, name: str, limits: Limits, idle: float | None) -> None:
        self.name = name
        self._limits = limits
        self._idle = idle
        self._child: Child | None = None
        self._changing = threading.Lock()
        self._ids = itertools.count()
        self._states: dict[Model, State] = {}
        self._details: dict[Model, Details] = {}

    def begin(self, kind: Kind, model: Model, task: str, body: bytes) -> Job:
        """Give the child process work; the future `next` of the job gets an answer, or raises one of these.

        Raises:
            CannotAnswer, CannotLoad: as the model does.
            LaneEnded: the process ended before.
            Dropped: the job was stopped.
            BrokenModel: the model raised another error.
        """
        if model.lane is None:
            raise TypeError(f"{model.id} has no lane.")
        place = (model.lane.module, model.lane.made_from)
        with self._changing:
            if self._child is None or self._child.is_over:
                self._child = Child(self.name, Setup(sys.path, self._limits, self._idle), self._note)
                self._details.clear()
                self._states.clear()
            job = Job(next(self._ids), model, self._child, is_loaded=model in self._details)
            if not job.is_loaded:
                self._states[model] = "loading"
        job.child.begin(job, Work(job.id, kind, *place, model.id, task, body))
        return job

    def state(self, model: Model) -> State:
        if self._child is None or self._child.is_over:
            return "unloaded"
        return self._states.get(model, "unloaded")

    def details(self, model: Model) -> Details:
        """What is known about the model, once it is loaded."""
        return self._details.get(model, Details()) if self.state(model) == "ready" else Details()

    @property
    def pid(self) -> int | None:
        """The process id of the child, None if there is none."""
        child = self._child
        return None if child is None or child.is_over else child.pid

    def kill(self) -> None:
        """End the child process at once; the next work starts another."""
        with self._changing:
            if self._child is not None:
                self._child.kill()

    def close(self) -> None:
        """Kill the child process and wait until it has ended."""
        self.kill()
        if self._child is not None:
            self._child.join()

    def _note(self, job: Job, message: FromChild) -> None:
        """Remember what a message says about the job's model."""
        if isinstance(message, Loaded):
            job.is_loaded = True
            self._details[job.model] = message.details
            self._states[job.model] = "ready"
        elif isinstance(message, Downloading):
            job.download = message
        elif isinstance(message, Failed) and not job.is_loaded:
            # Broken while it loaded, or dropped before.
            self._states[job.model] = "failed" if message.why == "not_loaded" else "unloaded"


class Child:
    """A running child process, and the jobs it has."""

    def __init__(self, name: str, setup: Setup, note: Callable[[Job, FromChild], None]) -> None:
        self._name = name
        self._note = note
        self._jobs: dict[int, Job] = {}
        self._changing = threading.Lock()
        self._outbox: queue.SimpleQueue[messages.ToChild | None] = queue.SimpleQueue()
        self._process = _launch()
        self.has_ended = False
        self._killed = False
        self.send(setup)
        self._threads = [
            threading.Thread(target=target, name=f"lane-{name}", daemon=True) for target in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def begin(self, job: Job, work: Work) -> None:
        with self._changing:
            ended = self.has_ended
            if not ended:
                self._jobs[job.id] = job
        if ended:
            job.next.set_exception(LaneEnded(was_killed=self._killed))
        else:
            self.send(work)

    @property
    def is_over(self) -> bool:
        """Whether it has ended or is about to."""
        return self.has_ended or self._killed

    def has(self, job: Job) -> bool:
        return job.id in self._jobs

    def send(self, message: messages.ToChild) -> None:
        self._outbox.put(message)

    def kill(self) -> None:
        self._killed = True
        _kill_with_its_children(self._process)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(_SECONDS_TO_END)

    def _write(self) -> None:
        # An error means that the process has ended, which the reader notices.
        with contextlib.suppress(OSError), cast(IO[bytes], self._process.stdin) as pipe:
            while (message := self._outbox.get()) is not None:
                messages.send(pipe, message)

    def _read(self) -> None:
        with cast(IO[bytes], self._process.stdout) as pipe:
            for message in messages.received(pipe, FromChild):
                self._take(message)
        self._process.kill()
        code = self._process.wait()
        self._outbox.put(None)
        with self._changing:
            self.has_ended = True
            jobs, self._jobs = self._jobs, {}
        if jobs and not self._killed:  # without work it has ended because it was idle
            _log.warning("The process for %s ended with code %s.", self._name, code)
        for job in jobs.values():
            _resolve(job.next, LaneEnded(was_killed=self._killed))

    def _take(self, message: FromChild) -> None:
        job = self._jobs.get(message.id)
        if job is None:
            return
        self._note(job, message)
        if isinstance(message, Loaded | Downloading):
            return
        if not (isinstance(message, Batch) and not message.is_last):
            with self._changing:
                self._jobs.pop(message.id, None)
        _resolve(job.next, error_of(message) if isinstance(message, Failed) else message)


def _resolve(future: Future[Any], outcome: Answered | Batch | Exception) -> None:
    # A future is done before if nobody waits: a stream was stopped between two batches, or a call was cancelled.
    if future.done() or not future.set_running_or_notify_cancel():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def error_of(failed: Failed) -> Exception:
    """What a message about a failure says, as the error that it was."""
    match failed.why:
        case "refused":
            return CannotAnswer(failed.code, **failed.arguments)
        case "not_loaded":
            return CannotLoad(failed.code, **failed.arguments)
        case "dropped":
            return Dropped()
        case _:
            return BrokenModel()


def _launch() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        # -P: what lies in the current folder must not come before the libraries.
        [sys.executable, "-P", "-m", "inference_core.engine.runners.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        **_own_group(),
    )


def _environment() -> dict[str, str]:
    """That of this process, without its key, and with the place of this package."""
    kept = {name: value for name, value in os.environ.items() if name != ENGINE_KEY}
    places = filter(None, [str(_FOLDER_OF_THE_PACKAGE), kept.get("PYTHONPATH")])
    return {**kept, "PYTHONPATH": os.pathsep.join(places)}


def _own_group() -> dict[str, Any]:
    """Ctrl-C in a terminal reaches the whole process group, but only the engine should end its children."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _kill_with_its_children(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        process.kill()
    elif process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
