"""The engine's app as a deployment of its own, for clusters that start everything by themselves, such as KubeRay's.

Ray Serve imports `application` and calls it with the arguments in its configuration, `{"models": "/path/models.toml"}`.
The settings are those of the engine's environment, and so is its key.
"""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle
from starlette.types import ASGIApp

from inference_core.engine.catalog import builtin_models
from inference_core.engine.cluster.deployed import Deployed
from inference_core.engine.cluster.deployments import QUIET, deployments
from inference_core.engine.cluster.runner import ClusterRunner
from inference_core.engine.cluster.watch import Watch
from inference_core.engine.limits import Limits, limits_of
from inference_core.engine.models_file import read_models
from inference_core.engine.pretrained import models_of
from inference_core.engine.runners.lanes import LaneRunner
from inference_core.engine.server.access import AccessMiddleware
from inference_core.engine.server.app import create_app
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import ENGINE_KEY, EngineSettings
from inference_core.tokens import trimmed

_AT_ONCE = 1000
"""Requests that Ray passes on at the same time: the app has a limit of its own, and says why it refuses."""


class Ingress:
    """The app, and the built-in models in its process and child processes of it. `handles` are in the file's order."""

    def __init__(self, models: str, *handles: DeploymentHandle) -> None:
        limits, watch = _limits(), Watch()
        added = models_of(read_models(Path(models)))
        deployed = {
            model: Deployed(model, handle, partial(watch.state, handle), limits.deadline)
            for model, handle in zip(added, handles, strict=True)
        }
        runner = ClusterRunner(deployed, LaneRunner(limits), watch.close)
        app = create_app([*added, *builtin_models()], runner, limits)
        self._app = AccessMiddleware(app, None, trimmed(os.environ.get(ENGINE_KEY, "")) or None)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        return self._app


def application(arguments: Mapping[str, Any]) -> Application:
    """The app and the models of the file that `arguments` name. Raises UnusableModels."""
    path = str(arguments["models"])
    found = deployments(read_models(Path(path)), _limits())
    ingress: Any = serve.deployment(serve.ingress()(Ingress)).options(
        name="Engine", max_ongoing_requests=_AT_ONCE, ray_actor_options={"num_cpus": 1}, logging_config=QUIET
    )
    bound: Application = ingress.bind(path, *[one.application for one in found])
    return bound


def _limits() -> Limits:
    settings, _ = read_settings(EngineSettings, [], program="engine", about="", notes="")
    return limits_of(settings)
