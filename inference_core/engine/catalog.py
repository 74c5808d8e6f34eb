"""The models an engine serves, by id and by task. The built-in models are found by scanning their package."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator

from inference_core import words
from inference_core.engine.builtin import models as builtin
from inference_core.engine.contract import Model, ServedTask


class UnusableCatalogue(ValueError):
    """Two models with one id do the same task, or a model has no description; whoever starts the engine reads this."""


class Catalogue:
    """Models by id and by task.

    Raises:
        UnusableCatalogue: two models with one id do the same task, or a model has no description in models.toml.
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = sorted(models, key=lambda model: model.rank)
        self._served: dict[tuple[str, str], tuple[Model, ServedTask]] = {}
        for model in self._models:
            if not words.is_known(model.can):
                raise UnusableCatalogue(f"The model {model.id} has no description: add [{model.words}] to models.toml.")
            for task in model.tasks:
                if (model.id, task.id) in self._served:
                    raise UnusableCatalogue(f"Two models for {task.id} have the id {model.id}: rename one of them.")
                self._served[model.id, task.id] = model, task

    def __iter__(self) -> Iterator[Model]:
        """All models, the recommended ones first."""
        return iter(self._models)

    def ids(self) -> list[str]:
        """All ids, without duplicates."""
        return list(dict.fromkeys(model.id for model in self._models))

    def with_id(self, id: str) -> list[tuple[Model, ServedTask]]:
        """The tasks of the models with this id, its default task first; empty if no model has this id."""
        return [served for (name, _), served in self._served.items() if name == id]

    def find(self, id: str, task: str) -> tuple[Model, ServedTask] | None:
        """The model with this id for this task, or None."""
        return self._served.get((id, task))

    def by_task(self, has_failed: Callable[[Model], bool] = lambda model: False) -> dict[str, list[Model]]:
        """The models of each task, the recommended one first, those last that lack packages or that `has_failed`."""
        found: dict[str, list[Model]] = {}
        is_out = {model: model.missing() is not None or has_failed(model) for model in self._models}
        for model, task in self._served.values():
            found.setdefault(task.id, []).append(model)
        return {task: sorted(models, key=is_out.__getitem__) for task, models in found.items()}


def builtin_models() -> list[Model]:
    """The built-in models, in the order of their modules. None of them is loaded yet."""
    names = sorted(module.name for module in pkgutil.iter_modules(builtin.__path__))
    models: list[Model] = [importlib.import_module(f"{builtin.__name__}.{name}").MODEL for name in names]
    return models
