"""The models of the engine that tests ask, by task."""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from inference_core.engine.catalog import Catalogue, builtin_models
from inference_core.engine.contract import Sample
from tasks.samples import sample


@cache
def catalogue() -> Catalogue:
    """The models that come with the installation."""
    return Catalogue(builtin_models())


def recommended(task: str) -> str:
    """The id of the model that the engine recommends for a task."""
    return catalogue().by_task()[task][0].id


def path_of(task: str) -> str:
    """The path at which that model does the task."""
    return f"/models/{recommended(task)}/pipeline/{task}"


def path_to(id: str, task: str) -> str:
    """The path at which the model with this id does the task: conversations have OpenAI's."""
    return f"/models/{id}" + ("/v1/chat/completions" if task == "conversational" else f"/pipeline/{task}")


def with_samples(example: Any) -> Any:
    """An example of a declaration as JSON, the files in it in base64."""
    if isinstance(example, Sample):
        return base64.b64encode(sample(example.name).read_bytes()).decode()
    if isinstance(example, Mapping):
        return {name: with_samples(value) for name, value in example.items()}
    if isinstance(example, list):
        return [with_samples(value) for value in example]
    return example
