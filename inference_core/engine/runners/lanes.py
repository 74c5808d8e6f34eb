"""Runs models in threads, and those that declare a lane in the child process of that lane."""

import threading
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import replace
from typing import Any

from inference_core.engine.contract import Finish, Model, Token
from inference_core.engine.contract import Lane as DeclaredLane
from inference_core.engine.limits import Limits
from inference_core.engine.runners.calls import Calls
from inference_core.engine.runners.contract import Answer, Details, State
from inference_core.engine.runners.lane import Lane
from inference_core.engine.runners.memory import Memory
from inference_core.engine.runners.threads import ThreadRunner

IDLE = 600.0
"""Seconds without work after which a child process ends."""


class LaneRunner:
    """Runs each model where it belongs: in a thread of this process, or in the child process of its lane.

    Work whose deadline is over, or whose caller has left, ends for real: it is dropped if it has not begun, and
    otherwise the child process is killed if it does not finish soon. The other calls in a process that ended are
    repeated once if nothing of their answer has been passed on; after a crash, one after the other.

    Args:
        limits: how many requests are computed at once in each process, how many more may wait, and their deadline.
        idle: seconds without work after which a child process ends, None to keep it; a model that loads apart says so
            itself.
        memory: what models that load apart may have, None if there is no limit.
        on_stuck: called with the number of threads of this process that are stuck, each time it grows.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        idle: float | None = IDLE,
        memory: Memory | None = None,
        on_stuck: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._limits = limits
        self._idle = idle
        self._memory = memory
        self._threads = ThreadRunner(
            threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline, on_stuck=on_stuck
        )
        self._lanes: dict[str, Calls] = {}
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
            elif model.lane.apart is None:
                self._calls(model).lane.begin("load", model, "", b"").next.exception()

    def close(self) -> None:
        self._threads.close()
        with self._adding:
            lanes = [calls.lane for calls in self._lanes.values()]
        for lane in lanes:
            lane.close()

    def _calls(self, model: Model) -> Calls:
        if model.lane is None:
            raise TypeError(f"{model.id} has no lane.")
        with self._adding:  # models are loaded in another thread than they are called in
            if model.lane.name not in self._lanes:
                self._lanes[model.lane.name] = self._added(model.lane)
            return self._lanes[model.lane.name]

    def _added(self, lane: DeclaredLane) -> Calls:
        threads = self._limits.threads if lane.threads is None else lane.threads
        waiting = self._limits.waiting if lane.waiting is None else lane.waiting
        limits = replace(self._limits, threads=threads, waiting=waiting)
        idle = lane.apart.idle if lane.apart else self._idle
        return Calls(Lane(lane.name, limits, idle), limits, lane.apart, self._make_room, self._settle)

    async def _make_room(self, newcomer: Calls, model: Model) -> None:
        if self._memory is not None:
            await self._memory.make_room(model, newcomer, self._apart)

    async def _settle(self, newcomer: Calls) -> None:
        if self._memory is not None:
            await self._memory.settle(newcomer, self._apart)

    @property
    def _apart(self) -> list[Calls]:
        return [calls for calls in self._lanes.values() if calls.loads_apart]
