"""How much one visitor may ask: runs at once, and runs a minute.

Each visitor has two allowances, one as the session and one, `_SHARED` times as wide, together with all others of the
same address: sessions are easily made up, and a room full of people may have one address.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice

from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.visitors import Visitor

_SHARED = 20
_MOST_KNOWN = 20_000
"""Visitors whose use is remembered. Whoever is forgotten first has not asked for longest."""

_MOST_WAITING = 200
"""Runs of one visitor, or from one address, that wait on the page at the same time."""

_LOOK = 0.2
"""Seconds between two looks whether another run of the same visitor has ended."""

_SOON = 5.0
"""Seconds after which a program may try again whose other runs go on: nobody knows when they end."""


@dataclass(slots=True)
class _Use:
    """What one key has used: the runs that go on, those that wait, and what is left of its runs a minute."""

    left: float
    at: float
    running: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Bound:
    """An allowance: `at_once` runs at the same time and `a_minute` runs a minute, 0 for any number."""

    at_once: int
    a_minute: int

    def fresh(self) -> _Use:
        return _Use(float(self.a_minute), time.monotonic())

    def refill(self, use: _Use) -> None:
        now = time.monotonic()
        use.left = min(float(self.a_minute), use.left + (now - use.at) * self.a_minute / 60)
        use.at = now

    def is_full(self, use: _Use) -> bool:
        return 0 < self.at_once <= use.running

    def has_queue(self, use: _Use) -> bool:
        """Whether so many wait already that no more should."""
        return 0 < min(self.at_once or self.a_minute, _MOST_WAITING) <= use.waiting

    def seconds(self, use: _Use) -> float:
        """After how long the next run may begin as far as runs a minute go."""
        if not self.a_minute:
            return 0.0
        self.refill(use)
        return max(0.0, (1 - use.left) * 60 / self.a_minute)

    def is_unused(self, use: _Use) -> bool:
        if self.a_minute:
            self.refill(use)
        return not use.running and not use.waiting and use.left >= self.a_minute


class Allowances:
    """What all visitors have used. `at_once` and `a_minute` are for one of them; 0 is no limit."""

    def __init__(self, at_once: int = 0, a_minute: int = 0) -> None:
        self.a_minute = a_minute
        self._bounds = (_Bound(at_once, a_minute), _Bound(_SHARED * at_once, _SHARED * a_minute))
        self._limited = bool(at_once or a_minute)
        self._uses: OrderedDict[tuple[str, ...], _Use] = OrderedDict()

    @asynccontextmanager
    async def place(
        self, visitor: Visitor | None, wait: Callable[[str, float], object] | None = None, *, counted: bool = True
    ) -> AsyncIterator[None]:
        """In this block the visitor runs something; what is `counted` is one of the runs a minute.

        With `wait`, which is told why and for how many seconds, the block begins when it may. Raises PutOff without it,
        or if too many of the visitor's runs wait.
        """
        if visitor is None or visitor.is_operator or not self._limited:
            yield
            return
        uses = self._of(visitor)
        await self._until_free(uses, wait, counted=counted)
        for use in uses:
            use.running += 1
        try:
            yield
        finally:
            for use in uses:
                use.running -= 1

    async def turn(self, visitor: Visitor | None, wait: Callable[[str, float], object]) -> None:
        """Wait until one more of the runs a minute may begin, for a visitor who has a place."""
        if visitor is None or visitor.is_operator or not self.a_minute:
            return
        uses = self._of(visitor)
        while seconds := self._seconds(uses):
            wait("own_pace", seconds)
            await asyncio.sleep(seconds)
        self._spend(uses)

    def check(self, visitor: Visitor | None) -> None:
        """Raises PutOff if a run of this visitor would not begin now."""
        if visitor is None or visitor.is_operator or not self._limited:
            return
        if why := self._refusal(self._of(visitor)):
            raise why

    def _refusal(self, uses: tuple[_Use, ...], *, counted: bool = True) -> PutOff | None:
        if any(bound.is_full(use) for bound, use in zip(self._bounds, uses, strict=True)):
            return PutOff("own_runs_go_on", 429, _SOON)
        if counted and (seconds := self._seconds(uses)):
            return PutOff("own_runs_too_many", 429, seconds, seconds=math.ceil(seconds))
        return None

    async def _until_free(
        self, uses: tuple[_Use, ...], wait: Callable[[str, float], object] | None, *, counted: bool
    ) -> None:
        if wait is None or any(bound.has_queue(use) for bound, use in zip(self._bounds, uses, strict=True)):
            if why := self._refusal(uses, counted=counted):
                raise why
        else:
            await self._wait(uses, wait, counted=counted)
        if counted:
            self._spend(uses)

    async def _wait(self, uses: tuple[_Use, ...], wait: Callable[[str, float], object], *, counted: bool) -> None:
        for use in uses:
            use.waiting += 1
        try:
            while why := self._refusal(uses, counted=counted):
                if why.code == "own_runs_go_on":
                    wait("own_runs", 1.0)
                    await asyncio.sleep(_LOOK)
                else:
                    wait("own_pace", why.retry_after)
                    await asyncio.sleep(why.retry_after)
        finally:
            for use in uses:
                use.waiting -= 1

    def _seconds(self, uses: tuple[_Use, ...]) -> float:
        return max(bound.seconds(use) for bound, use in zip(self._bounds, uses, strict=True))

    def _spend(self, uses: tuple[_Use, ...]) -> None:
        for use in uses:
            use.left -= 1

    def _of(self, visitor: Visitor) -> tuple[_Use, ...]:
        keys: tuple[tuple[str, ...], ...] = ((visitor.address, visitor.session), (visitor.address,))
        uses = tuple(self._use(key, bound) for key, bound in zip(keys, self._bounds, strict=True))
        self._forget(keys)
        return uses

    def _use(self, key: tuple[str, ...], bound: _Bound) -> _Use:
        if key not in self._uses:
            self._uses[key] = bound.fresh()
        self._uses.move_to_end(key)
        return self._uses[key]

    def _forget(self, kept: tuple[tuple[str, ...], ...]) -> None:
        """Forget whoever has asked for nothing lately, and the longest idle if there are too many."""
        for key in list(islice(self._uses, 2 * len(kept))):
            is_unused = self._bounds[0 if len(key) > 1 else 1].is_unused(self._uses[key])
            if key not in kept and (is_unused or len(self._uses) > _MOST_KNOWN):
                del self._uses[key]
