"""The models of the list that comes along, with real weights, where the Hub can be reached. Written, not run yet."""

import time
from collections.abc import Iterator

import httpx
import pytest

from inference_core.engine.contract import Model
from inference_core.engine.models_file import default_models, read_models
from inference_core.engine.pretrained import models_of
from tests.support import processes
from tests.support.models import with_samples
from tests.support.processes import Server

pytestmark = pytest.mark.hub

MODELS = models_of(read_models(default_models()))
MOST_SECONDS = 1800.0
"""For a download too."""


@pytest.fixture(scope="module")
def default_engine() -> Iterator[Server]:
    with processes.engine("--models", "default", "--timeout", "600") as engine:
        yield engine


@pytest.mark.parametrize("model", MODELS, ids=[model.id for model in MODELS])
def test_it_answers_the_examples_of_its_tasks(default_engine: Server, model: Model) -> None:
    for task in model.tasks:
        route = "v1/chat/completions" if task.id == "conversational" else f"pipeline/{task.id}"
        answer = _loaded(f"{default_engine.url}/models/{model.id}/{route}", with_samples(task.answered_example))
        assert answer.status_code == 200, answer.text
        assert answer.headers["x-engine"].startswith(model.id)


def _loaded(url: str, sent: object) -> httpx.Response:
    """The answer, once the model is loaded."""
    until = time.monotonic() + MOST_SECONDS
    while True:
        answer = httpx.post(url, json=sent, timeout=600)
        is_loading = answer.status_code == 503 and "estimated_time" in answer.json()
        if not is_loading or time.monotonic() > until:
            return answer
        time.sleep(2)
