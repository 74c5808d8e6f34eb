"""models.toml: which models of the Hub, or of a folder, an operator adds to the engine."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

_EXAMPLE = 'task = "text-classification"'
_COMMIT = r"^[0-9a-f]{40}$"


class UnusableModels(ValueError):
    """The file cannot be read, or says what cannot be; the message is a sentence for whoever starts the engine."""


class RaySpec(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """How many replicas a model has on a Ray cluster, and how much of processors and of a GPU each of them takes."""

    min_replicas: Annotated[int, Meta(ge=0)] = 0
    max_replicas: Annotated[int, Meta(ge=1)] = 1
    num_cpus: Annotated[float, Meta(ge=0)] = 1.0
    num_gpus: Annotated[float, Meta(ge=0)] = 0.0


class ModelSpec(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True, omit_defaults=True):
    """One model.

    `id` is what callers say. `source` is an id of the Hub, a folder or a file, `revision` a full commit of the Hub.
    `family` is the name of a family of models that another package adds; without it, the engine has one for the task.
    """

    id: Annotated[str, Meta(min_length=1)]
    task: str | None = None
    tasks: tuple[str, ...] = ()
    source: str = ""
    revision: Annotated[str, Meta(pattern=_COMMIT)] | None = None
    family: str = ""
    device: str = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    ray: RaySpec = field(default_factory=RaySpec)

    @property
    def served(self) -> tuple[str, ...]:
        """The ids of its tasks."""
        return (*([self.task] if self.task else []), *self.tasks)


class ModelLimits(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """`memory` is in MiB for all models together, None for what the machine has; `idle_unload` in seconds."""

    memory: Annotated[int, Meta(ge=1)] | None = None
    idle_unload: Annotated[float, Meta(gt=0)] = 600.0
    queue: Annotated[int, Meta(ge=0)] = 64


class ModelsFile(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """All of it. `model` has the name that the tables have in the file."""

    model: tuple[ModelSpec, ...] = ()
    limits: ModelLimits = field(default_factory=ModelLimits)


def default_models() -> Path:
    """The list that comes along: for each task a model of the Hub that a laptop can run."""
    return Path(__file__).parent / "default_models.toml"


def read_models(path: Path) -> ModelsFile:
    """The file at `path`; sources that are files or folders become absolute.

    Raises:
        UnusableModels: it is not there, is no TOML, or says what cannot be.
    """
    try:
        read = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), ModelsFile)
    except OSError as error:
        raise UnusableModels(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnusableModels(f"{path} is not TOML: {error}.") from None
    except msgspec.ValidationError as error:
        raise UnusableModels(f"{path} says what cannot be: {error}.") from None
    models = tuple(_with_source(spec, path.parent) for spec in read.model)
    for spec in models:
        if not spec.served:
            raise UnusableModels(f"{path}: the model {spec.id} has no task; say, for instance, {_EXAMPLE}.")
    return msgspec.structs.replace(read, model=models)


def _with_source(spec: ModelSpec, folder: Path) -> ModelSpec:
    source = spec.source or spec.id
    beside = folder / source
    return msgspec.structs.replace(spec, source=str(beside.resolve()) if beside.exists() else source)
