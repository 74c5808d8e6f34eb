"""Every built-in model with callers at once and bodies that it cannot use, and each lane with its process killed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from inference_core.engine.contract import Model, ServedTask
from tests.benchmarks.measuring import ProcessUsage
from tests.support import processes
from tests.support.models import catalogue, path_to, with_samples
from tests.support.processes import Server

pytestmark = pytest.mark.slow

SERVED = [(model, task) for model in catalogue() for task in model.tasks]
ONE_OF_EACH_LANE = list({model.lane.name: (model, task) for model, task in SERVED if model.lane}.values())
AT_ONCE = 6

UNUSABLE: dict[str, Any] = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "null": b"null",
    "a list": b"[[]]",
    "null as input": {"inputs": None, "messages": None, "table": None},
    "a number": {"inputs": -1e308, "messages": 1},
    "nested lists": {"inputs": [[["a", None], {}]], "messages": [[]]},
    "base64 of no file": {"inputs": "AAAA" * 1000},
    "an unknown parameter": {"inputs": "A text.", "parameters": {"no_such": 1}},
} | {
    kind: {"inputs": text, "messages": [{"role": "user", "content": text}]}
    for kind, text in {
        "an empty text": "",
        "one long word": "x" * 400_000,
        "many words": "word " * 80_000,
        "odd characters": "\0\u202e\ufffe 🏴\u200d☠️" * 99,
    }.items()
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Server]:
    with processes.engine() as server:
        yield server


class Caller:
    """Calls one model for one task."""

    def __init__(self, http: aiohttp.ClientSession, model: Model, task: ServedTask) -> None:
        self._url = path_to(model.id, task.id)
        self._http = http
        self._example = with_samples(task.answered_example)

    async def send(self, body: Any) -> tuple[int, bytes]:
        sent = {"json": body} if isinstance(body, dict) else {"data": body}
        async with self._http.post(self._url, **sent) as response:
            return response.status, await response.read()

    async def answer(self) -> bytes:
        """The answer to the model's own example, without what may differ from call to call."""
        status, answer = await self.send(self._example)
        assert status == 200, answer
        answer = re.sub(rb'"(id|created)": ?("[^"]*"|\d+)', b"", answer)
        return re.sub(rb"(\d\.\d\d)\d+(e-?\d+)?", rb"\1", answer)


@pytest_asyncio.fixture
async def caller(engine: Server, model: Model, task: ServedTask) -> AsyncIterator[Caller]:
    """Who calls the model that a test is about."""
    async with aiohttp.ClientSession(engine.url) as http:
        yield Caller(http, model, task)


@pytest.mark.parametrize(("model", "task"), SERVED, ids=lambda part: part.id)
async def test_callers_at_once_get_the_answer_of_one(caller: Caller, model: Model, task: ServedTask) -> None:
    alone = {await caller.answer() for _ in range(2)}
    together = set(await asyncio.gather(*(caller.answer() for _ in range(AT_ONCE))))
    draws = len(alone) == 2  # each answer is drawn anew, such as the noise in a voice
    # Words that are written side by side are chosen by probabilities that differ in their last digits.
    assert draws or task.tokens or together == alone


@pytest.mark.parametrize(("model", "task"), SERVED, ids=lambda part: part.id)
async def test_what_it_cannot_use_is_refused_in_words_and_the_next_call_answered(
    caller: Caller, model: Model, task: ServedTask
) -> None:
    await caller.answer()
    for kind, body in UNUSABLE.items():
        status, answer = await asyncio.wait_for(caller.send(body), 30)
        assert status in (200, 400, 413, 422), (kind, status, answer[:300])
        assert status == 200 or (b"error" in answer and b"Traceback" not in answer), (kind, answer[:300])
    await caller.answer()


@pytest.mark.skipif(sys.platform != "linux", reason="children are read from /proc")
@pytest.mark.parametrize(("model", "task"), ONE_OF_EACH_LANE, ids=lambda part: part.id)
async def test_a_call_whose_process_is_killed_is_answered_by_the_next(
    engine: Server, caller: Caller, model: Model, task: ServedTask
) -> None:
    await caller.answer()
    children = ProcessUsage(engine.process.pid).children
    for child in children:
        os.kill(child.pid, signal.SIGSTOP)
    call = asyncio.create_task(caller.answer())
    await asyncio.sleep(0.3)
    assert not call.done()
    for child in children:
        os.kill(child.pid, signal.SIGKILL)
    assert await asyncio.wait_for(call, 60)
    assert not {one.pid for one in ProcessUsage(engine.process.pid).children} & {child.pid for child in children}
