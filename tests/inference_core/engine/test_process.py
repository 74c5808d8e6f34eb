"""The engine as a child process: it starts, starts again when killed, and never outlives its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from inference_core.engine import process as child
from inference_core.engine.process import EngineProcess
from inference_core.settings.description import EngineSettings
from tests.support import processes
from tests.support.heavy import PATH

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

PARENT = """
import asyncio, time
from inference_core.engine import process as child
from inference_core.engine.process import EngineProcess
from inference_core.settings.description import EngineSettings

engine = EngineProcess(EngineSettings())
engine.start()
print(asyncio.run(engine.url()), engine.pid, flush=True)
time.sleep(60)
"""

STUCK = """
import dataclasses
from inference_core.engine import serve
from inference_core.engine.runners import threads
from tests.support.heavy import MODEL

threads._PATIENCE = 0.1
serve.builtin_models = lambda: [dataclasses.replace(MODEL, lane=None)]
serve.main()
"""


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    process = EngineProcess(EngineSettings())
    process.start()
    yield process
    process.close()


def url_of(engine: EngineProcess) -> str:
    return asyncio.run(engine.url())


def answers(engine: EngineProcess, url: str) -> bool:
    headers = {"Authorization": f"Bearer {engine.key.reveal()}"}
    return httpx.get(f"{url}/health", headers=headers).status_code == 200


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.02)


def test_it_answers_only_with_its_key(engine: EngineProcess) -> None:
    url = url_of(engine)
    assert answers(engine, url)
    assert httpx.get(f"{url}/health").status_code == 401


@linux
def test_the_key_is_not_in_the_command_line(engine: EngineProcess) -> None:
    url_of(engine)
    command = Path(f"/proc/{engine.pid}/cmdline").read_bytes()
    assert b"inference_core.engine" in command and engine.key.reveal().encode() not in command


def test_when_killed_it_starts_again_at_a_new_address(engine: EngineProcess) -> None:
    old_url, old_pid = url_of(engine), engine.pid
    assert old_pid
    os.kill(old_pid, signal.SIGKILL)
    wait_until(lambda: url_of(engine) != old_url, 30)
    assert engine.pid != old_pid
    assert answers(engine, url_of(engine))


async def test_several_can_wait_for_it_at_once(engine: EngineProcess) -> None:
    impatient = asyncio.create_task(engine.url())
    await asyncio.sleep(0)
    patient = [asyncio.create_task(engine.url()) for _ in range(3)]
    impatient.cancel()
    assert len(set(await asyncio.gather(*patient))) == 1


def test_closing_ends_it(engine: EngineProcess) -> None:
    url_of(engine)
    pid = engine.pid
    assert pid
    engine.close()
    assert not processes.is_running(pid)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_closing_ends_it_even_if_it_ignores_the_signal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn = tmp_path / "stubborn-engine"
    stubborn.write_text("#!/bin/sh\ntrap '' TERM\necho Engine ready at http://127.0.0.1:1\nexec sleep 60\n")
    stubborn.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stubborn))
    monkeypatch.setattr(child, "_STOP_TIMEOUT", 0.3)
    engine = EngineProcess(EngineSettings())
    engine.start()
    assert url_of(engine) == "http://127.0.0.1:1"
    pid = engine.pid
    assert pid
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < 5
    assert not processes.is_running(pid)


def test_closing_before_it_is_up_ends_it_too() -> None:
    engine = EngineProcess(EngineSettings())
    engine.start()
    wait_until(lambda: engine.pid is not None, 5)
    pid = engine.pid
    assert pid
    engine.close()
    assert not processes.is_running(pid)


def test_one_that_was_never_started_can_be_closed() -> None:
    EngineProcess(EngineSettings()).close()


def test_it_starts_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = EngineProcess(EngineSettings())
    engine.start()
    try:
        assert answers(engine, url_of(engine))
    finally:
        engine.close()


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_gone_within_two_seconds_after_its_parent(number: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT]
    environment = processes.clean_environment(PYTHONPATH=str(processes.ROOT))
    with subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        url, pid = parent.stdout.readline().split()
        assert httpx.get(f"{url}/health").status_code == 401
        parent.send_signal(number)
        parent.wait(5)
        wait_until(lambda: not processes.is_running(int(pid)), 2)


@linux
def test_ctrl_c_in_the_terminal_does_not_reach_it(engine: EngineProcess) -> None:
    url_of(engine)
    assert engine.pid and os.getpgid(engine.pid) != os.getpgid(0)


@linux
def test_it_has_the_settings_of_the_app_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_CELLS", "7")
    engine = EngineProcess(EngineSettings(upload=0.125, timeout=50.0))
    engine.start()
    try:
        url = url_of(engine)
        variables = Path(f"/proc/{engine.pid}/environ").read_text().split("\0")
        assert {"GALLERY_UPLOAD=0.125", "GALLERY_TIMEOUT=50.0", "GALLERY_CELLS=20000"} <= set(variables)
        headers = {"Authorization": f"Bearer {engine.key.reveal()}", "Content-Type": "image/png"}
        refused = httpx.post(f"{url}/models/builtin/picture-kinds", headers=headers, content=bytes(200_000))
        assert "larger than 0.125 MiB" in refused.text
    finally:
        engine.close()


@pytest.mark.slow
def test_it_ends_to_be_started_again_when_as_many_threads_are_stuck_as_there_should_be() -> None:
    command = [sys.executable, "-c", STUCK, "--leave-with-parent", "--threads", "2", "--timeout", "2"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=processes.clean_environment(),
    ) as engine:
        assert engine.stdout and engine.stderr
        url = engine.stdout.readline().removeprefix("Engine ready at ").strip()
        assert httpx.post(f"{url}{PATH}", json={"inputs": "sleep 60"}).status_code == 504
        time.sleep(0.3)
        assert httpx.get(f"{url}/health").json() == {"status": "stuck", "stuck_threads": 1}
        assert httpx.post(f"{url}{PATH}", json={"inputs": "sleep 60"}).status_code == 504
        assert engine.wait(5) == 3
        assert "2 threads are stuck: the engine ends, to be started again." in engine.stderr.read()
