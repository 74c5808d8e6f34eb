"""A model of one's own has a process: it says how long it loads, may be killed, and comes back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.processes import Server

WRITER = "tiny/writer"


@pytest.fixture(scope="module")
def fresh(models: Path) -> Any:
    """An engine that has loaded nothing yet."""
    with processes.engine("--models", str(models)) as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def told(session: aiohttp.ClientSession, engine: Server, model: str = WRITER) -> dict[str, Any]:
    """What the engine tells of a model."""
    async with session.get(f"{engine.url}/info") as response:
        models: list[dict[str, Any]] = (await response.json())["models"]
    return next(one for one in models if one["id"] == model)


async def write(engine: Server, count: int = 2) -> str:
    async with AsyncInferenceClient(WRITER, endpoint=engine.url) as client:
        return await client.text_generation("the weather", max_new_tokens=count)


def lanes_of(engine: Server) -> list[int]:
    """The processes of models that the engine has started, but for those of built-in models."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = folder.joinpath("stat").read_text().rpartition(")")[2].split()[1]
            command = folder.joinpath("cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == engine.process.pid and b"runners.child" in command:
            found.append(int(folder.name))
    return found


async def until(holds: Callable[[], object]) -> None:
    for _ in range(200):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_the_first_caller_is_told_how_long_it_loads_and_a_client_that_waits_gets_the_answer(
    fresh: Server, session: aiohttp.ClientSession
) -> None:
    assert (await told(session, fresh))["state"] == "unloaded"
    body = {"inputs": "the", "parameters": {"max_new_tokens": 2}}
    async with session.post(f"{fresh.url}/models/{WRITER}", json=body) as response:
        refused = await response.json()
    assert response.status == 503 and "Retry-After" not in response.headers
    assert refused["code"] == "model_loads" and refused["estimated_time"] >= 1
    assert (await told(session, fresh))["state"] == "loading"
    waits: list[tuple[str, float]] = []
    async with AsyncInferenceClient(WRITER, endpoint=fresh.url) as client:
        waiting = client.with_options(on_wait=lambda why, seconds: waits.append((why, seconds)))
        assert await waiting.text_generation("the", max_new_tokens=2)
    assert waits and waits[0][0] == "loading"
    assert (await told(session, fresh))["state"] == "ready"


async def test_a_killed_process_costs_only_the_calls_in_flight(fresh: Server, session: aiohttp.ClientSession) -> None:
    await write(fresh)
    (lane,) = lanes_of(fresh)
    calls = [asyncio.ensure_future(write(fresh, 400)) for _ in range(3)]
    await asyncio.sleep(0.3)
    os.kill(lane, signal.SIGKILL)
    for call in calls:
        with pytest.raises(InferenceHTTPError, match="has ended") as failed:
            await call
        assert failed.value.status == 503
    assert await write(fresh)
    assert (await told(session, fresh))["state"] == "ready"


async def test_a_process_that_cannot_stay_is_given_up_with_the_reason(
    models: Path, session: aiohttp.ClientSession
) -> None:
    with processes.engine("--models", str(models)) as engine:
        for _ in range(3):
            while not lanes_of(engine):  # who asks as the process before ends is told so, and begins no new one
                async with session.post(f"{engine.url}/models/{WRITER}", json={"inputs": "the"}) as response:
                    assert response.status == 503
                await asyncio.sleep(0.05)
            os.kill(lanes_of(engine)[0], signal.SIGKILL)  # while it loads
            await until(lambda: not lanes_of(engine))
        with pytest.raises(InferenceHTTPError, match="3 times in a row"):
            await write(engine)
        assert (await told(session, engine))["state"] == "failed"
