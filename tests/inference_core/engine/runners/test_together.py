"""Requests that wait for the same model are answered together, each with its own answer, refusal or end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.limits import Limits
from inference_core.engine.runners.lanes import LaneRunner
from tests.support.counting import MODEL, Asked


@pytest.fixture
async def runner() -> AsyncIterator[LaneRunner]:
    runner = LaneRunner(Limits(threads=1, waiting=64, deadline=20), idle=None)
    await asyncio.to_thread(runner.load, [MODEL])
    yield runner
    runner.close()


async def ask(runner: LaneRunner, inputs: str, option: int = 0) -> list[object]:
    answer = await runner.run(MODEL, "scripted", Asked(inputs, option))
    found: list[object] = msgspec.json.decode(answer.content)
    return found


async def behind_another(runner: LaneRunner, asked: Sequence[tuple[str, int]]) -> list[asyncio.Task[list[object]]]:
    """These requests, which have come while the model computed something else."""
    first = asyncio.create_task(ask(runner, "hold 0.6", option=9))
    await asyncio.sleep(0.2)
    tasks = [asyncio.create_task(ask(runner, *one)) for one in asked]
    await first
    return tasks


async def test_what_waits_is_answered_at_once_and_what_comes_alone_is_not(runner: LaneRunner) -> None:
    assert await ask(runner, "a") == ["a", 1]
    tasks = await behind_another(runner, [("a", 0), ("b", 0), ("c", 0)])
    assert await asyncio.gather(*tasks) == [["a", 3], ["b", 3], ["c", 3]]


async def test_requests_with_other_options_are_not_mixed(runner: LaneRunner) -> None:
    tasks = await behind_another(runner, [("a", 1), ("b", 2), ("c", 1)])
    assert await asyncio.gather(*tasks) == [["a", 2], ["b", 1], ["c", 2]]


async def test_there_is_a_most_and_long_inputs_are_answered_alone(runner: LaneRunner) -> None:
    long = "x" * 20_000
    tasks = await behind_another(runner, [(str(number), 0) for number in range(20)] + [(long, 0)])
    *counts, alone = [count for _, count in await asyncio.gather(*tasks)]
    assert Counter(counts) == {16: 16, 4: 4}  # in any order
    assert alone == 1


async def test_a_refusal_of_one_costs_the_others_nothing(runner: LaneRunner) -> None:
    tasks = await behind_another(runner, [("a", 0), ("refuse", 0), ("c", 0)])
    first, refused, last = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, last) == (["a", 1], ["c", 1])
    assert isinstance(refused, CannotAnswer)


async def test_who_leaves_costs_the_others_nothing(runner: LaneRunner) -> None:
    tasks = await behind_another(runner, [("a", 0), ("b", 0), ("c", 0)])
    tasks[0].cancel()
    assert [found for found, _ in await asyncio.gather(*tasks[1:])] == ["b", "c"]
    assert await ask(runner, "d") == ["d", 1]
