"""One engine with all tiny models, for all tests of this folder; they need requirements-pretrained.txt."""

import asyncio
import re
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from inference_core.engine.contract import Model
from inference_core.engine.models_file import read_models
from inference_core.engine.pretrained import models_of
from tests.support.models import with_samples
from tests.support.processes import Running

# Some of them import what comes with it.
collect_ignore_glob = ["test_*.py"] if find_spec("torch") is None else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.pretrained)


@pytest.fixture(scope="module")
def engine(tiny: Running, models: Path, request: pytest.FixtureRequest) -> Running:
    """The models that the file of tests names are loaded: huggingface_hub does not wait for one that loads.

    All of them at once would take ten GB; those of the files before go as memory is needed.
    """
    named = set(re.findall(r"tiny/[\w-]+", Path(request.path).read_text(encoding="utf-8")))
    asyncio.run(load(tiny, [model for model in models_of(read_models(models)) if model.id in named]))
    return tiny


async def load(engine: Running, models: list[Model]) -> None:
    """Ask each model its example, as often as it says that it loads; then the engine knows where it computes."""
    async with aiohttp.ClientSession(engine.url) as session:
        for model in models:
            sent = with_samples(model.tasks[0].answered_example)
            until = time.monotonic() + 60
            while await is_loading(session, f"/models/{model.id}", sent):
                assert time.monotonic() < until, model.id
                await asyncio.sleep(0.1)
        async with session.get("/info") as response:
            told = {one["id"]: one for one in (await response.json())["models"]}
    for model in models:
        one = told[model.id]
        dtype = None if model.tasks[0].id.startswith("tabular") else "float32"
        assert (one["state"], one["device"], one["dtype"]) == ("ready", "cpu", dtype), model.id
        assert one["memory_bytes"] > 0 and one["load_seconds"] > 0, model.id


async def is_loading(session: aiohttp.ClientSession, path: str, sent: Any) -> bool:
    async with session.post(path, json=sent) as response:
        return response.status == 503 and "estimated_time" in await response.json()
