"""A run of a task for whoever asks: a tab of the page, a program or an agent."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from inference_core import Exchange
from inference_core.errors import CodedError, InferenceConnectionError, InferenceHTTPError
from inference_core.media.large_pictures import Turn
from inference_core.private_log import where_raised
from inference_core.tokens import Secret
from inference_core.urls import is_url, safe_model
from tasks.gallery.backend import Backend, EngineStopped
from tasks.gallery.files.readable import with_readable_files
from tasks.gallery.noting import Noting
from tasks.gallery.pacing import Latest
from tasks.gallery.pictures import Pictures, check_pictures
from tasks.gallery.room.room import Room
from tasks.gallery.room.visitors import Visitor
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

    `token` is the Hugging Face token of who asks. `visitor` is who that is; without one it is the gallery itself, for
    which there are no limits. It `has_place` if it is part of something that has the visitor's place already, and keeps
    to a `lane` that others of its kind have too. `fetch` gets the arguments that are files elsewhere, as soon as the
    run may begin.
    """

    arguments: Mapping[str, Any]
    model: str | None
    token: Secret | None = None
    visitor: Visitor | None = None
    has_place: bool = False
    lane: asyncio.Semaphore | None = None
    fetch: Callable[[], Awaitable[Mapping[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs one task on a backend; `pictures` and `room` are what all runs of a page share."""

    task: Task
    backend: Backend
    pictures: Pictures
    room: Room = field(default_factory=Room)

    async def views(
        self, run: Run, turn: Turn, asked: Asked, noting: Noting | None = None, *, waits_for_limits: bool = False
    ) -> AsyncGenerator[View | None]:
        """The views of a run, as often as a browser can follow, and None after every second of silence.

        With `waits_for_limits` a run waits for the visitor's limits, and one that its server puts off is tried once
        more, as late as the server says. Raises PutOff without it, or if there is no use in waiting.
        """
        with self.room.noted(self.task.id, asked.visitor, lambda: run.answers) as noted:
            views = self._allowed(run, turn, asked, noting, waits_for_limits=waits_for_limits)
            async with Latest(views) as latest, aclosing(latest.updates()) as updates:
                async for view in updates:
                    run.parts = latest.count
                    if self.task.streams and view is not None:
                        noted.has_begun()
                    yield view
                    view = None  # its pictures are large

    def explain(self, error: Exception) -> str:
        """The message for who asked; an error that they did not cause is also logged for the operator."""
        if isinstance(error, CodedError) and not error.is_for_programmers:
            return error.explain()
        _log.error("%s: %s", self.task.id, where_raised(error))
        return CodedError("app_failed").explain()

    async def _allowed(
        self, run: Run, turn: Turn, asked: Asked, noting: Noting | None, *, waits_for_limits: bool
    ) -> AsyncIterator[View]:
        """The views of a run, as soon as its visitor's limits let it begin."""
        limited = None if asked.has_place else asked.visitor
        async with self.room.allowances.place(limited, run.wait if waits_for_limits else None):
            asked = await self._with_files(asked, turn)
            views = (self._put_off if waits_for_limits else self._in_place)(run, turn, asked, noting)
            async with aclosing(views):
                async for view in views:
                    yield view

    async def _with_files(self, asked: Asked, turn: Turn) -> Asked:
        """The same with its files as the model gets them; to make them is work too."""
        arguments = asked.arguments
        if asked.fetch is not None:
            async with self.room.downloads.place(self.room.ticket(asked.visitor)):
                arguments = {**arguments, **await asked.fetch()}
        arguments = await with_readable_files(self.task, arguments, turn.most)
        await check_pictures(arguments.values(), turn)
        return replace(asked, arguments=arguments)

    async def _put_off(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncGenerator[View]:
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

    async def _in_place(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncGenerator[View]:
        """The views of a run, as soon as there is a place: in its lane, then at the backend, where most wait."""
        run.ticket.first = asked.visitor is not None and asked.visitor.is_operator
        backend = self._backend(asked)
        async with (
            asked.lane or nullcontext(),
            backend.place(asked.model, run.ticket),
            self.room.line.place(run.ticket),
        ):
            async for view in self._views(run, turn, asked, noting):
                yield view

    async def _views(self, run: Run, turn: Turn, asked: Asked, noting: Noting | None) -> AsyncIterator[View]:
        """The views of a run. It is repeated once if the local engine had stopped before it began."""
        turn.enter()
        backend = self._backend(asked)
        for is_last in (False, True):
            is_begun = False
            try:
                # The operator's own URL is trusted, one that a visitor typed is not.
                client = await backend.client(
                    model=asked.model,
                    observer=self._observer(run, asked),
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
                explained = await backend.explain(error)
                was_computed = is_begun or error.code != "unreachable"
                if is_last or was_computed or not isinstance(explained, EngineStopped):
                    raise explained from None

    def _backend(self, asked: Asked) -> Backend:
        return self.backend.answering(asked.model, has_token=asked.token is not None)

    def _observer(self, run: Run, asked: Asked) -> Callable[[Exchange], None]:
        """What is told of each call before it is sent; it counts those that the operator pays for."""
        backend = self._backend(asked)
        pays_alone = backend.kind == "hosted" and asked.token is not None
        if not backend.calls_others or pays_alone or (asked.model and is_url(asked.model)):
            return run.note
        is_capped = asked.visitor is not None and not asked.visitor.is_operator

        def note(exchange: Exchange) -> None:
            if exchange.method == "POST":  # others ask about a model, or whether a job is done
                self.room.calls.spend(is_capped=is_capped)
            run.note(exchange)

        return note


def _seconds_put_off(error: InferenceHTTPError) -> float:
    """After how long the server wants to be asked again; 0 if it does not say, or says something else."""
    wanted = error.retry_after or 0.0
    return wanted if error.status in _PUTTING_OFF and wanted <= LONGEST_WAIT else 0.0
