"""How the models of a models.toml run with Ray Serve: a deployment each, with as many processes as they are called."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ray import serve
from ray.serve import Application
from ray.serve.schema import LoggingConfig

from inference_core.engine.cluster.replica import Replica
from inference_core.engine.contract import Model
from inference_core.engine.limits import Limits
from inference_core.engine.models_file import ModelLimits, ModelsFile, RaySpec, UnusableModels
from inference_core.engine.pretrained import models_of
from inference_core.engine.runners.loads import MOST_CRASHES

QUIET = LoggingConfig(log_level="WARNING", enable_access_log=False)

_AT_ONCE = 4
"""Calls that a process has at the same time: it computes one, but streams take turns. They are lost with it."""

_WANTED_AT_ONCE = 2
"""Calls per process above which another process is started."""

_SECONDS_BEFORE_MORE = 5.0
_HEALTH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Deployment:
    """A model, the name of its deployment, and what Ray Serve runs."""

    model: Model
    name: str
    application: Application


def deployments(file: ModelsFile, limits: Limits) -> list[Deployment]:
    """One for each model of the file. Raises UnusableModels."""
    models = models_of(file)
    rays = [spec.ray for spec in file.model]
    return [
        Deployment(model, name, _application(model, name, ray, file.limits, limits))
        for model, ray, name in zip(models, rays, _names(models), strict=True)
    ]


def _application(model: Model, name: str, ray: RaySpec, file: ModelLimits, limits: Limits) -> Application:
    if model.lane is None:
        raise TypeError(f"{model.id} has no lane.")
    deployment: Any = serve.deployment(Replica).options(
        name=name,
        ray_actor_options={"num_cpus": ray.num_cpus, "num_gpus": ray.num_gpus},
        autoscaling_config=_scaling(model, ray, file),
        max_ongoing_requests=_AT_ONCE,
        max_queued_requests=max(1, file.queue),
        max_constructor_retry_count=MOST_CRASHES,
        health_check_period_s=_HEALTH_SECONDS,
        # A process that is to go may answer first.
        graceful_shutdown_timeout_s=limits.deadline,
        logging_config=QUIET,
    )
    application: Application = deployment.bind(model.lane.module, model.lane.made_from, model.id, limits)
    return application


def _scaling(model: Model, ray: RaySpec, file: ModelLimits) -> dict[str, Any]:
    if ray.min_replicas > ray.max_replicas:
        least, most = ray.min_replicas, ray.max_replicas
        raise UnusableModels(f"The model {model.id} has min_replicas = {least}, more than max_replicas = {most}.")
    return {
        "min_replicas": ray.min_replicas,
        "max_replicas": ray.max_replicas,
        "target_ongoing_requests": _WANTED_AT_ONCE,
        "upscale_delay_s": _SECONDS_BEFORE_MORE,
        "downscale_delay_s": file.idle_unload,
    }


def _names(models: Sequence[Model]) -> Iterator[str]:
    """A name for each, the same whenever the engine starts: what already runs under it goes on."""
    taken: set[str] = set()
    for model in models:
        plain = re.sub(r"[^A-Za-z0-9]+", "-", model.id).strip("-")
        name = next(name for name in _numbered(plain) if name not in taken)
        taken.add(name)
        yield name


def _numbered(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1
