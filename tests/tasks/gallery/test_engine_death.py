"""The engine is killed under the app: a run that had not begun is repeated, any other says whose fault it was."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import gradio as gr
import pytest

from inference_core.engine.process import EngineProcess
from inference_core.errors import InferenceConnectionError
from inference_core.settings.description import EngineSettings
from tasks.gallery import backend as backends
from tasks.gallery.backend import Backend, local_backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.run_handler import run_handler
from tasks.gallery.running import Runner
from tasks.registry import all_tasks
from tests.support import processes

STOPPED = "The local engine stopped unexpectedly and is being restarted: run again in a moment."
REPORT = "".join(
    f"The committee number {number} discussed the tram line in the old town for hours. " for number in range(300)
)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[EngineProcess, Backend]]:
    started: list[EngineProcess] = []

    class Noted(EngineProcess):
        def __init__(self, settings: EngineSettings) -> None:
            super().__init__(settings)
            started.append(self)

    monkeypatch.setattr(backends, "EngineProcess", Noted)
    backend = local_backend(EngineSettings())
    yield started[0], backend
    backend.close()


async def run(backend: Backend, id: str, **given: Any) -> list[Any]:
    """The updates of a run; gr.Error if it fails."""
    return [update async for update in updates(backend, id, **given)]


def updates(backend: Backend, id: str, **given: Any) -> AsyncIterator[Any]:
    task = next(task for task in all_tasks() if task.id == id)
    asked = [*task.inputs, *task.parameters]
    values = [given.get(parameter.name) for parameter in asked]
    values.insert(len(task.inputs), "")
    return run_handler(Runner(task, backend, Pictures()), guarded_download(backend, 1))(*values)


async def kill(engine: EngineProcess) -> None:
    assert engine.pid
    pid = engine.pid
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(wait_until_gone, pid)
    await asyncio.sleep(0.05)


def wait_until_gone(pid: int) -> None:
    while processes.is_running(pid):  # its memory goes first, and takes a while; then its connections
        time.sleep(0.01)


async def test_a_run_after_the_engine_died_is_answered_by_the_next(
    engine: tuple[EngineProcess, Backend],
) -> None:
    process, backend = engine
    await run(backend, "text-classification", text="Good!")
    for _ in range(2):
        await kill(process)
        updates = await run(backend, "text-classification", text="Good!")
        assert "done" in str(updates[-1])
    await backend.disconnect()


async def test_a_run_during_which_the_engine_dies_says_so_and_the_next_is_answered(
    engine: tuple[EngineProcess, Backend],
) -> None:
    process, backend = engine
    await run(backend, "summarization", text="One is here. Two is there. Three is far away. Four is near.")
    running = asyncio.create_task(run(backend, "summarization", text=REPORT))
    await asyncio.sleep(0.4)
    await kill(process)
    with pytest.raises(gr.Error, match="stopped unexpectedly") as failed:
        await running
    assert str(failed.value.message) == STOPPED
    assert "done" in str((await run(backend, "text-classification", text="Good!"))[-1])
    await backend.disconnect()


async def test_a_stream_during_which_the_engine_dies_says_so(engine: tuple[EngineProcess, Backend]) -> None:
    process, backend = engine
    stream = updates(backend, "text-generation", prompt="1, 2, 3, 4, 5,", max_new_tokens=2000)
    while "6, 7" not in str(await anext(stream)):
        pass
    await kill(process)
    with pytest.raises(gr.Error, match="stopped unexpectedly"):
        async for _ in stream:
            pass
    await backend.disconnect()


async def test_only_the_engine_itself_counts_as_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Engine(EngineProcess):
        lives = True

        def start(self) -> None:
            pass

        async def has_stopped(self, url: str) -> bool:
            asked.append(url)
            return not self.lives

    monkeypatch.setattr(backends, "EngineProcess", Engine)
    backend = local_backend(EngineSettings())
    for url in ("http://127.0.0.1.evil.example/a", "http://127.0.0.12:80/a", "https://127.0.0.1:80/a", ""):
        error = InferenceConnectionError("unreachable", url=url)
        assert await backend.explain(error) is error and not asked
    failed = InferenceConnectionError("unreachable", url="http://127.0.0.1:4321/models/a?b=1")
    assert await backend.explain(failed) is failed
    monkeypatch.setattr(Engine, "lives", False)
    assert (await backend.explain(failed)).code == "engine_stopped"
    assert set(asked) == {"http://127.0.0.1:4321"}
    await backend.disconnect()


async def test_a_connection_that_failed_once_is_not_the_end_of_an_engine_that_lives(
    engine: tuple[EngineProcess, Backend],
) -> None:
    process, backend = engine
    failed = InferenceConnectionError("unreachable", url=f"{(await process.url()).rstrip('/')}/models/a")
    assert await backend.explain(failed) is failed
    await backend.disconnect()
