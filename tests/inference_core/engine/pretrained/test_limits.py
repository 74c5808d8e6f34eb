"""Models come and go: within the memory, the idle time and the queue of models.toml."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from inference_core import AsyncInferenceClient
from tests.support import processes
from tests.support.processes import Server

MIB = 2**20
TEXT = {"labels": "text-classification", "names": "token-classification", "masks": "fill-mask"}
SENT = {"labels": "nice weather", "names": "nice weather", "masks": "nice [MASK]"}


def limited(models: Path, folder: Path, *sources: str, **limits: int) -> Path:
    """A models.toml with some of the tiny models and these limits."""
    tables = [
        f'[[model]]\nid = "own/{source}"\ntask = "{TEXT.get(source, "text-generation")}"\n'
        f"source = {json.dumps(str(models.parent / source))}\n"
        for source in sources
    ]
    told = "".join(f"{name} = {value}\n" for name, value in limits.items())
    written = folder / "models.toml"
    written.write_text("\n".join(["[limits]\n" + told, *tables]))
    return written


def processes_of(engine: Server) -> list[psutil.Process]:
    """Those of the models, from the oldest to the newest."""
    children = psutil.Process(engine.process.pid).children()
    lanes = []
    for one in children:
        with contextlib.suppress(psutil.Error):  # it is just ending
            lanes += [one] if "inference_core.engine.runners.child" in one.cmdline() else []
    return sorted(lanes, key=psutil.Process.create_time)


def held(engine: Server) -> int:
    return sum(one.memory_full_info().uss for one in processes_of(engine)) // MIB


@asynccontextmanager
async def asking(engine: Server) -> AsyncIterator[Any]:
    """A function that asks a model its text, and waits as long as it loads."""

    async def ask(source: str) -> Any:
        async with AsyncInferenceClient(f"own/{source}", endpoint=engine.url) as client:
            return json.loads(await client.post(json={"inputs": SENT[source]}))

    yield ask


async def code_of(session: aiohttp.ClientSession, engine: Server, source: str) -> str:
    """Why a model does not answer now; "" if it does."""
    async with session.post(f"{engine.url}/models/own/{source}", json={"inputs": SENT[source]}) as response:
        said = await response.json()
    if response.status == 200:
        return ""
    assert response.status == 503
    assert ("Retry-After" in response.headers) is ("estimated_time" not in said)
    return str(said["code"])


async def states(engine: Server) -> dict[str, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{engine.url}/info") as response:
        described = (await response.json())["models"]
    return {one["id"].removeprefix("own/"): one["state"] for one in described if one["id"].startswith("own/")}


async def test_a_model_that_nobody_uses_gives_its_memory_back_and_is_loaded_again(models: Path, tmp_path: Path) -> None:
    listed = limited(models, tmp_path, "labels", idle_unload=4)  # under load, callers come late
    with processes.engine("--models", str(listed)) as engine:
        async with asking(engine) as ask:
            answer = await ask("labels")
            assert len(processes_of(engine)) == 1
            until = time.monotonic() + 20
            # The engine hears of the end of a process a little after it.
            while processes_of(engine) or await states(engine) != {"labels": "unloaded"}:
                assert time.monotonic() < until
                await asyncio.sleep(0.1)
            assert await ask("labels") == answer


async def test_where_there_is_memory_for_two_the_third_takes_the_place_of_the_one_not_used_for_the_longest_time(
    models: Path, tmp_path: Path
) -> None:
    listed = limited(models, tmp_path, *TEXT)
    with processes.engine("--models", str(listed)) as engine:
        async with asking(engine) as ask:
            await ask("labels")
            one = held(engine)
    most = one * 5 // 2
    listed = limited(models, tmp_path, *TEXT, memory=most)
    with processes.engine("--models", str(listed)) as engine:
        async with asking(engine) as ask:
            await ask("labels")
            await ask("names")
            await ask("labels")
            assert await states(engine) == {"labels": "ready", "names": "ready", "masks": "unloaded"}
            await ask("masks")
            assert await states(engine) == {"labels": "ready", "names": "unloaded", "masks": "ready"}
            assert len(processes_of(engine)) == 2
            assert held(engine) <= most


async def test_a_model_that_computes_keeps_its_memory_and_others_are_told_to_come_again(
    models: Path, tmp_path: Path
) -> None:
    listed = limited(models, tmp_path, "labels", "writer", memory=600)
    with processes.engine("--models", str(listed)) as engine:
        async with (
            AsyncInferenceClient("own/writer", endpoint=engine.url) as client,
            aiohttp.ClientSession() as session,
        ):
            await client.text_generation("the", max_new_tokens=1)
            tokens = await client.text_generation("the", max_new_tokens=2000, stream=True)
            await anext(tokens)
            assert await code_of(session, engine, "labels") == "engine_memory_taken"
            await tokens.aclose()
            until = time.monotonic() + 20
            while (await code_of(session, engine, "labels")) == "engine_memory_taken":
                assert time.monotonic() < until
                await asyncio.sleep(0.2)
        async with asking(engine) as ask:
            assert await ask("labels")
        assert (await states(engine))["writer"] == "unloaded"


async def test_a_model_that_can_never_fit_is_refused_at_the_start(models: Path, tmp_path: Path) -> None:
    listed = limited(models, tmp_path, "labels", memory=100)
    command = [sys.executable, "-m", "inference_core.engine", "--port", "0", "--models", str(listed)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=processes.ROOT, timeout=60, check=False)
    assert ended.returncode == 1
    assert "own/labels needs" in ended.stderr and "together may have 100 MiB" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_who_finds_the_queue_full_is_told_so_at_once(models: Path, tmp_path: Path) -> None:
    listed = limited(models, tmp_path, "writer", queue=1)
    with processes.engine("--models", str(listed)) as engine:
        body = {"inputs": "the", "parameters": {"max_new_tokens": 400}}
        async with AsyncInferenceClient("own/writer", endpoint=engine.url) as client:
            await client.text_generation("the", max_new_tokens=1)

        async def ask(session: aiohttp.ClientSession) -> tuple[int, dict[str, Any], Any]:
            async with session.post(f"{engine.url}/models/own/writer", json=body) as response:
                return response.status, dict(response.headers), await response.json()

        async with aiohttp.ClientSession() as session:
            answers = await asyncio.gather(*(ask(session) for _ in range(5)))
        assert sorted(status for status, _, _ in answers) == [200, 200, 503, 503, 503]
        for status, headers, said in answers:
            if status == 503:
                assert "Retry-After" in headers and said["code"] == "engine_full"
                assert "estimated_time" not in said
