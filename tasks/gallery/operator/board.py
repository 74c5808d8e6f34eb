"""The board of a gallery that runs: what came of each example last, and when it last was as it is to be."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TypedDict

from inference_core import words
from inference_core.private_log import where_raised
from tasks.gallery.examples import example_name
from tasks.gallery.file_inputs import Download
from tasks.gallery.front.entries import entry
from tasks.gallery.front.offers import levels_of
from tasks.gallery.front.results import Result
from tasks.gallery.front.shelf import Shelf
from tasks.gallery.rehearsal.rehearsal import AT_ONCE, Piece, Rehearsed, Row, damage, pieces, rehearse
from tasks.gallery.rehearsal.stage import Stage
from tasks.gallery.running import Runner
from tasks.translations import translated

_log = logging.getLogger(__name__)


class Line(TypedDict):
    """An example as the operator's page gets it. Times are of ISO 8601, in UTC; None: never."""

    key: str
    task: str
    title: str
    example: str
    state: str
    outcome: str
    sentence: str
    seconds: float | None
    model: str
    passed_at: str | None


class Told(TypedDict):
    """The whole board; `left` is how many examples are still to be run."""

    left: int
    damage: list[str]
    lines: list[Line]


class Board:
    """Rehearses for the operator, one rehearsal at a time. What passes renews the cards of the front page."""

    def __init__(self, runners: Sequence[Runner], download: Download, shelf: Shelf) -> None:
        self._backend = runners[0].backend
        self._shelf = shelf
        self._stage = Stage(runners, download)
        self._pieces = {_key(piece): piece for piece in pieces([runner.task for runner in runners])}
        self._rows: dict[Piece, Row] = {}
        self._passed_at: dict[Piece, str] = {}
        self._damage: list[str] = []
        self._waiting: set[Piece] = set()
        self._running: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._running is not None and not self._running.done()

    def has(self, key: str) -> bool:
        """Whether there is an example with this key."""
        return key in self._pieces

    def begin(self, keys: Sequence[str]) -> bool:
        """Run the examples with these keys, or all if there are none; returns False if a rehearsal goes on."""
        if self.is_running:
            return False
        program = [self._pieces[key] for key in keys or self._pieces]
        self._waiting = set(program)
        self._running = asyncio.create_task(self._rehearse(program))
        self._running.add_done_callback(self._ended)  # also of one that is stopped before it begins
        return True

    def stop(self) -> None:
        """Leave what is not done."""
        if self._running is not None:
            self._running.cancel()

    def told(self) -> Told:
        """The board in the present language."""
        lines = [self._line(key, piece) for key, piece in self._pieces.items()]
        return Told(left=len(self._waiting), damage=self._damage, lines=lines)

    async def _rehearse(self, program: Sequence[Piece]) -> None:
        self._damage = await damage(self._backend)
        first: list[Rehearsed] = []
        try:
            async with aclosing(rehearse(self._stage, program, AT_ONCE[self._backend.kind])) as done:
                async for one in done:
                    self._take(one)
                    first += [one] if one.row.is_right and not one.piece.at else []
        finally:  # what passed before it was stopped counts
            await self._renew_cards(first)

    def _ended(self, rehearsal: "asyncio.Task[None]") -> None:
        self._waiting = set()
        if not rehearsal.cancelled() and (error := rehearsal.exception()):
            _log.error("rehearsal: %s", where_raised(error))

    def _take(self, done: Rehearsed) -> None:
        self._waiting.discard(done.piece)
        self._rows[done.piece] = done.row
        if done.row.is_right:
            self._passed_at[done.piece] = datetime.now(UTC).isoformat(timespec="seconds")

    async def _renew_cards(self, first: Sequence[Rehearsed]) -> None:
        levels = await levels_of(await self._backend.client())
        self._shelf.renew(await asyncio.to_thread(_entries, first, levels))

    def _line(self, key: str, piece: Piece) -> Line:
        row = self._rows.get(piece)
        state = "waiting" if piece in self._waiting else row.outcome if row else "never"
        return Line(
            key=key,
            task=piece.task.id,
            title=translated(piece.task.title),
            example=example_name(piece.task, piece.at),
            state=state,
            outcome=words.text(f"rehearsal.outcomes.{state}"),
            sentence=row.sentence if row else "",
            seconds=row.seconds if row else None,
            model=row.model if row else "",
            passed_at=self._passed_at.get(piece),
        )


def _key(piece: Piece) -> str:
    return f"{piece.task.id}/{piece.at}"


def _entries(first: Sequence[Rehearsed], levels: Mapping[str, str | None]) -> dict[str, tuple[Result, bytes | None]]:
    """Entries for the cards, of runs of first examples that ended with a view."""
    return {
        one.piece.task.id: entry(one.piece.task, one.seen.view, one.seen.exchanges[-1], one.row.seconds, levels)
        for one in first
        if one.seen.view is not None and one.seen.exchanges
    }
