"""`--ray` without an address: Ray starts on this machine, its processes come and go, and all end with the engine."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from inference_core import AsyncInferenceClient
from tests.support import processes, ray_nodes
from tests.support.processes import Server

pytestmark = pytest.mark.slow

KEY = "a key"
MODELS = """
[[model]]
id = "tiny/labels"
task = "text-classification"
source = "labels"
[model.ray]
num_cpus = 0.25

[[model]]
id = "tiny/writer"
task = "text-generation"
source = "writer"
[model.ray]
num_cpus = 0.25
"""
PATH = "/models/tiny/writer"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tiny")
    subprocess.run([sys.executable, "-m", "tests.support.tiny.catalogue", folder], check=True, cwd=processes.ROOT)
    listed = folder / "two.toml"
    listed.write_text(MODELS)
    with processes.engine("--models", str(listed), "--ray", INFERENCE_ENGINE_KEY=KEY) as server:
        yield server
        below = ray_nodes.descendants(server.process.pid)
        assert len(below) > 5
    until = time.monotonic() + 15
    while left := [pid for pid in below if processes.is_running(pid)]:
        if time.monotonic() > until:
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"{len(left)} processes of Ray's go on")
        time.sleep(0.2)


@pytest.fixture
async def session(engine: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(engine.url, headers={"Authorization": f"Bearer {KEY}"}) as opened:
        yield opened


async def write(engine: Server, count: int = 2) -> str:
    """What the model writes, when it is there."""
    async with AsyncInferenceClient("tiny/writer", endpoint=engine.url, token=KEY) as client:
        return await client.text_generation("the weather", max_new_tokens=count)


async def streamed(session: aiohttp.ClientSession, count: int) -> AsyncIterator[bytes]:
    body = {"inputs": "the", "stream": True, "parameters": {"max_new_tokens": count}}
    async with session.post(PATH, json=body) as response:
        assert response.status == 200
        async for line in response.content:
            if line.startswith(b"data:"):
                yield line.removeprefix(b"data:")


async def test_the_first_call_starts_a_process_which_has_no_key(engine: Server) -> None:
    begun = time.monotonic()
    async with AsyncInferenceClient("tiny/labels", endpoint=engine.url, token=KEY) as client:
        assert len(await client.text_classification("the weather is nice")) == 2
    print(f"the first answer after {time.monotonic() - begun:.1f} s")
    for pid in ray_nodes.descendants(engine.process.pid):
        assert b"ENGINE_KEY" not in Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_stream_whose_process_is_killed_says_so_and_does_not_begin_again(
    engine: Server, session: aiohttp.ClientSession
) -> None:
    await write(engine)
    (replica,) = ray_nodes.processes_with("ray::ServeReplica:tiny-writer")
    seen: list[dict[str, object]] = []
    async for event in streamed(session, 900):
        seen.append(msgspec.json.decode(event))
        if len(seen) == 20:
            os.kill(replica, signal.SIGKILL)
    *tokens, last = seen
    assert last["code"] == "engine_process_ended"
    assert [token["index"] for token in tokens] == list(range(1, len(tokens) + 1))
    begun = time.monotonic()
    await write(engine)
    print(f"the next answer after {time.monotonic() - begun:.1f} s")


async def test_a_caller_who_leaves_a_stream_makes_room_for_the_next(
    engine: Server, session: aiohttp.ClientSession
) -> None:
    await write(engine)
    begun = time.monotonic()
    whole = [event async for event in streamed(session, 400)]
    print(f"{len(whole) / (time.monotonic() - begun):.0f} tokens per second")
    async with session.post(PATH, json={"inputs": "the", "stream": True, "parameters": {"max_new_tokens": 900}}) as one:
        await one.content.readline()
    begun = time.monotonic()
    await asyncio.gather(write(engine), write(engine))
    assert time.monotonic() - begun < 1
