"""Loading a model that takes long, while its callers are told how long."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from inference_core.engine.contract import CannotLoad, Model
from inference_core.engine.runners.contract import Loading
from inference_core.engine.runners.lane import BrokenModel, Child, Dropped, Job, Lane, LaneEnded

_FIRST_GUESS = 5.0
"""Seconds that a model which was never loaded is said to take: those of the imports. Then callers ask each second."""

_LONGEST = 3600.0
"""Seconds that callers are told at most: the first bytes of a download say little about the others."""

_MB = 10**6

MOST_CRASHES = 3
"""How often in a row a process may end by itself before its model counts as failed."""


class Loads:
    """The loads of the model of a lane, one at a time.

    Args:
        lane: where it is loaded.
        make_room: awaited before a load; what it raises keeps the model from being loaded.
        loaded: awaited after one.
    """

    def __init__(
        self, lane: Lane, make_room: Callable[[Model], Awaitable[None]], loaded: Callable[[], Awaitable[None]]
    ) -> None:
        self._lane = lane
        self._make_room = make_room
        self._loaded = loaded
        self._after: asyncio.Task[None] | None = None
        self._job: Job | None = None
        self._began = 0.0
        self._took = _FIRST_GUESS
        self._crashes = 0
        self._ended: Child | None = None

    async def require(self, model: Model) -> None:
        """Returns if the model is loaded, and else begins to load it.

        Raises:
            Loading: it is not loaded yet.
            CannotLoad: it could not be loaded, or its process has ended too often, or there is no memory for it.
            Busy: other models have the memory.
        """
        if self._lane.state(model) == "ready":
            self._took = self._lane.details(model).load_seconds or self._took
            return
        if self._job is not None and self._job.next.done():
            self._end(self._job)
        if self.has_failed:
            raise CannotLoad("model_crashes", model=model.id, count=MOST_CRASHES)
        if self._job is None:
            await self._make_room(model)
            self._job = self._job or self._begin(model)  # somebody else may have been faster
        raise self._loading(self._job)

    @property
    def is_loading(self) -> bool:
        """Whether the model is being loaded."""
        return self._job is not None and not self._job.next.done()

    @property
    def has_failed(self) -> bool:
        """Whether the model is not tried any more."""
        return self._crashes >= MOST_CRASHES

    def crashed(self, child: Child) -> None:
        """The process has ended by itself; each of its calls says so."""
        if child is not self._ended:
            self._ended = child
            self._crashes += 1

    def answered(self) -> None:
        """The model has answered: what was before does not count any more."""
        self._crashes = 0

    def _loading(self, job: Job) -> Loading:
        waited = time.monotonic() - self._began
        if download := job.download:
            come, all = download.come, max(download.all, download.come)
            loading = Loading("model_downloads", model=job.model.id, come=come // _MB, all=all // _MB)
            seconds = waited * (all - come) / max(come, 1) + self._took
        else:
            loading = Loading("model_loads", model=job.model.id)
            seconds = self._took - waited
        loading.estimated_time = round(min(max(1.0, seconds), _LONGEST), 1)
        return loading

    def _begin(self, model: Model) -> Job:
        job, self._began = self._lane.begin("load", model, "", b""), time.monotonic()
        self._after = asyncio.create_task(self._when_done(job))
        return job

    async def _when_done(self, job: Job) -> None:
        with contextlib.suppress(CannotLoad, LaneEnded, Dropped, BrokenModel):  # the next caller is told
            await asyncio.shield(asyncio.wrap_future(job.next))
            await self._loaded()

    def _end(self, job: Job) -> None:
        self._job = None
        try:
            job.next.result()  # raises why it could not be loaded, once: the next caller tries again
        except LaneEnded as ended:
            if not ended.was_killed:
                self.crashed(job.child)
