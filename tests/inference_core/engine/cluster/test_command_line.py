"""`--ray`: what it needs, what it says without a cluster, and that all of it ends with the engine."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inference_core import AsyncInferenceClient
from tests.support import processes, ray_nodes

LABELS = '[[model]]\nid = "tiny/labels"\ntask = "text-classification"\nsource = "labels"\n'


def refused(*options: str) -> str:
    command = [sys.executable, "-m", "inference_core.engine", *options]
    environment = processes.clean_environment()
    ended = subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    return ended.stderr.strip().splitlines()[-1]


def test_it_needs_models_and_a_cluster_that_is_there(tmp_path: Path) -> None:
    assert refused("--ray") == "--ray runs the models of a file: name it with --models."
    listed = tmp_path / "models.toml"
    listed.write_text("")
    assert refused("--models", str(listed), "--ray") == "The file of --models names no model."
    listed.write_text(LABELS)
    said = refused("--models", str(listed), "--ray", "127.0.0.1:1")
    assert said == "There is no Ray cluster at 127.0.0.1:1: Connection refused."


@pytest.mark.slow
async def test_on_one_machine_it_starts_ray_and_ends_it(tmp_path: Path) -> None:
    write = [sys.executable, "-m", "tests.support.tiny.catalogue", tmp_path]
    subprocess.run(write, check=True, cwd=processes.ROOT)
    listed = tmp_path / "one.toml"
    listed.write_text(LABELS)
    with processes.engine("--models", str(listed), "--ray", INFERENCE_ENGINE_KEY="secret") as engine:
        begun = time.monotonic()
        async with AsyncInferenceClient("tiny/labels", endpoint=engine.url, token="secret") as client:
            labels = await client.text_classification("the weather is nice")
        print(f"the first answer after {time.monotonic() - begun:.1f} s")
        assert len(labels) == 2
        below = ray_nodes.descendants(engine.process.pid)
        for pid in below:
            assert b"ENGINE_KEY" not in Path(f"/proc/{pid}/environ").read_bytes()
    for _ in range(50):
        if not any(processes.is_running(pid) for pid in below):
            return
        await asyncio.sleep(0.2)
    left = [pid for pid in below if processes.is_running(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left
