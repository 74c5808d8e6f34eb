"""One engine with all tiny models, for all tests of this folder; they need requirements-pretrained.txt."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from inference_core.engine.models_file import read_models
from inference_core.engine.pretrained import models_of
from tests.support import processes
from tests.support.models import with_samples
from tests.support.processes import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.pretrained)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models.toml of all tiny models."""
    folder = tmp_path_factory.mktemp("tiny")
    # In a process of its own: this one need not import torch.
    subprocess.run([sys.executable, "-m", "tests.support.tiny.catalogue", folder], check=True, cwd=processes.ROOT)
    return folder / "models.toml"


@pytest.fixture(scope="session")
def engine(models: Path) -> Iterator[Server]:
    """Its models are loaded: huggingface_hub does not wait for one that loads. `test_lane.py` has its own."""
    with processes.engine("--models", str(models)) as server:
        asyncio.run(load_all(server, models))
        yield server


async def load_all(engine: Server, models: Path) -> None:
    """Ask each model its example, as often as it says that it loads."""
    async with aiohttp.ClientSession(engine.url) as session:
        for model in models_of(read_models(models)):
            sent = with_samples(model.tasks[0].answered_example)
            until = time.monotonic() + 60
            while await is_loading(session, f"/models/{model.id}", sent):
                assert time.monotonic() < until, model.id
                await asyncio.sleep(0.5)


async def is_loading(session: aiohttp.ClientSession, path: str, sent: Any) -> bool:
    async with session.post(path, json=sent) as response:
        return response.status == 503 and "estimated_time" in await response.json()
