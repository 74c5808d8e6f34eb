"""What was asked once is kept for a while."""

import pytest

from inference_core.routing.cache import Memory


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_an_answer_is_kept_until_it_expires() -> None:
    clock, asked = Clock(), []
    memory: Memory[int] = Memory(60, clock)

    async def ask() -> int:
        asked.append(clock.now)
        return len(asked)

    assert [await memory.recall("a", ask), await memory.recall("a", ask)] == [1, 1]
    clock.now = 59.9
    assert await memory.recall("a", ask) == 1
    clock.now = 60.0
    assert await memory.recall("a", ask) == 2
    assert asked == [0.0, 60.0]


async def test_another_question_has_another_answer() -> None:
    memory: Memory[str] = Memory(60)

    async def first() -> str:
        return "first"

    async def second() -> str:
        return "second"

    assert [await memory.recall("a", first), await memory.recall("b", second)] == ["first", "second"]


async def test_a_failure_is_not_kept_and_the_last_answer_stays() -> None:
    clock = Clock()
    memory: Memory[int] = Memory(60, clock)

    async def answer() -> int:
        return 1

    async def fail() -> int:
        raise ValueError

    assert memory.stale("a") is None
    await memory.recall("a", answer)
    clock.now = 61
    with pytest.raises(ValueError):
        await memory.recall("a", fail)
    assert memory.stale("a") == 1
