"""Many who come new to an app, over HTTP: what each costs it, how long a rush waits, and how far streams lag behind."""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.benchmarks.measuring import MeasuredApp, ProcessUsage
from tests.support.visitors import Door, Failed, OpenedTask, Visitor

_LEFT = re.compile(r"left(\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one visitor costs: kB of the app's memory for as long as he stays, ms of CPU time of its process."""

    kilobytes: float
    milliseconds: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.kilobytes + other.kilobytes, self.milliseconds + other.milliseconds)


@dataclass(slots=True)
class Meter:
    """What the app takes from one reading to the next."""

    process: ProcessUsage
    _memory: float = 0.0
    _cpu: float = 0.0

    def read(self, visitors: int = 1) -> Cost:
        memory, cpu = self.process.memory, self.process.cpu
        grown, used = memory - self._memory, cpu - self._cpu
        self._memory, self._cpu = memory, cpu
        return Cost(grown * 2**20 / 1000 / visitors, used * 1000 / visitors)


async def cost_of_newcomers(app: MeasuredApp, door: Door, warm_up: int, many: int) -> tuple[Cost, Cost]:
    """What a visitor costs who opens the page and stays, and what he costs besides when he opens a task.

    One comes after the other. They open all tasks in turn.
    """
    tasks = itertools.cycle(door.page.openers)
    async with AsyncExitStack() as staying:

        async def come(number: int) -> list[Visitor]:
            return [await _who_stays(door, staying) for _ in range(number)]

        async def open_tasks(visitors: list[Visitor]) -> None:
            for visitor in visitors:
                await visitor.open_task(next(tasks))

        await open_tasks(await come(warm_up))
        meter = Meter(app.process)
        meter.read()
        visitors = await come(many)
        page = meter.read(many)
        await open_tasks(visitors)
        return page, meter.read(many)


async def _who_stays(door: Door, staying: AsyncExitStack) -> Visitor:
    visitor = door.visitor()
    await visitor.open()
    await staying.enter_async_context(visitor.staying())
    return visitor


@dataclass(frozen=True, slots=True)
class Served:
    """How a visit ended: "" or why there was no answer, and after how many seconds."""

    failure: str
    seconds: float


async def rush(door: Door, task: str, values: list[Any], many: int, *, in_a_tab: bool) -> list[Served]:
    """So many at once: each opens the page and asks, in the task's tab or else by the endpoint."""

    async def come() -> Served:
        began = time.monotonic()
        failure = await _served(door.visitor(), task, values, in_a_tab)
        return Served(failure, time.monotonic() - began)

    return await asyncio.gather(*(come() for _ in range(many)))


async def _served(visitor: Visitor, task: str, values: list[Any], in_a_tab: bool) -> str:
    try:
        await visitor.open()
        if in_a_tab:
            answer = await (await visitor.open_task(task)).run(*values)
        else:
            answer = await visitor.run(task, *values)
        return "" if answer else "no result"
    except (TimeoutError, Failed, OSError, aiohttp.ClientError) as error:
        return f"{type(error).__name__}: {error}"


async def lags(door: Door, many: int, within: float, rounds: int) -> list[float]:
    """Seconds after which the last word of a stream is with its visitor, since it left the model's server.

    They press Run one after the other `within` so many seconds, each in a tab opened before.
    """
    opened = [await _in_a_text_generation(door) for _ in range(many)]

    async def press(place: int) -> float:
        await asyncio.sleep(within * place / many)
        return await _lag(_outputs(opened[place]))

    seconds: list[float] = []
    for _ in range(rounds):
        seconds += await asyncio.gather(*(press(place) for place in range(many)))
    return seconds


async def _in_a_text_generation(door: Door) -> OpenedTask:
    visitor = door.visitor()
    await visitor.open()
    return await visitor.open_task("text_generation")


async def _outputs(opened: OpenedTask) -> AsyncIterator[str]:
    async for message in opened.messages("Once upon a time"):
        yield str(message.get("output"))


async def lags_without_app(url: str, many: int) -> list[float]:
    """The same for streams that are read from the model's server itself: what this program and the machine add."""
    async with aiohttp.ClientSession() as http:

        async def texts() -> AsyncIterator[str]:
            async with http.post(url, json={"inputs": "Once upon a time", "stream": True}) as answer:
                async for chunk in answer.content.iter_any():
                    yield chunk.decode()

        return await asyncio.gather(*(_lag(texts()) for _ in range(many)))


async def _lag(texts: AsyncIterator[str]) -> float:
    lag = float("inf")
    async for text in texts:
        if lag == float("inf") and (found := _LEFT.search(text)):
            lag = time.monotonic() - float(found[1])
    return lag
