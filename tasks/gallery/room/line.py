"""A line of runs before something that has so many places; whoever stands in it can see where."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Ticket:
    """A run's place in a line, if it stands in one. Tickets that are `first` go before all others.

    All of one `address`, if they have one, get half of the places at most.
    """

    first: bool = False
    address: str = field(default="", repr=False)
    _line: "Line | None" = field(default=None, repr=False)

    @property
    def place(self) -> tuple[int, int] | None:
        """Which in the line it is, from 1, and how many there are; None if it stands in none."""
        return self._line.place_of(self) if self._line else None


class Line:
    """Lets so many runs in at a time as there are `places`, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._share = max(1, places // 2)
        self._taken = Counter[str]()
        self._waiting: dict[Ticket, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        """How many stand in it."""
        return len(self._waiting)

    def place_of(self, ticket: Ticket) -> tuple[int, int]:
        """Which in the line the ticket is, from 1, and how many there are."""
        return self._order().index(ticket) + 1, len(self._waiting)

    @asynccontextmanager
    async def place(self, ticket: Ticket) -> AsyncIterator[None]:
        """In this block the run has one of the places. Whoever leaves while it waits gives way."""
        await self._enter(ticket)
        try:
            yield
        finally:
            self._leave(ticket)

    async def _enter(self, ticket: Ticket) -> None:
        if self._may_enter(ticket):
            self._take(ticket)
            return
        let_in = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        ticket._line = self
        try:
            await let_in
        except asyncio.CancelledError:
            if let_in.done() and not let_in.cancelled():  # it had just been let in
                self._leave(ticket)
            raise
        finally:
            self._waiting.pop(ticket, None)
            ticket._line = None

    def _may_enter(self, ticket: Ticket) -> bool:
        return self._free > 0 and (not ticket.address or self._taken[ticket.address] < self._share)

    def _take(self, ticket: Ticket) -> None:
        self._free -= 1
        self._taken[ticket.address] += 1

    def _leave(self, left: Ticket) -> None:
        self._free += 1
        self._taken[left.address] -= 1
        self._taken += Counter()  # forgets who has none
        for ticket in self._order():
            if not self._free:
                return
            if self._may_enter(ticket):
                self._let_in(ticket)

    def _let_in(self, ticket: Ticket) -> None:
        let_in = self._waiting.pop(ticket)
        ticket._line = None
        if not let_in.done():
            self._take(ticket)
            let_in.set_result(None)

    def _order(self) -> list[Ticket]:
        return sorted(self._waiting, key=lambda ticket: not ticket.first)
