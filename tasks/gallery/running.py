"""A run of a task for whoever asks: a tab of the page, a program or an agent."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from inference_core.errors import CodedError, InferenceConnectionError, InferenceHTTPError
from inference_core.media.large_pictures import Turn
from inference_core.private_log import where_raised
from inference_core.tokens import Secret
from inference_core.urls import safe_model
from tasks.gallery.backend import Backend, EngineStopped
from tasks.gallery.files.readable import with_readable_files
from tasks.gallery.noting import Noting
from tasks.gallery.pacing import Latest
from tasks.gallery.pictures import Pictures, check_pictures
from tasks.gallery.run_report import Run
from tasks.registry import Task
from tasks.views import View

_log = logging.getLogger(__name__)

LONGEST_WAIT = 600.0
"""Seconds. Who is told to come back later than that has better things to do than to watch a status line."""

_PUTTING_OFF = (429, 503)
"""Statuses with which servers say that they did not even begin."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for: the arguments of the task's function that are given, and the model if one is.

    `token` is the Hugging Face token of who asks.
    """

    arguments: Mapping[str, Any]
    model: str | None
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs one task on a backend; `pictures` is what all runs of a page share."""

    task: Task
    backend: Backend
    pictures: Pictures

    async def views(
        self, run: Run, turn: Turn, asked: Asked, noting: Noting | None = None, *, waits_for_limits: bool = False
    ) -> AsyncGenerator[View | None]:
        """The views of a run, as often as a browser can follow, and None after every second of silence.

        With `waits_for_limits` a run that its server puts off is tried once more, as late as the server says.
        """
        asked = replace(asked, arguments=await with_readable_files(self.task, asked.arguments, turn.most))
        await check_pictures(asked.arguments.values(), turn)
        views = (self._put_off if waits_for_limits else self._in_place)(run, turn, asked, noting)
        async with Latest(views) as latest, aclosing(latest.updates()) as updates:
            async for view in updates:
                run.parts = latest.count
                yield view
                view = None  # its pictures are large

    def explain(self, error: Exception) -> str:
        """The message for who asked; an error that they did not cause is also logged for the operator."""
        if isinstance(error, CodedError) and not error.is_for_programmers:
            return error.explain()
        _log.error("%s: %s", self.task.id, where_raised(error))
        return CodedError("app_failed").explain()

    async def _put_off(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncIterator[View]:
        """The views of a run. The client waits for a rate limit within the time of a call; this waits longer, once."""
        try:
            async for view in self._in_place(run, turn, asked, noting):
                yield view
            return
        except InferenceHTTPError as error:
            seconds = _seconds_put_off(error)
            # A run of several calls has had an answer already, which may have been paid for.
            if not seconds or run.calls > 1:
                raise
        turn.end()
        run.wait("last try", seconds)
        await asyncio.sleep(seconds)
        async for view in self._in_place(run, turn, asked, noting):
            yield view

    async def _in_place(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncIterator[View]:
        """The views of a run, as soon as there is a place for it."""
        async with self.backend.place(asked.model):
            async for view in self._views(run, turn, asked, noting):
                yield view

    async def _views(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncIterator[View]:
        """The views of a run. It is repeated once if the local engine had stopped before it began."""
        turn.enter()
        for is_last in (False, True):
            is_begun = False
            try:
                # The operator's own URL is trusted, one that a visitor typed is not.
                client = await self.backend.client(
                    model=asked.model,
                    observer=run.note,
                    guard_urls=asked.model is not None,
                    on_wait=run.wait,
                    hub_token=asked.token.reveal() if asked.token else None,
                )
                run.model = safe_model(client.model or "")
                called = noting.of(client) if noting else client
                if self.task.streams:
                    async for view in self.task.run(called, **asked.arguments):
                        is_begun = True
                        yield view
                else:
                    yield await self.task.run(called, **asked.arguments)
                return
            except InferenceConnectionError as error:
                explained = await self.backend.explain(error)
                was_computed = is_begun or error.code != "unreachable"
                if is_last or was_computed or not isinstance(explained, EngineStopped):
                    raise explained from None


def _seconds_put_off(error: InferenceHTTPError) -> float:
    """After how long the server wants to be asked again; 0 if it does not say, or says something else."""
    wanted = error.retry_after or 0.0
    return wanted if error.status in _PUTTING_OFF and wanted <= LONGEST_WAIT else 0.0
