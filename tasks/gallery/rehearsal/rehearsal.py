"""Runs the examples, several at once, and says of each what came of it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from inference_core import words
from tasks.acceptable import Acceptable, Refused, shortcoming
from tasks.gallery.backend import Backend
from tasks.gallery.error_text import is_not_recorded
from tasks.gallery.examples import example_name
from tasks.gallery.front.digest import headline
from tasks.gallery.rehearsal.stage import Performed, Stage
from tasks.gallery.rehearsal.watched import Seen
from tasks.registry import Task

AT_ONCE = {"local": 4, "server": 4, "hosted": 6}
"""How many examples are run at once, by the kind of backend."""

_REFUSED = "<span class='refused'"


class Outcome(StrEnum):
    """What came of an example. `WRONG` is an answer without what it must have, or to an input that must have none."""

    PASSED = "passed"
    WRONG = "wrong"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An example of a task, by its place among them."""

    task: Task
    at: int

    @property
    def values(self) -> Sequence[Any]:
        return self.task.examples[self.at]

    @property
    def wanted(self) -> Acceptable | None:
        return self.task.accepted[self.at]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board. `sentence` is the answer in a few words, or why it is not as it is to be.

    `seconds` and `first_token` are from the press of Run; `first_token` and `engine` are None where nobody says them.
    """

    task: str
    example: str
    outcome: Outcome
    sentence: str
    seconds: float
    first_token: float | None = None
    model: str = ""
    engine: str | None = None

    @property
    def is_right(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An example with its row, and what was seen for it."""

    piece: Piece
    row: Row
    seen: Seen


async def damage(backend: Backend) -> list[str]:
    """A sentence for each file of the models on this machine that is damaged."""
    found = await asyncio.to_thread(backend.damage)
    return [words.text("rehearsal.damaged", **asdict(one)) for one in found]


def pieces(tasks: Sequence[Task]) -> list[Piece]:
    """Every example of the tasks, in the order of the page."""
    return [Piece(task, at) for task in tasks for at in range(len(task.examples))]


async def rehearse(stage: Stage, program: Sequence[Piece], at_once: int) -> AsyncGenerator[Rehearsed]:
    """Run these examples, so many at once; what comes first is told first."""
    places = asyncio.Semaphore(at_once)

    async def one(piece: Piece) -> Rehearsed:
        async with places:
            return await _rehearsed(stage, piece)

    running = [asyncio.create_task(one(piece)) for piece in program]
    try:
        for done in asyncio.as_completed(running):
            yield await done
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _rehearsed(stage: Stage, piece: Piece) -> Rehearsed:
    performed = await stage.perform(piece.task, piece.values)
    outcome, sentence = _judged(piece, performed)
    last = performed.seen.exchanges[-1] if performed.seen.exchanges else None
    row = Row(
        task=piece.task.id,
        example=example_name(piece.task, piece.at),
        outcome=outcome,
        sentence=sentence,
        seconds=round(performed.seconds, 3),
        first_token=None if performed.first is None else round(performed.first, 3),
        model=last.model if last else "",
        engine=last.engine if last else None,
    )
    return Rehearsed(piece, row, performed.seen)


def _judged(piece: Piece, performed: Performed) -> tuple[Outcome, str]:
    """What came of it, and the sentence about it."""
    view, raised = performed.seen.view, performed.seen.error
    if performed.error:
        return Outcome.FAILED, performed.error
    if raised and is_not_recorded(raised):
        return Outcome.FAILED, performed.note
    if _REFUSED in performed.line:
        is_wanted = isinstance(piece.wanted, Refused)
        return Outcome.PASSED if is_wanted else Outcome.REFUSED, performed.note
    if view is None:
        return Outcome.FAILED, words.text("rehearsal.nothing_came")
    lacking = shortcoming(piece.wanted, view)
    return (Outcome.WRONG, lacking) if lacking else (Outcome.PASSED, headline(view))
