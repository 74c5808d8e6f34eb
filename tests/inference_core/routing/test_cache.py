"""An answer is kept for a while."""

import pytest

from inference_core.routing.cache import Cache


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_an_answer_is_kept_until_it_expires() -> None:
    clock, asked = Clock(), []
    cache: Cache[int] = Cache(60, clock)

    async def ask() -> int:
        asked.append(clock.now)
        return len(asked)

    assert [await cache.get("a", ask), await cache.get("a", ask)] == [1, 1]
    clock.now = 59.9
    assert await cache.get("a", ask) == 1
    clock.now = 60.0
    assert await cache.get("a", ask) == 2
    assert asked == [0.0, 60.0]


async def test_another_question_has_another_answer() -> None:
    cache: Cache[str] = Cache(60)

    async def first() -> str:
        return "first"

    async def second() -> str:
        return "second"

    assert [await cache.get("a", first), await cache.get("b", second)] == ["first", "second"]


async def test_a_failure_is_not_kept_and_the_last_answer_stays() -> None:
    clock = Clock()
    cache: Cache[int] = Cache(60, clock)

    async def answer() -> int:
        return 1

    async def fail() -> int:
        raise ValueError

    assert cache.stale("a") is None
    await cache.get("a", answer)
    clock.now = 61
    with pytest.raises(ValueError):
        await cache.get("a", fail)
    assert cache.stale("a") == 1
