"""What the buttons of a batch do: ask its rows, a few at once, until all have an answer or none can be had."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradio.context import LocalContext

from inference_core.errors import CodedError, InferenceConnectionError, InferenceError, InferenceTimeoutError
from inference_core.media.large_pictures import Turn
from inference_core.urls import is_url
from tasks.gallery.api.results import FILES
from tasks.gallery.batch.outcomes import outcome_of
from tasks.gallery.batch.panel import Panel, shown
from tasks.gallery.batch.rows import Batch, Batches, NoRoom, Row, State
from tasks.gallery.error_text import is_refusal
from tasks.gallery.inputs import label_of
from tasks.gallery.limits import check_text
from tasks.gallery.noting import Noting
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.run_handler import WrongField, asked_for
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tasks.gallery.sign_in import token_of_visitor
from tasks.registry import Parameter
from tasks.views import View

_AT_ONCE = 3
_TELL = 0.5
"""Seconds between two updates of the page."""

_KEEP_FILES = 60.0
_MOST_FAILURES = 3
"""So many in a row are not the rows' fault."""

_OF_ALL = (401, 402, 403, 404, 408, 429, 502, 503, 504)
"""Statuses that another row would get as well."""

Updates = AsyncGenerator[Panel]


def batch_handler(
    runner: Runner, batches: Batches, parameter: Parameter, again: State | None
) -> Callable[..., Updates]:
    """An asynchronous generator of what the panel shows, while the rows without an answer are asked.

    It takes the batch, and the values of the inputs, the model box and the parameters. Each row takes the place of the
    `parameter`, one of the inputs. Rows that are in the state `again` are asked again.
    """
    place = runner.task.inputs.index(parameter)

    async def handler(batch: Batch | None, *values: Any) -> Updates:
        if batch is None or batch.is_running:  # pressed twice
            return
        work = _Work(runner, batches.lane, batch, place, values, LocalContext.request.get(None))
        try:
            work.check_others()
            if again:
                batch.ask_again(again)
        except CodedError as error:
            yield shown(batch, runner.explain(error))
            return
        batch.begin(work.settings)
        is_stopped, problem = True, ""
        try:
            async with aclosing(work.ticks()) as ticks:
                async for _ in ticks:
                    yield shown(batch)
            is_stopped = False
        except PutOff as why:
            problem = why.explain()
        finally:
            batch.end(is_stopped=is_stopped)
        yield shown(batch, problem)

    return handler


class _Work:
    """What follows one press of a button."""

    def __init__(
        self,
        runner: Runner,
        lane: asyncio.Semaphore,
        batch: Batch,
        place: int,
        values: Sequence[Any],
        request: Any,
    ) -> None:
        self._runner = runner
        self._visitor = runner.room.visitor(request)
        self._token = token_of_visitor(request)
        self._lane = lane
        self._batch = batch
        self._place = place
        self._values = values
        self._failures = 0

    @property
    def settings(self) -> str:
        return repr([value for at, value in enumerate(self._values) if at != self._place])

    def check_others(self) -> None:
        """Raises CodedError if one of the other inputs cannot be used."""
        try:
            self._asked("some text")
        except WrongField as wrong:
            if wrong.label != label_of(self._parameter):
                raise wrong.error from None

    async def ticks(self) -> AsyncGenerator[None]:
        """An item now and then until there is nothing left to do, or no use in it; who leaves ends it all."""
        waiting = deque(self._batch.left)
        work = asyncio.create_task(self._work_in_place(waiting))
        kept = time.monotonic()
        try:
            while not work.done():
                yield
                if time.monotonic() - kept > _KEEP_FILES:
                    kept = time.monotonic()
                    await asyncio.to_thread(self._batch.keep_files)
                await asyncio.wait({work}, timeout=_TELL)
            work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})
            await asyncio.to_thread(self._batch.keep_files)

    async def _work_in_place(self, waiting: deque[Row]) -> None:
        """All rows together are one run of the visitor's, and each of them is one a minute."""
        async with self._allowances.place(self._visitor, self._held, counted=False):
            self._batch.held_by = ""
            async with asyncio.TaskGroup() as workers:
                for _ in range(_AT_ONCE):
                    workers.create_task(self._work(waiting))

    def _held(self, reason: str, _: float) -> None:
        self._batch.held_by = "own_runs" if reason == "own_runs" else "slowed"
        self._batch.pace = self._allowances.a_minute

    @property
    def _allowances(self) -> Allowances:
        return self._runner.room.allowances

    async def _work(self, waiting: deque[Row]) -> None:
        while waiting and not self._batch.paused_at:
            await self._allowances.turn(self._visitor, self._held)
            if waiting and not self._batch.paused_at:
                await self._ask(waiting.popleft())

    async def _ask(self, row: Row) -> None:
        run, turn = Run(streams=self._runner.task.streams), self._runner.pictures.turn()
        noting = None if self._runner.task.view in FILES else Noting()
        self._batch.begin_row(row, run)
        try:
            view = await self._last_view(row, run, turn, noting)
            self._batch.answer(row, await turn.decoded(outcome_of, run, view, noting))
            self._failures = 0
        except Exception as error:
            self._no_answer(row, error.error if isinstance(error, WrongField) else error)
        finally:
            turn.end()
            self._batch.end_row(row)

    async def _last_view(self, row: Row, run: Run, turn: Turn, noting: Noting | None) -> View:
        await self._check(row)
        last: View | None = None
        asked = replace(self._asked(row.value), token=self._token, visitor=self._visitor, has_place=True)
        # All batches share the lane to the operator's models. How fast a visitor's server is, concerns nobody else.
        asked = replace(asked, lane=None if asked.model and is_url(asked.model) else self._lane)
        async with aclosing(self._runner.views(run, turn, asked, noting, waits_for_limits=True)) as views:
            async for view in views:
                last = view or last
        if last is None:
            raise CodedError("batch_no_answer")
        return last

    async def _check(self, row: Row) -> None:
        if self._batch.takes_files:
            if not await asyncio.to_thread(Path(row.value).is_file):
                raise CodedError("file_not_here")
        else:
            check_text(label_of(self._parameter), row.value)

    def _no_answer(self, row: Row, error: Exception) -> None:
        problem = self._runner.explain(error)
        if is_refusal(error) and not isinstance(error, NoRoom):
            self._failures = 0
            self._batch.no_answer(row, State.REFUSED, problem)
            return
        self._failures += 1
        self._batch.no_answer(row, State.FAILED, problem)
        if _concerns_all(error) or self._failures >= _MOST_FAILURES:
            self._batch.paused_at = self._batch.paused_at or row

    @property
    def _parameter(self) -> Parameter:
        return self._runner.task.inputs[self._place]

    def _asked(self, value: str) -> Asked:
        return asked_for(self._runner.task, (*self._values[: self._place], value, *self._values[self._place + 1 :]))


def _concerns_all(error: Exception) -> bool:
    """Whether other rows would fail as well."""
    if isinstance(error, InferenceConnectionError | InferenceTimeoutError | NoRoom | PutOff):
        return True
    return isinstance(error, InferenceError) and error.status in _OF_ALL
