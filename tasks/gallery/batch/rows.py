"""A batch: its rows, what became of each, and what all batches of the page may hold and ask at once."""

import asyncio
import os
import secrets
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from weakref import WeakValueDictionary, finalize

from inference_core.errors import CodedError
from tasks.gallery.backend import Backend
from tasks.gallery.run_report import Run
from tasks.registry import Task

MOST_BYTES = 32 * 2**20
"""Of the texts of one batch, its answers included."""

_MOST_OF_ALL = 256 * 2**20

_AT_ONCE = {"local": 2, "server": 6, "hosted": 12}
"""Rows of all batches together that are asked at once: somebody who runs one input has to wait for these at most."""


class State(StrEnum):
    """What became of a row. `FAILED` is a row without an answer for a reason outside of it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer: its `cells` as the columns of the task's view, the typed result as JSON, and the file if it is one."""

    cells: Sequence[str]
    note: str
    json: str
    file: str | None
    model: str
    seconds: float

    @property
    def size(self) -> int:
        return sum(map(sys.getsizeof, (*self.cells, self.note, self.json)))


@dataclass(slots=True, eq=False)
class Row:
    """One input: a text, or the path of a file. `cells` are those of the table it is from, or the file's name."""

    value: str
    cells: Sequence[str]
    name: str
    state: State = State.WAITING
    problem: str = ""
    outcome: Outcome | None = None
    changed: int = 0
    """The version of the batch in which it became what it is."""

    @property
    def size(self) -> int:
        return sum(map(sys.getsizeof, {self.value, *self.cells})) + (self.outcome.size if self.outcome else 0)


class NoRoom(CodedError):
    """There is no room for more rows or answers."""


class _Share:
    """What one batch holds of the bytes that all batches may hold, given back when it is gone."""

    def __init__(self, batches: "Batches") -> None:
        self._batches = batches
        self.size = 0

    def add(self, size: int) -> None:
        """Raises NoRoom."""
        if self.size + size > MOST_BYTES:
            raise NoRoom("batch_full", most=MOST_BYTES // 2**20)
        if self._batches.held + size > _MOST_OF_ALL:
            raise NoRoom("batches_full")
        self.size += size
        self._batches.held += size

    def give_back(self) -> None:
        self._batches.held -= self.size


@dataclass(slots=True, eq=False, weakref_slot=True)
class Batch:
    """Rows to ask one after the other; `columns` are the names of what they were given with.

    `key` is what a browser calls it by; nobody can guess it. If it `takes_files`, the values of the rows are paths.
    """

    task: Task
    takes_files: bool
    share: _Share
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    version: int = 0
    is_running: bool = False
    is_stopped: bool = False
    before: "Batch | None" = None
    """Answers that others have replaced, as they were last."""
    paused_at: Row | None = None
    """The row with the reason why no more are asked."""
    settings: str = ""
    """What was asked beside the rows, by its representation."""
    has_other_settings: bool = False
    """Whether some answers were given to other settings."""
    runs: dict[int, Run] = field(default_factory=dict)
    """Those of the rows that are being asked, by `id`."""
    held_by: str = ""
    """Why rows wait for the visitor's limits, as a key of `batch.line`; `pace` is how many a minute there may be."""
    pace: int = 0
    begun: float = 0.0
    at_begin: int = 0

    def fill(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Take these rows in place of others; what became of those that were there already stays. Raises NoRoom."""
        known = defaultdict[tuple[str, str], deque[Row]](deque)
        for row in self.rows:
            known[row.value, row.name].append(row)
        for row in rows:
            if same := known[row.value, row.name]:
                old = same.popleft()
                row.state, row.problem, row.outcome = old.state, old.problem, old.outcome
        is_lost = any(row.outcome for left in known.values() for row in left)
        before = self._as_it_is() if is_lost else self.before
        self.share.add(sum(row.size for row in rows) + (before.size if before else 0) - self.share.size)
        self.columns, self.rows, self.before = columns, rows, before
        self.is_stopped, self.paused_at = False, None
        self.version += 1
        for row in rows:
            row.changed = self.version

    def begin(self, settings: str) -> None:
        """Somebody has pressed the button."""
        self.is_running, self.is_stopped, self.paused_at, self.held_by = True, False, None, ""
        is_other = self.has_other_settings or self.settings != settings
        self.has_other_settings = is_other and self.count(State.DONE) > 0
        self.settings = settings
        self.begun, self.at_begin = time.monotonic(), self.finished

    def begin_row(self, row: Row, run: Run) -> None:
        self.runs[id(row)] = run
        self._change(row, State.RUNNING)

    def answer(self, row: Row, outcome: Outcome) -> None:
        """Raises NoRoom if it cannot be kept."""
        self.share.add(outcome.size)
        row.outcome = outcome
        self._change(row, State.DONE)

    def no_answer(self, row: Row, state: State, problem: str) -> None:
        self._change(row, state, problem)

    def end_row(self, row: Row) -> None:
        """It waits again if there was no end."""
        self.runs.pop(id(row), None)
        if row.state is State.RUNNING:
            self._change(row, State.WAITING)

    def end(self, *, is_stopped: bool) -> None:
        self.is_running, self.is_stopped = False, is_stopped
        self.version += 1

    def ask_again(self, state: State) -> None:
        """Let the rows in this state wait. Raises NoRoom."""
        if state is State.DONE:
            before = self._as_it_is()
            self.share.add(before.size - (self.before.size if self.before else 0))
            self.before = before
        for row in self.rows:
            if row.state is state:
                self.share.add(-row.outcome.size if row.outcome else 0)
                row.outcome = None
                self._change(row, State.WAITING)

    def _as_it_is(self) -> "Batch":
        """A copy to download from."""
        return Batch(self.task, self.takes_files, self.share, self.columns, [replace(row) for row in self.rows])

    @property
    def size(self) -> int:
        return sum(row.size for row in self.rows)

    @property
    def left(self) -> list[Row]:
        """The rows without an end, those that failed last: they may fail again."""
        return [row for state in (State.WAITING, State.FAILED) for row in self.rows if row.state is state]

    @property
    def finished(self) -> int:
        return self.count(State.DONE) + self.count(State.REFUSED)

    @property
    def seconds_to_go(self) -> float | None:
        """By what the rows took since the button was pressed; None if that is not known yet."""
        finished = self.finished - self.at_begin
        if finished <= 0:
            return None
        return (time.monotonic() - self.begun) / finished * (len(self.rows) - self.finished)

    def count(self, state: State) -> int:
        return sum(row.state is state for row in self.rows)

    def number(self, row: Row) -> int:
        return self.rows.index(row) + 1

    def since(self, version: int) -> Iterator[tuple[int, Row]]:
        """The rows that have changed since then, with their places."""
        return ((at, row) for at, row in enumerate(self.rows) if row.changed > version)

    def keep_files(self) -> None:
        """Keep the files from being swept for another hour. Call it in a thread."""
        for row in self.rows:
            given = row.value if self.takes_files and row.state is not State.DONE else None
            for path in (given, row.outcome and row.outcome.file):
                if path:
                    with suppress(OSError):
                        os.utime(path)

    def _change(self, row: Row, state: State, problem: str = "") -> None:
        self.version += 1
        row.state, row.problem, row.changed = state, problem, self.version


class Batches:
    """All batches of a page. One is forgotten when the session ends that it belongs to."""

    def __init__(self, backend: Backend) -> None:
        self.held = 0
        self.lane = asyncio.Semaphore(_AT_ONCE[backend.kind])
        self._by_key: WeakValueDictionary[str, Batch] = WeakValueDictionary()

    def new(self, task: Task, *, takes_files: bool) -> Batch:
        """A batch without rows."""
        share = _Share(self)
        batch = Batch(task, takes_files, share)
        finalize(batch, share.give_back)
        self._by_key[batch.key] = batch
        return batch

    def find(self, key: str) -> Batch | None:
        return self._by_key.get(key)
