"""What an operator adds to the built-in models: those of a models.toml, in processes here or on a Ray cluster."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inference_core.engine.contract import CannotLoad, Model
from inference_core.engine.limits import Limits
from inference_core.engine.models_file import ModelsFile, UnusableModels, default_models, read_models
from inference_core.engine.packages import PSUTIL, RAY
from inference_core.engine.pretrained import models_of
from inference_core.engine.runners.contract import Runner
from inference_core.engine.runners.memory import MIB, OF_THE_MACHINE, Memory, machine_memory, require_that_each_fits
from inference_core.errors import CodedError

DEFAULT = "default"
"""In place of a path: the list that comes along."""


@dataclass(frozen=True, slots=True)
class Added:
    """The models, and the memory that they may take here, None if there is no limit.

    `started` has them run on a cluster: it takes the runner of the built-in models and gives the one for all.
    """

    models: list[Model]
    memory: Memory | None = None
    started: Callable[[Runner], Runner] = lambda here: here


def added_models(path: str, cluster: str | None, limits: Limits) -> Added:
    """What the file at `path` adds, nothing without one; on the Ray cluster at `cluster` unless that is None.

    Raises:
        SystemExit: with a sentence that says why it cannot be.
    """
    try:
        if not path:
            if cluster is not None:
                raise SystemExit("--ray runs the models of a file: name it with --models.")
            return Added([])
        file = read_models(default_models() if path == DEFAULT else Path(path))
        return _here(file) if cluster is None else _on_cluster(file, cluster, limits)
    except (CannotLoad, UnusableModels) as error:
        raise SystemExit(str(error)) from None


def _here(file: ModelsFile) -> Added:
    models = models_of(file)
    if not models:
        return Added([])
    if PSUTIL.is_missing():
        print("The memory of models is not limited, since psutil is not installed.", file=sys.stderr)
        return Added(models)
    most = int(machine_memory() * OF_THE_MACHINE) if file.limits.memory is None else file.limits.memory * MIB
    require_that_each_fits(models, most)
    return Added(models, Memory(most))


def _on_cluster(file: ModelsFile, address: str, limits: Limits) -> Added:
    if RAY.is_missing():
        raise SystemExit(str(CodedError("ray_not_installed")))
    # Only here: it imports Ray.
    from inference_core.engine.cluster.connection import NoCluster, on_cluster

    models, start = on_cluster(file, address, limits)

    def started(here: Runner) -> Runner:
        try:
            return start(here)
        except NoCluster as error:
            raise SystemExit(str(error)) from None

    return Added(models, started=started)
