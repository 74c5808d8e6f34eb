"""What the engine says about itself and its models, in the Hub's format, in OpenAI's and in its own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from inference_core import __version__, words
from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import CannotLoad, Model
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner


def absence(model: Model) -> CannotLoad | None:
    """The error for a request to a model with a missing package."""
    missing = model.missing()
    if missing is None:
        return None
    return CannotLoad("package_missing", model=model.id, package=missing.name, command=missing.command)


def info(catalogue: Catalogue, runner: Runner, limits: Limits) -> dict[str, Any]:
    """Name, version, limits, and for every model its description and its state."""
    models = [_described(model, runner) for model in catalogue]
    return {"name": "inference_core.engine", "version": __version__, "limits": asdict(limits), "models": models}


def _described(model: Model, runner: Runner) -> dict[str, Any]:
    details = runner.details(model)
    absent = absence(model)
    return {
        "id": model.id,
        "tasks": [task.id for task in model.tasks],
        "engine": details.engine,
        "level": model.level,
        **_abilities(model, words.ENGLISH),
        "translations": {code: _abilities(model, code) for code in words.LANGUAGES if code != words.ENGLISH},
        "state": "absent" if absent else runner.state(model),
        "reason": str(absent) if absent else None,
        "device": details.device,
        "dtype": details.dtype,
        "memory_bytes": details.memory_bytes,
        "load_seconds": details.load_seconds,
        "licence": model.licence,
        "sizes": {name: most for name, most in asdict(model.sizes).items() if most is not None},
        "languages": {name: list(codes) for name, codes in model.languages.items()},
    }


def _abilities(model: Model, language: str) -> dict[str, str]:
    return {"can": words.template(model.can, language), "cannot": words.template(model.cannot, language)}


def tasks(by_task: Mapping[str, Sequence[Model]]) -> dict[str, Any]:
    """The models of each task, the recommended one first, as in the Hub's /api/tasks."""
    return {
        task: {
            "id": task,
            "models": [{"id": model.id, "description": words.text(model.about)} for model in models],
            "widgetModels": [model.id for model in models],
        }
        for task, models in by_task.items()
    }


def model_list(catalogue: Catalogue) -> dict[str, Any]:
    """All ids, without duplicates, as in OpenAI's /v1/models."""
    return {"object": "list", "data": [model_entry(id) for id in catalogue.ids()]}


def model_entry(id: str) -> dict[str, Any]:
    """One entry of `model_list`."""
    return {"id": id, "object": "model", "created": 0, "owned_by": id.partition("/")[0]}
