"""Which models have a process that can answer, as Ray Serve says it."""

import logging
import threading
from collections.abc import Iterator
from functools import partial

from ray import serve
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import DeploymentStatusOverview

from inference_core.engine.runners.contract import State
from inference_core.private_log import where_raised

_SECONDS = 1.0
"""How often it is asked. A call to a process that has ended meanwhile waits for another within its deadline."""

_log = logging.getLogger(__name__)


class Watch:
    """Asks in a thread of its own until it is closed, because requests and `/info` must not wait for it."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], State] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._ask_again_and_again, name="cluster-watch", daemon=True)
        self._thread.start()

    def state(self, handle: DeploymentHandle) -> State:
        return self._states.get((handle.app_name, handle.deployment_name), "unloaded")

    def close(self) -> None:
        self._closing.set()
        self._thread.join(_SECONDS)

    def _ask_again_and_again(self) -> None:
        while not self._closing.is_set():
            try:
                self._states = dict(_states())
            except Exception as error:
                if not self._closing.is_set():
                    _log.warning("The cluster does not say what runs: %s", where_raised(error))
            self._closing.wait(_SECONDS)


def _states() -> Iterator[tuple[tuple[str, str], State]]:
    for name, application in serve.status().applications.items():
        for deployment, status in application.deployments.items():
            yield (name, deployment), _state(status)


def _state(status: DeploymentStatusOverview) -> State:
    count = partial(_count, status)
    if count("RUNNING"):
        return "ready"
    if status.status == "DEPLOY_FAILED":
        return "failed"
    return "loading" if count("STARTING") or count("PENDING_MIGRATION") else "unloaded"


def _count(status: DeploymentStatusOverview, state: str) -> int:
    return int(status.replica_states.get(state, 0))
