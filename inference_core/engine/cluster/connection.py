"""The engine's process on a cluster: it starts Ray on this machine or joins a cluster, and has the models run there."""

import contextlib
import logging
import os
import socket
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import ray
from ray import serve
from ray.exceptions import RayError

from inference_core.engine.cluster.deployed import Deployed
from inference_core.engine.cluster.deployments import QUIET, Deployment, deployments
from inference_core.engine.cluster.runner import ClusterRunner
from inference_core.engine.cluster.watch import Watch
from inference_core.engine.contract import Model
from inference_core.engine.limits import Limits
from inference_core.engine.models_file import ModelsFile, UnusableModels
from inference_core.engine.runners.contract import Runner
from inference_core.settings.description import ENGINE_KEY

_FOLDER_OF_THE_PACKAGE = Path(__file__).parents[3]
_OBJECT_STORE = 256 * 2**20
"""Bytes of memory for what is sent, on a cluster of this machine alone. Ray would take a third of all memory."""
_SECONDS_TO_CONNECT = 5.0
_TRIES = "RAY_gcs_server_port_wait_time_s"
_WRONG_TOKEN = "InvalidAuthToken"  # noqa: S105  # what Ray says then, in the text of an error


class NoCluster(Exception):
    """The cluster that the operator named cannot be joined; the message is a sentence for whoever starts the engine."""


def on_cluster(file: ModelsFile, address: str, limits: Limits) -> tuple[list[Model], Callable[[Runner], ClusterRunner]]:
    """The models of the file, and what starts them: on the cluster at `address`, or on a new one of this machine.

    It takes the runner of all other models; the one it makes stops what was started when it is closed.

    Raises:
        UnusableModels: the file says what cannot be.
        NoCluster: by the second, the cluster cannot be joined.
    """
    found = deployments(file, limits)
    if not found:
        raise UnusableModels("The file of --models names no model.")
    return [one.model for one in found], partial(_started, found, address, limits)


def _started(found: Sequence[Deployment], address: str, limits: Limits, here: Runner) -> ClusterRunner:
    _connect(address)
    serve.start(proxy_location="Disabled", logging_config=QUIET)
    # A model that does not start must keep nobody from using the others.
    handles = serve.run_many(
        [serve.RunTarget(one.application, one.name, route_prefix=None, logging_config=QUIET) for one in found],
        wait_for_applications_running=False,
    )
    watch = Watch()
    deployed = {
        one.model: Deployed(one.model, handle, partial(watch.state, handle), limits.deadline)
        for one, handle in zip(found, handles, strict=True)
    }
    return ClusterRunner(deployed, here, partial(_leave, watch, [one.name for one in found], address))


def _connect(address: str) -> None:
    with _environment():
        if address:
            _join(address)
        else:
            _start()
    logging.getLogger("ray.serve").setLevel(logging.WARNING)


def _join(address: str) -> None:
    host, _, port = address.rpartition(":")
    if port.isdecimal():
        # Ray itself asks for minutes.
        try:
            socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_CONNECT).close()
        except OSError as error:
            raise NoCluster(f"There is no Ray cluster at {address}: {error.strerror or 'nobody answers'}.") from None
    os.environ.setdefault(_TRIES, "5")
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.WARNING)
    except (ConnectionError, RayError) as error:
        if _WRONG_TOKEN in "".join(traceback.format_exception(error)):
            raise NoCluster(f"The Ray cluster at {address} has another token: set RAY_AUTH_TOKEN_PATH.") from None
        raise NoCluster(f"There is no Ray cluster at {address}.") from None


def _start() -> None:
    # That it asks for a token, which is what it says, is as it should be: it listens on all addresses.
    logging.getLogger("ray._private.authentication").setLevel(logging.ERROR)
    ray.init(
        "local",
        include_dashboard=False,
        object_store_memory=_OBJECT_STORE,
        log_to_driver=False,
        logging_level=logging.WARNING,
    )


@contextlib.contextmanager
def _environment() -> Iterator[None]:
    """What Ray's processes inherit: where this package is, no key of the engine's, and nothing that is reported."""
    key = os.environ.pop(ENGINE_KEY, None)
    places = filter(None, [str(_FOLDER_OF_THE_PACKAGE), os.environ.get("PYTHONPATH")])
    os.environ["PYTHONPATH"] = os.pathsep.join(places)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # A question that comes after the end must not start another cluster.
    os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
    try:
        yield
    finally:
        if key is not None:
            os.environ[ENGINE_KEY] = key


def _leave(watch: Watch, names: Sequence[str], address: str) -> None:
    watch.close()
    if address:  # otherwise they end with their cluster
        for name in names:
            with contextlib.suppress(Exception):  # the cluster may have gone
                serve.delete(name, _blocking=False)
    ray.shutdown()
