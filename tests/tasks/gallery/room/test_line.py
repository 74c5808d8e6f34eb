"""Whoever waits for a place sees which in the line it is, and the operator goes first."""

import asyncio

import pytest

from tasks.gallery.room.line import Line, Ticket


class Standing:
    """Runs before one place, which each of them keeps until it is told to go."""

    def __init__(self) -> None:
        self.line = Line(1)
        self.order: list[str] = []
        self.go = asyncio.Event()

    async def run(self, name: str, ticket: Ticket) -> None:
        async with self.line.place(ticket):
            self.order.append(name)
            await self.go.wait()

    async def begin(self, **tickets: Ticket) -> dict[str, asyncio.Task[None]]:
        """Runs with these names, which come in this order."""
        runs = {name: asyncio.create_task(self.run(name, ticket)) for name, ticket in tickets.items()}
        await asyncio.sleep(0.01)
        return runs


async def test_the_place_in_the_line_moves_up() -> None:
    standing, first, second, third = Standing(), Ticket(), Ticket(), Ticket()
    runs = await standing.begin(first=first, second=second, third=third)
    assert (first.place, second.place, third.place) == (None, (1, 2), (2, 2))
    runs["second"].cancel()
    await asyncio.wait({runs["second"]})
    assert (second.place, third.place, len(standing.line)) == (None, (1, 1), 1)
    standing.go.set()
    await asyncio.gather(runs["first"], runs["third"])
    assert third.place is None and standing.order == ["first", "third"]


async def test_the_operator_goes_before_all_who_wait_but_not_before_who_runs() -> None:
    standing, operators = Standing(), Ticket(first=True)
    runs = await standing.begin(running=Ticket(), a=Ticket(), b=Ticket(), operator=operators, other=Ticket(first=True))
    assert operators.place == (1, 4)
    standing.go.set()
    await asyncio.gather(*runs.values())
    assert standing.order == ["running", "operator", "other", "a", "b"]


@pytest.mark.parametrize("is_let_in", [False, True])
async def test_a_place_is_not_lost_with_who_leaves(is_let_in: bool) -> None:
    standing = Standing()
    runs = await standing.begin(first=Ticket(), second=Ticket())
    if is_let_in:  # its turn has come in the same moment in which it leaves
        runs["first"].cancel()
        await asyncio.sleep(0)
    runs["second"].cancel()
    standing.go.set()
    await asyncio.wait(runs.values())
    async with asyncio.timeout(1), standing.line.place(Ticket()):
        assert len(standing.line) == 0


async def test_a_ticket_may_stand_in_a_line_again() -> None:
    line, ticket = Line(1), Ticket()
    for _ in range(2):
        async with line.place(ticket):
            assert ticket.place is None


async def test_one_address_has_half_of_the_places_and_holds_up_nobody_else() -> None:
    line, go = Line(4), asyncio.Event()
    begun: list[str] = []

    async def run(ticket: Ticket) -> None:
        async with line.place(ticket):
            begun.append(ticket.address)
            await go.wait()

    runs = [asyncio.create_task(run(Ticket(address="greedy"))) for _ in range(5)]
    await asyncio.sleep(0.01)
    assert begun == ["greedy"] * 2 and len(line) == 3
    runs += [asyncio.create_task(run(Ticket(address=address))) for address in ("other", "", "")]
    await asyncio.sleep(0.01)
    assert begun[2:] == ["other", ""] and len(line) == 4
    go.set()
    await asyncio.gather(*runs)
    assert begun.count("greedy") == 5 and len(line) == 0 and not line._taken.total()


async def test_as_many_run_as_there_are_places() -> None:
    line, running, most = Line(3), 0, 0

    async def run() -> None:
        nonlocal running, most
        async with line.place(Ticket()):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    await asyncio.gather(*(run() for _ in range(50)))
    assert (most, running, len(line)) == (3, 0, 0)
