"""The memory that models which load apart may take together: who was not used for the longest time goes first.

psutil measures it. It is imported late: without such models nobody needs it.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from inference_core.engine.contract import CannotLoad, Model
from inference_core.engine.runners.contract import Busy

MIB = 2**20

OF_THE_MACHINE = 0.8
"""The part of the machine's memory that models may take if nobody says how much."""

_PROCESS = 350 * MIB
"""What Python, torch and transformers take in a process before there are weights."""

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def machine_memory() -> int:
    """Bytes that this machine, or the container around this process, has."""
    import psutil

    total: int = psutil.virtual_memory().total
    try:
        return min(total, int(_CGROUP.read_text()))
    except (OSError, ValueError):  # there is none, or it has no limit
        return total


def require_that_each_fits(models: Iterable[Model], most: int) -> None:
    """Raises CannotLoad if one of the models that load apart needs more than that many bytes, by its files."""
    for model in models:
        needed = _least_needed(model.lane.apart.weights) if model.lane and model.lane.apart else 0
        if needed > most:
            raise _too_large(model, needed, most)


class Occupant(Protocol):
    """A model with a process. `last_used` is a time on the loop's clock, `weights` its bytes in files."""

    name: str
    weights: int
    last_used: float

    @property
    def pid(self) -> int | None:
        """Its process, None while there is none."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing of it is waited for, its loading included."""

    def leave(self) -> None:
        """End its process."""


class Memory:
    """Memory for models. Processes are measured by what would be free without them.

    Args:
        most: bytes for all of them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, int] = {}
        self._deciding = asyncio.Lock()

    async def make_room(self, model: Model, newcomer: Occupant, all: Iterable[Occupant]) -> None:
        """Let idle models go until there is memory for the newcomer, which has no process yet.

        Raises:
            Busy: others that compute have it.
            CannotLoad: there would not be enough without all others.
        """
        async with self._deciding:
            needed = self._needed(newcomer)
            if needed > self._most:
                raise _too_large(model, needed, self._most)
            if not await self._fits(needed, [one for one in all if one is not newcomer]):
                raise Busy("engine_memory_taken")

    async def settle(self, newcomer: Occupant, all: Iterable[Occupant]) -> None:
        """Note what the newcomer takes, now that it is loaded. If that is too much, others go, or it if it alone is."""
        async with self._deciding:
            for _, bytes in await asyncio.to_thread(_held, [newcomer]):
                self._taken[newcomer.name] = bytes
            needed = self._needed(newcomer)
            if needed > self._most:
                newcomer.leave()
            else:
                await self._fits(needed, [one for one in all if one is not newcomer])

    def _needed(self, one: Occupant) -> int:
        """What it took when it was loaded, else what it takes at least."""
        return self._taken.get(one.name, _least_needed(one.weights))

    async def _fits(self, needed: int, others: list[Occupant]) -> bool:
        held = {one.name: max(bytes, self._needed(one)) for one, bytes in (await asyncio.to_thread(_held, others))}
        free = self._most - sum(held.values())
        for one in sorted(others, key=lambda one: one.last_used):
            if free >= needed:
                break
            if one.is_idle and one.name in held:
                one.leave()
                free += held[one.name]
        return free >= needed


def _held(occupants: list[Occupant]) -> list[tuple[Occupant, int]]:
    """The bytes of those that have a process."""
    import psutil

    found = []
    for one in occupants:
        if (pid := one.pid) is not None:
            with contextlib.suppress(psutil.Error):  # it has just ended
                found.append((one, psutil.Process(pid).memory_full_info().uss))
    return found


def _least_needed(weights: int) -> int:
    return _PROCESS + weights


def _too_large(model: Model, needs: int, most: int) -> CannotLoad:
    return CannotLoad("model_needs_more_memory", model=model.id, needs=needs // MIB, most=most // MIB)
