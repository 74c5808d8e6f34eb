"""The models of a models.toml, by the families of this package and those that other packages add."""

import importlib
import pkgutil
from functools import cache, partial
from importlib.metadata import entry_points

import msgspec

from inference_core.engine.contract import Apart, CannotLoad, Engine, Lane, Model
from inference_core.engine.models_file import ModelLimits, ModelsFile, ModelSpec, UnusableModels
from inference_core.engine.pretrained import tasks as package
from inference_core.engine.pretrained.at_hand import folder_of, size_of
from inference_core.engine.pretrained.family import Family

FAMILIES = "inference_core.families"
"""The group of entry points by which other packages add families: each names a `Family`."""

_BEFORE_THE_BUILT_IN = -1


def models_of(file: ModelsFile) -> list[Model]:
    """The engine's models for what the file says; none of them is loaded yet.

    Raises:
        UnusableModels: no family has a task, or no single one has all tasks of a model, or one is not there.
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
            apart=Apart(limits.idle_unload, size_of(spec, family.weights)),
        ),
        rank=_BEFORE_THE_BUILT_IN,
    )


def _load(family: Family, spec: ModelSpec) -> Engine:
    at_hand = msgspec.structs.replace(spec, source=str(folder_of(spec, family.weights)))
    try:
        return family.load(at_hand)
    except ValueError as error:
        # There is no class of its own for it.
        if "trust_remote_code" in str(error):
            raise CannotLoad("model_needs_its_code", model=spec.id) from None
        raise


def _family(spec: ModelSpec) -> Family:
    if spec.family:
        return _added_family(spec)
    known = {task.id: family for family in _families() for task in family.tasks}
    for task in spec.served:
        if task not in known:
            raise UnusableModels(f"The model {spec.id} has the task {task}, but there are: {', '.join(sorted(known))}.")
    if len({id(known[task]) for task in spec.served}) > 1:
        raise UnusableModels(f"No model can do {' and '.join(spec.served)} at once: give {spec.id} a table for each.")
    return known[spec.served[0]]


def _added_family(spec: ModelSpec) -> Family:
    """The family of another package that the spec names: `inference_core.families` among its entry points."""
    found = entry_points(group=FAMILIES)
    if spec.family not in found.names:
        known = ", ".join(sorted(found.names)) or "none"
        raise UnusableModels(f"The model {spec.id} is of the family {spec.family}, but those installed are: {known}.")
    try:
        family = found[spec.family].load()
    except Exception as error:
        raise UnusableModels(f"The family {spec.family} cannot be imported: {type(error).__name__}.") from None
    if not isinstance(family, Family):
        raise UnusableModels(f"The family {spec.family} is no {Family.__module__}.Family.")
    lacking = set(spec.served) - {task.id for task in family.tasks}
    if lacking:
        raise UnusableModels(f"The family {spec.family} has no task {' and '.join(sorted(lacking))}.")
    return family


@cache
def _families() -> tuple[Family, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(importlib.import_module(f"{package.__name__}.{name}").FAMILY for name in names)
