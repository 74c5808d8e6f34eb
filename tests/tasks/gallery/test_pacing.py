"""The pace of a run: the last item always comes, no flood, no silence, and nothing is left running."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from inference_core.private_log import where_raised
from tasks.gallery import pacing
from tasks.gallery.pacing import PACE, Latest


async def counted(count: int, pause: float = 0.0) -> AsyncIterator[int]:
    for number in range(count):
        yield number
        await asyncio.sleep(pause)


async def collected(items: AsyncIterator[int]) -> list[int | None]:
    async with Latest(items) as latest:
        return [item async for item in latest.updates()]


@pytest.mark.parametrize(("count", "pause"), [(1, 0.0), (2, 0.0), (500, 0.0), (20, 0.012), (3, 0.06)])
async def test_the_last_item_always_comes_and_order_is_kept(count: int, pause: float) -> None:
    seen = await collected(counted(count, pause))
    assert seen[-1] == count - 1
    assert seen == sorted(set(seen))


async def test_an_empty_iterator_gives_no_items() -> None:
    assert await collected(counted(0)) == []


async def test_there_is_at_most_one_update_per_pace() -> None:
    started = time.monotonic()
    seen = await collected(counted(100, 0.004))
    assert len(seen) <= (time.monotonic() - started) / PACE + 2
    assert len(seen) >= 3


async def test_updates_that_are_slow_to_show_leave_most_of_the_time_to_others() -> None:
    slow, shown = 0.03, 0
    async with Latest(counted(300, 0.003)) as latest:
        async for _ in latest.updates():
            shown += 1
            time.sleep(slow)  # noqa: ASYNC251  # as drawing a long text holds the interpreter
    assert latest.count == 300
    assert 2 <= shown <= 300 * 0.003 / (slow * pacing.REST) + 8


async def test_items_that_are_not_shown_are_counted() -> None:
    async with Latest(counted(500)) as latest:
        shown = [item async for item in latest.updates()]
    assert latest.count == 500 > len(shown)


async def test_silence_gives_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "TICK", 0.05)
    seen = await collected(counted(2, 0.3))
    assert [item for item in seen if item is not None] == [0, 1]
    assert seen.count(None) >= 4


async def test_an_error_is_raised_after_the_last_item() -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        yield 2
        raise LookupError("gone")

    seen: list[int | None] = []
    with pytest.raises(LookupError, match="gone"):
        async with Latest(failing()) as latest:
            async for item in latest.updates():
                seen = [*seen, item]
    assert seen == [2]


async def test_an_error_keeps_the_place_where_it_was_raised() -> None:
    async def failing() -> AsyncIterator[int]:
        raise LookupError("gone")
        yield 1

    with pytest.raises(LookupError) as raised:
        async with Latest(failing()) as latest:
            async for _ in latest.updates():
                pass
    assert where_raised(raised.value).startswith(f"LookupError at {__file__}")


async def test_leaving_early_ends_the_iterator_before_it_goes_on() -> None:
    ended: list[str] = []

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0.01)
        finally:
            await asyncio.sleep(0.02)  # such as closing a connection
            ended.append("closed")

    async with Latest(endless()) as latest:
        async for _ in latest.updates():
            break
    assert ended == ["closed"]


async def test_a_cancelled_run_ends_the_iterator() -> None:
    ended = asyncio.Event()

    async def silent() -> AsyncIterator[int]:
        try:
            await asyncio.sleep(60)
            yield 1
        finally:
            ended.set()

    running = asyncio.create_task(collected(silent()))
    await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()
