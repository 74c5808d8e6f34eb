"""The models of a models.toml, by the families of this package."""

import importlib
import pkgutil
from functools import cache, partial

import msgspec

from inference_core.engine.contract import Apart, CannotLoad, Engine, Lane, Model
from inference_core.engine.models_file import ModelLimits, ModelsFile, ModelSpec, UnusableModels
from inference_core.engine.pretrained import tasks as package
from inference_core.engine.pretrained.at_hand import folder_of, weights_of
from inference_core.engine.pretrained.family import Family

_BEFORE_THE_BUILT_IN = -1


def models_of(file: ModelsFile) -> list[Model]:
    """The engine's models for what the file says; none of them is loaded yet.

    Raises:
        UnusableModels: no family has a task, or no single one has all tasks of a model.
    """
    return [_model(spec, file.limits) for spec in file.model]


@cache
def made(spec: str) -> Model:
    """The model of a spec in JSON: what a child process makes of what the engine's process says."""
    return _model(msgspec.json.decode(spec, type=ModelSpec), ModelLimits())


def _model(spec: ModelSpec, limits: ModelLimits) -> Model:
    family = _family(spec)
    served = {task.id: task for task in family.tasks}
    return Model(
        id=spec.id,
        tasks=tuple(served[task] for task in spec.served),
        words=f"pretrained.{spec.served[0]}",
        licence="",
        load=partial(_load, family, spec),
        needs=family.needs,
        lane=Lane(
            f"pretrained {spec.id}",
            __name__,
            made_from=msgspec.json.encode(spec).decode(),
            threads=1,
            waiting=limits.queue,
            apart=Apart(limits.idle_unload, weights_of(spec)),
        ),
        rank=_BEFORE_THE_BUILT_IN,
    )


def _load(family: Family, spec: ModelSpec) -> Engine:
    at_hand = msgspec.structs.replace(spec, source=str(folder_of(spec)))
    try:
        return family.load(at_hand)
    except ValueError as error:
        # There is no class of its own for it.
        if "trust_remote_code" in str(error):
            raise CannotLoad("model_needs_its_code", model=spec.id) from None
        raise


def _family(spec: ModelSpec) -> Family:
    known = {task.id: family for family in _families() for task in family.tasks}
    for task in spec.served:
        if task not in known:
            raise UnusableModels(f"The model {spec.id} has the task {task}, but there are: {', '.join(sorted(known))}.")
    if len({id(known[task]) for task in spec.served}) > 1:
        raise UnusableModels(f"No model can do {' and '.join(spec.served)} at once: give {spec.id} a table for each.")
    return known[spec.served[0]]


@cache
def _families() -> tuple[Family, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}").FAMILY for name in names)
