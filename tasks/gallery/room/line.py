"""A line of runs before something that has so many places; whoever stands in it can see where."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Ticket:
    """A run's place in a line, if it stands in one. Tickets that are `first` go before all others."""

    first: bool = False
    _line: "Line | None" = field(default=None, repr=False)

    @property
    def place(self) -> tuple[int, int] | None:
        """Which in the line it is, from 1, and how many there are; None if it stands in none."""
        return self._line.place_of(self) if self._line else None


class Line:
    """Lets so many runs in at a time as there are `places`, in the order in which they came."""

    def __init__(self, places: int) -> None:
        self._free = places
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
            self._leave()

    async def _enter(self, ticket: Ticket) -> None:
        if self._free:
            self._free -= 1
            return
        let_in = self._waiting[ticket] = asyncio.get_running_loop().create_future()
        ticket._line = self
        try:
            await let_in
        except asyncio.CancelledError:
            if let_in.done() and not let_in.cancelled():  # it had just been let in
                self._leave()
            raise
        finally:
            self._waiting.pop(ticket, None)
            ticket._line = None

    def _leave(self) -> None:
        for ticket in self._order():
            let_in = self._waiting.pop(ticket)
            ticket._line = None
            if not let_in.done():
                let_in.set_result(None)
                return
        self._free += 1

    def _order(self) -> list[Ticket]:
        return sorted(self._waiting, key=lambda ticket: not ticket.first)
