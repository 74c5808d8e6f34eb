"""What the libraries ask the engine, and the marker of tests that install them."""

from pathlib import Path
from typing import Any

import pytest
from sklearn.datasets import load_diabetes, load_iris

from tasks.samples import sample
from tests.inference_core.engine import test_interoperability as texts
from tests.support.media import spoken
from tests.support.models import catalogue, path_of, recommended
from tests.support.processes import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("interop")


def columns(dataset: Any) -> dict[str, list[str]]:
    """The first three rows of a data set, as a table of texts."""
    return {name: [str(row[index]) for row in dataset.data[:3]] for index, name in enumerate(dataset.feature_names)}


@pytest.fixture(scope="session")
def setting(engine: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The server, its models and the inputs of the drivers, as JSON."""
    speech = tmp_path_factory.mktemp("sounds") / "speech.wav"
    speech.write_bytes(spoken("good morning everybody"))
    return {
        "engine": engine.url,
        "paths": {task: path_of(task) for task in catalogue().by_task()},
        "chat_model": "builtin/gallery-help",
        "text_model": "builtin/trigram-en-us",
        "encoder": recommended("feature-extraction"),
        "files": {
            "sound": str(sample("rain.wav")),
            "speech": str(speech),
            "picture": str(sample("poster.png")),
            "photo": str(sample("lion.jpg")),
            "page": str(sample("invoice.png")),
        },
        "texts": {
            "easy": texts.EASY,
            "others": texts.OTHERS,
            "context": texts.CONTEXT,
            "report": texts.REPORT,
            "question": "When was the lighthouse built?",
            "chat": texts.QUESTION,
        },
        "table": texts.TABLE,
        "iris": columns(load_iris()),
        "diabetes": columns(load_diabetes(scaled=False)),
    }
