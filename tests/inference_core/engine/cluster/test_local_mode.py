"""Tiny models behind Ray Serve's handles, in this process: the app answers as it does without a cluster."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from inference_core import AsyncInferenceClient
from inference_core.engine.catalog import builtin_models
from inference_core.engine.cluster.deployments import Deployment, deployments
from inference_core.engine.limits import Limits
from inference_core.engine.models_file import ModelsFile, UnusableModels, read_models
from inference_core.errors import InferenceHTTPError
from tests.support import in_process, processes
from tests.support.cluster import handle_of, runner_of

LIMITS = Limits(threads=4, waiting=16, deadline=20)
MODELS = {"tiny/labels", "tiny/writer"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Deployment]:
    folder = tmp_path_factory.mktemp("tiny")
    subprocess.run([sys.executable, "-m", "tests.support.tiny.catalogue", folder], check=True, cwd=processes.ROOT)
    file = read_models(folder / "models.toml")
    return deployments(ModelsFile(model=tuple(spec for spec in file.model if spec.id in MODELS)), LIMITS)


@pytest.fixture
async def url(found: list[Deployment]) -> AsyncIterator[str]:
    served = [(one.model, await asyncio.to_thread(handle_of, one.application)) for one in found]
    runner = runner_of(served, LIMITS)
    async with in_process.hosting([*(one.model for one in found), *builtin_models()], LIMITS, runner) as address:
        yield address


async def test_it_answers_and_says_who(url: str) -> None:
    async with AsyncInferenceClient("tiny/labels", endpoint=url) as client:
        labels = await client.text_classification("the weather is nice")
    assert {one.label for one in labels} == {"NEGATIVE", "POSITIVE"}
    async with aiohttp.ClientSession(url) as session, session.get("/info") as response:
        told = {model["id"]: model for model in (await response.json())["models"]}
    assert told["tiny/labels"]["state"] == "ready"
    assert told["tiny/labels"]["engine"].startswith("tiny/labels (BertForSequenceClassification")


async def test_it_streams_what_it_answers_whole(url: str) -> None:
    async with AsyncInferenceClient("tiny/writer", endpoint=url) as client:
        whole = await client.text_generation("the weather", max_new_tokens=20)
        streamed = [text async for text in await client.text_generation("the weather", max_new_tokens=20, stream=True)]
    assert "".join(streamed) == whole and len(streamed) > 1


async def test_a_built_in_model_answers_beside_them(url: str) -> None:
    async with AsyncInferenceClient("builtin/vader", endpoint=url) as client:
        (best, *_) = await client.text_classification("I love it")
    assert best.label == "POSITIVE"


async def test_a_refusal_keeps_its_code(url: str) -> None:
    async with AsyncInferenceClient("tiny/writer", endpoint=url) as client:
        with pytest.raises(InferenceHTTPError) as refused:
            await client.text_generation("the " * 2000, max_new_tokens=2)
    assert refused.value.status == 422


def test_each_model_is_a_deployment_that_scales_as_the_file_says(found: list[Deployment], tmp_path: Path) -> None:
    assert [one.name for one in found] == ["tiny-labels", "tiny-writer"]
    listed = tmp_path / "models.toml"
    listed.write_text('[[model]]\nid = "a/b"\ntask = "text-classification"\n[model.ray]\nmin_replicas = 2\n')
    with pytest.raises(UnusableModels, match="min_replicas = 2, more than max_replicas = 1"):
        deployments(read_models(listed), LIMITS)
