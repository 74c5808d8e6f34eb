"""How much one visitor may run, by itself and together with all who have its address."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from tasks.gallery.room import allowances
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.visitors import Visitor

ANNA, BEN = Visitor("192.0.2.1", "anna"), Visitor("192.0.2.1", "ben")


async def begin(allowances: Allowances, visitor: Visitor | None, times: int = 1) -> AsyncExitStack:
    """So many runs of a program that go on until the stack is closed."""
    runs = AsyncExitStack()
    for _ in range(times):
        await runs.enter_async_context(allowances.place(visitor))
    return runs


async def run_through(allowances: Allowances, visitor: Visitor | None, times: int) -> None:
    for _ in range(times):
        async with allowances.place(visitor):
            pass


async def test_a_program_with_too_many_runs_at_once_is_told_when_to_come_back() -> None:
    limits = Allowances(at_once=2)
    async with await begin(limits, ANNA, 2):
        with pytest.raises(PutOff) as told:
            await begin(limits, ANNA)
        assert (told.value.status, told.value.code) == (429, "own_runs_go_on")
        assert int(told.value.headers["retry-after"]) >= 5
        async with await begin(limits, BEN):
            pass
    await run_through(limits, ANNA, 3)


async def test_a_program_that_calls_too_often_may_come_back_when_it_is_told_to() -> None:
    limits = Allowances(a_minute=120)
    await run_through(limits, ANNA, 120)
    with pytest.raises(PutOff) as told:
        await run_through(limits, ANNA, 1)
    assert told.value.code == "own_runs_too_many"
    assert 0 < told.value.retry_after <= 0.5
    await run_through(limits, BEN, 1)
    await asyncio.sleep(told.value.retry_after)
    await run_through(limits, ANNA, 1)


async def test_to_ask_whether_one_may_run_uses_nothing_up() -> None:
    limits = Allowances(a_minute=1)
    for _ in range(3):
        limits.check(ANNA)
    await run_through(limits, ANNA, 1)
    with pytest.raises(PutOff):
        limits.check(ANNA)


async def test_on_the_page_a_run_waits_and_nothing_is_lost() -> None:
    limits, told = Allowances(at_once=1), []
    running = await begin(limits, ANNA)

    async def run() -> float:
        async with limits.place(ANNA, lambda reason, seconds: told.append(reason)):
            return time.monotonic()

    waiting = asyncio.create_task(run())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    ended = time.monotonic()
    await running.aclose()
    assert await waiting >= ended and told[0] == "own_runs"


async def test_who_leaves_while_waiting_leaves_nothing_behind() -> None:
    limits = Allowances(at_once=1)
    running = await begin(limits, ANNA)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), limits.place(ANNA, lambda *_: None):
                pass
    await running.aclose()
    await run_through(limits, ANNA, 2)


async def test_of_those_that_wait_there_are_not_any_number() -> None:
    limits = Allowances(at_once=2)
    running = await begin(limits, ANNA, 2)

    async def wait() -> None:
        async with limits.place(ANNA, lambda *_: None):
            pass

    waiting = [asyncio.create_task(wait()) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert [one.done() for one in waiting] == [False, False, True]
    assert isinstance(waiting[2].exception(), PutOff)
    await running.aclose()
    await asyncio.gather(*waiting[:2])


async def test_sessions_that_are_made_up_share_what_their_address_has() -> None:
    limits = Allowances(at_once=1)
    made_up = [Visitor("192.0.2.1", str(number)) for number in range(30)]
    async with AsyncExitStack() as runs:
        with pytest.raises(PutOff):
            for visitor in made_up:
                await runs.enter_async_context(await begin(limits, visitor))
        await run_through(limits, Visitor("192.0.2.2", "0"), 1)


async def test_a_batch_is_one_run_and_its_rows_are_slowed_down() -> None:
    limits, told = Allowances(at_once=1, a_minute=600), []
    begun = time.monotonic()
    async with limits.place(ANNA, counted=False):
        with pytest.raises(PutOff):
            await begin(limits, ANNA)
        for _ in range(603):
            await limits.turn(ANNA, lambda reason, seconds: told.append(reason))
    assert time.monotonic() - begun >= 0.2 and set(told) == {"own_pace"}


@pytest.mark.parametrize("visitor", [None, Visitor("192.0.2.1", "anna", is_operator=True)])
async def test_the_operator_and_the_gallery_itself_have_no_limits(visitor: Visitor | None) -> None:
    limits = Allowances(at_once=1, a_minute=1)
    async with await begin(limits, visitor, 5):
        limits.check(visitor)


async def test_no_limit_is_none() -> None:
    async with await begin(Allowances(), ANNA, 500):
        pass


async def test_what_is_remembered_of_visitors_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowances, "_MOST_KNOWN", 10)
    limits = Allowances(at_once=1, a_minute=1)
    for number in range(100):
        await run_through(limits, Visitor(f"192.0.2.{number}", "x"), 1)
        assert len(limits._uses) <= 12
    with pytest.raises(PutOff):
        await run_through(limits, Visitor("192.0.2.99", "x"), 1)
