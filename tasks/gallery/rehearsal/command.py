"""`python app.py --rehearse`: runs the examples before anybody looks, and ends with the board."""

import asyncio
import sys
import time
from collections.abc import Sequence

import click

from inference_core import words
from inference_core.errors import CodedError, InferenceConnectionError, InferenceError
from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.rehearsal.board import lines, summary, write
from tasks.gallery.rehearsal.plan import Plan
from tasks.gallery.rehearsal.rehearsal import AT_ONCE, Outcome, Piece, Row, damage, pieces, rehearse
from tasks.gallery.rehearsal.stage import Stage
from tasks.gallery.running import Runner
from tasks.registry import Task, all_tasks

ALL_RIGHT, NOT_RIGHT, NOT_STARTED = range(3)


def run_rehearsal(plan: Plan, settings: GallerySettings, backend: Backend) -> int:
    """Rehearse, print the board, and return the status for the process to exit with."""
    return asyncio.run(_run(plan, settings, backend))


async def _run(plan: Plan, settings: GallerySettings, backend: Backend) -> int:
    tasks = _chosen(plan)
    began = time.monotonic()
    _announce(backend, tasks)
    try:
        await _require_started(backend)
        rows = [*await _damage(backend), *await _rows(settings, backend, tasks)]
    except CodedError as error:
        click.echo(words.text("rehearsal.not_started", reason=error.explain()), err=True)
        return NOT_STARTED
    finally:
        await backend.disconnect()
    for line in lines(rows):
        click.echo(line)
    click.echo(summary(rows, time.monotonic() - began))
    if plan.report:
        write(rows, plan.report)
    return ALL_RIGHT if all(row.is_right for row in rows) else NOT_RIGHT


def _chosen(plan: Plan) -> Sequence[Task]:
    known = {task.id: task for task in all_tasks()}
    unknown = [name for name in plan.tasks if name not in known]
    if unknown:
        click.echo(words.text("rehearsal.no_such_task", tasks=", ".join(unknown), known=", ".join(known)), err=True)
        sys.exit(NOT_STARTED)
    return [known[name] for name in dict.fromkeys(plan.tasks)] or list(known.values())


def _announce(backend: Backend, tasks: Sequence[Task]) -> None:
    count = len(pieces(tasks))
    answers = " ".join(backend.said("answers"))
    click.echo(words.text("rehearsal.begins", count=count, tasks=len(tasks), answers=answers), err=True)
    if backend.calls_others:
        click.echo(words.text("rehearsal.calls", count=count, cost=" ".join(backend.said("cost"))), err=True)


async def _require_started(backend: Backend) -> None:
    """Raises the error of a backend that cannot be reached; what else is wrong with it, the examples tell."""
    client = await backend.client()
    try:
        await client.recommended_models()
    except InferenceConnectionError:
        raise
    except InferenceError:
        pass


async def _damage(backend: Backend) -> list[Row]:
    return [Row("", words.text("rehearsal.files"), Outcome.FAILED, said, 0.0) for said in await damage(backend)]


async def _rows(settings: GallerySettings, backend: Backend, tasks: Sequence[Task]) -> list[Row]:
    """The rows in the order of the tasks, with a bar while they come."""
    program = pieces(tasks)
    pictures = Pictures(settings.pixel_count)
    runners = [Runner(task, backend, pictures) for task in tasks]
    stage = Stage(runners, guarded_download(backend, settings.upload_bytes))
    rows: dict[Piece, Row] = {}
    with click.progressbar(length=len(program), file=sys.stderr) as bar:
        async for done in rehearse(stage, program, AT_ONCE[backend.kind]):
            rows[done.piece] = done.row
            bar.update(1)
    return [rows[piece] for piece in program]
