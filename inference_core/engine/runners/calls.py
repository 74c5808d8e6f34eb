"""The calls of a lane: how many there may be, their deadlines, and what becomes of them when its process ends."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from inference_core.engine.contract import Apart, Finish, Model, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Answer, Busy, DeadlineExceeded, State
from inference_core.engine.runners.lane import Job, Lane, LaneEnded
from inference_core.engine.runners.loads import Loads
from inference_core.engine.runners.messages import packed

_log = logging.getLogger(__name__)

_PATIENCE_AFTER_DEADLINE = 0.5
_PATIENCE_WITH_LEAVERS = 5.0
_PATIENCE_WHILE_LOADING = 60.0
"""Seconds until a child process is killed because it still computes what nobody wants any more."""


MakeRoom = Callable[["Calls", Model], Awaitable[None]]
Loaded = Callable[["Calls"], Awaitable[None]]


@dataclass(slots=True)
class _Call:
    """A call that has a place, until `until` on the loop's clock. `job` is its work, None before it has begun."""

    until: float
    job: Job | None = None


class Calls:
    """The calls of a lane: how many there may be, and their deadlines and repetitions.

    Args:
        lane: the process.
        limits: of the calls.
        apart: for a model that loads apart.
        make_room: awaited with these calls before such a model is loaded; what it raises keeps it from being loaded.
        loaded: awaited with these calls after that.
    """

    def __init__(self, lane: Lane, limits: Limits, apart: Apart | None, make_room: MakeRoom, loaded: Loaded) -> None:
        self.lane = lane
        self.name = lane.name
        self.weights = apart.weights if apart else 0
        self.loads_apart = apart is not None
        self.last_used = 0.0
        self._loads = Loads(lane, partial(make_room, self), partial(loaded, self)) if apart else None
        self._places = self._free_places = limits.threads + limits.waiting
        self._deadline = limits.deadline
        self._repeating = asyncio.Lock()

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        async with self._place() as call:
            await self._require_loaded(model)
            async with self._within(call.until):
                sent = await asyncio.to_thread(packed, body)
                job = await self._begun(call, partial(self.lane.begin, "answer", model, task, sent))
            answer: Answer = job.next.result().answer
            return answer

    async def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        async with self._place() as call:
            await self._require_loaded(model)
            async with self._within(call.until):
                job = await self._begun(call, partial(self.lane.begin, "tokens", model, task, packed(body)))
            batch = job.next.result()
            while batch.tokens or batch.finish:
                if not batch.is_last:
                    job.more()  # computed while this one is on its way to the caller
                yield [*batch.tokens, *([batch.finish] if batch.finish else [])]
                if batch.is_last:
                    return
                async with self._within(call.until):
                    try:
                        batch = await _result(job)
                    except LaneEnded as ended:
                        self._refuse_to_repeat(job, ended)
                        raise

    @property
    def pid(self) -> int | None:
        """The process of the lane, None while there is none."""
        return self.lane.pid

    @property
    def is_idle(self) -> bool:
        """Whether no call is in it, and no model is being loaded."""
        return self._free_places == self._places and not (self._loads and self._loads.is_loading)

    def leave(self) -> None:
        """End the process; the next call starts another."""
        self.lane.kill()

    async def _require_loaded(self, model: Model) -> None:
        if self._loads is not None:
            await self._loads.require(model)

    def _refuse_to_repeat(self, job: Job, ended: LaneEnded) -> None:
        """Loading the model again may take minutes, and the call may be what ends its process. Raises Busy."""
        if self._loads is not None:
            if not ended.was_killed:
                self._loads.crashed(job.child)
            raise Busy("engine_process_ended") from None

    def state(self, model: Model) -> State:
        return "failed" if self._loads and self._loads.has_failed else self.lane.state(model)

    async def _begun(self, call: _Call, begin: Callable[[], Job]) -> Job:
        """The job that `begin` makes, once its first result is there; if its process ends before, it is made again.

        Then it runs alone if it may have ended the process itself, so that no other call suffers. Raises Busy if its
        process is killed again because of others.
        """
        job = call.job = begin()
        try:
            await _result(job)
            if self._loads is not None:
                self._loads.answered()
        except LaneEnded as ended:
            self._refuse_to_repeat(job, ended)
            async with nullcontext() if ended.was_killed else self._repeating:
                job = call.job = begin()
                try:
                    await _result(job)
                except LaneEnded as again:
                    raise Busy("engine_call_lost") if again.was_killed else again from None
        return job

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[_Call]:
        """A place for a call, which is given back when its job is done. Raises Busy."""
        if self._free_places == 0:
            raise Busy("engine_full")
        self._free_places -= 1
        self.last_used = asyncio.get_running_loop().time()
        call = _Call(self.last_used + self._deadline)
        try:
            yield call
        finally:
            self._end(call.job, call.until)

    @asynccontextmanager
    async def _within(self, until: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(until):
                yield
        except TimeoutError:
            raise DeadlineExceeded("engine_too_slow", seconds=self._deadline) from None

    def _end(self, job: Job | None, until: float) -> None:
        """Give the place back when the job is done; a job that nobody waits for any more is stopped."""
        if job is None or job.is_done:
            self._free_places += 1
            return
        job.stop()
        loop = asyncio.get_running_loop()
        is_over = loop.time() >= until
        patience = _PATIENCE_AFTER_DEADLINE if is_over else _PATIENCE_WITH_LEAVERS
        if self._loads is not None:
            patience = max(until - loop.time(), 0) + _PATIENCE_AFTER_DEADLINE
        self._watch(job, loop.time() + (patience if job.is_loaded else _PATIENCE_WHILE_LOADING))

    def _watch(self, job: Job, until: float) -> None:
        loop = asyncio.get_running_loop()
        if job.is_done:
            self._free_places += 1
        elif loop.time() < until:
            loop.call_later(0.05, self._watch, job, until)
        else:
            _log.warning("%s still computes what nobody waits for; its process is killed.", job.model.id)
            job.child.kill()
            self._free_places += 1


async def _result(job: Job) -> Any:
    return await asyncio.wrap_future(job.next)
