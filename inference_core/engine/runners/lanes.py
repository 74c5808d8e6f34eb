"""Runs models in threads, and those that declare a lane in the child process of that lane."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Answer, Busy, DeadlineExceeded, Details, State
from inference_core.engine.runners.lane import Job, Lane, LaneEnded
from inference_core.engine.runners.loads import Loads
from inference_core.engine.runners.messages import packed
from inference_core.engine.runners.threads import ThreadRunner

_log = logging.getLogger(__name__)

IDLE = 600.0
"""Seconds without work after which a child process ends."""

_PATIENCE_AFTER_DEADLINE = 0.5
_PATIENCE_WITH_LEAVERS = 5.0
_PATIENCE_WHILE_LOADING = 60.0
"""Seconds until a child process is killed because it still computes what nobody wants any more."""


class LaneRunner:
    """Runs each model where it belongs: in a thread of this process, or in the child process of its lane.

    Work whose deadline is over, or whose caller has left, ends for real: it is dropped if it has not begun, and
    otherwise the child process is killed if it does not finish soon. The other calls in a process that ended are
    repeated once if nothing of their answer has been passed on; after a crash, one after the other.

    Args:
        limits: how many requests are computed at once in each process, how many more may wait, and their deadline.
        idle: seconds without work after which a child process ends; None to keep it.
        on_stuck: called with the number of threads of this process that are stuck, each time it grows.
    """

    def __init__(
        self, limits: Limits, *, idle: float | None = IDLE, on_stuck: Callable[[int], None] = lambda count: None
    ) -> None:
        self._limits = limits
        self._idle = idle
        self._threads = ThreadRunner(
            threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline, on_stuck=on_stuck
        )
        self._lanes: dict[str, _Calls] = {}
        self._adding = threading.Lock()

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        if model.lane is None:
            return await self._threads.run(model, task, body)
        return await self._calls(model).run(model, task, body)

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        if model.lane is None:
            return self._threads.iterate(model, task, body)
        return self._calls(model).iterate(model, task, body)

    def state(self, model: Model) -> State:
        return self._threads.state(model) if model.lane is None else self._calls(model).state(model)

    def details(self, model: Model) -> Details:
        return self._threads.details(model) if model.lane is None else self._calls(model).lane.details(model)

    def kill(self, model: Model) -> None:
        """End the process that computes the model's answers; without effect on a model that runs in a thread."""
        if model.lane is not None:
            self._calls(model).lane.kill()

    @property
    def stuck(self) -> int:
        """How many threads of this process still compute for a request whose deadline is over."""
        return self._threads.stuck

    def load(self, models: Iterable[Model]) -> None:
        """Load `models` in the calling thread, but for those that load apart: their first callers have them loaded.

        If one cannot be loaded, its first use will raise the error.
        """
        for model in models:
            if model.lane is None:
                self._threads.load([model])
            elif not model.lane.loads_apart:
                self._calls(model).lane.begin("load", model, "", b"").next.exception()

    def close(self) -> None:
        self._threads.close()
        with self._adding:
            lanes = [calls.lane for calls in self._lanes.values()]
        for lane in lanes:
            lane.close()

    def _calls(self, model: Model) -> "_Calls":
        if model.lane is None:
            raise TypeError(f"{model.id} has no lane.")
        name = model.lane.name
        with self._adding:  # models are loaded in another thread than they are called in
            if name not in self._lanes:
                limits = replace(self._limits, threads=model.lane.threads or self._limits.threads)
                idle = IDLE if model.lane.loads_apart else self._idle
                self._lanes[name] = _Calls(Lane(name, limits, idle), limits, loads_apart=model.lane.loads_apart)
            return self._lanes[name]


@dataclass(slots=True)
class _Call:
    """A call that has a place, until `until` on the loop's clock. `job` is its work, None before it has begun."""

    until: float
    job: Job | None = None


class _Calls:
    """The calls of a lane: how many there may be, and their deadlines and repetitions."""

    def __init__(self, lane: Lane, limits: Limits, *, loads_apart: bool) -> None:
        self.lane = lane
        self._loads = Loads(lane) if loads_apart else None
        self._free_places = limits.threads + limits.waiting
        self._deadline = limits.deadline
        self._repeating = asyncio.Lock()

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        self._require_loaded(model)
        async with self._place() as call:
            async with self._within(call.until):
                sent = await asyncio.to_thread(packed, body)
                job = await self._begun(call, partial(self.lane.begin, "answer", model, task, sent))
            answer = job.next.result()
            return Answer(answer.content, answer.mime_type, answer.engine)

    async def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        self._require_loaded(model)
        async with self._place() as call:
            async with self._within(call.until):
                job = await self._begun(call, partial(self.lane.begin, "tokens", model, task, packed(body)))
            batch = job.next.result()
            while batch.tokens or batch.finish:
                yield [*batch.tokens, *([batch.finish] if batch.finish else [])]
                if batch.is_last:
                    return
                async with self._within(call.until):
                    job.more()
                    try:
                        batch = await _result(job)
                    except LaneEnded as ended:
                        self._refuse_to_repeat(job, ended)
                        raise

    def _require_loaded(self, model: Model) -> None:
        if self._loads is not None:
            self._loads.require(model)

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
        call = _Call(asyncio.get_running_loop().time() + self._deadline)
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
