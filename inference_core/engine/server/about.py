"""What the engine says about itself and its models, in the Hub's format, in OpenAI's and in its own."""

from dataclasses import asdict
from typing import Any

from inference_core import words
from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import Model
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner

VERSION = "0.1.0"


def info(catalogue: Catalogue, runner: Runner, limits: Limits) -> dict[str, Any]:
    """Name, version, limits, and for every model its description and its state."""
    models = [_described(model, runner) for model in catalogue]
    return {"name": "inference_core.engine", "version": VERSION, "limits": asdict(limits), "models": models}


def _described(model: Model, runner: Runner) -> dict[str, Any]:
    details = runner.details(model)
    return {
        "id": model.id,
        "tasks": [task.id for task in model.tasks],
        "engine": details.engine,
        "level": model.level,
        "can": words.text(model.can),
        "cannot": words.text(model.cannot),
        "state": runner.state(model),
        "device": details.device,
        "dtype": details.dtype,
        "memory_bytes": details.memory_bytes,
        "licence": model.licence,
    }


def tasks(catalogue: Catalogue) -> dict[str, Any]:
    """The models of each task, the recommended one first, as in the Hub's /api/tasks."""
    return {
        task: {
            "id": task,
            "models": [{"id": model.id, "description": words.text(model.about)} for model in models],
            "widgetModels": [model.id for model in models],
        }
        for task, models in catalogue.by_task().items()
    }


def model_list(catalogue: Catalogue) -> dict[str, Any]:
    """All ids, without duplicates, as in OpenAI's /v1/models."""
    return {"object": "list", "data": [model_entry(id) for id in catalogue.ids()]}


def model_entry(id: str) -> dict[str, Any]:
    """One entry of `model_list`."""
    return {"id": id, "object": "model", "created": 0, "owned_by": id.partition("/")[0]}
