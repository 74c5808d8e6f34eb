"""Models of a cluster in the test's own process: Ray Serve's local testing mode, without a cluster."""

from collections.abc import Iterable

from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle

from inference_core.engine.cluster.deployed import Deployed
from inference_core.engine.cluster.replica import Replica
from inference_core.engine.cluster.runner import ClusterRunner
from inference_core.engine.contract import Model
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import State
from inference_core.engine.runners.lanes import LaneRunner


def handle_of(application: Application) -> DeploymentHandle:
    """A handle of a deployment that runs in a thread of this process."""
    return serve.run(application, route_prefix=None, _local_testing_mode=True)


def replica_of(model: Model, limits: Limits) -> Application:
    """A process of the model as a deployment."""
    assert model.lane is not None
    deployment = serve.deployment(Replica).options(name="replica", max_ongoing_requests=8)
    application: Application = deployment.bind(model.lane.module, model.lane.made_from, model.id, limits)
    return application


def runner_of(
    models: Iterable[tuple[Model, DeploymentHandle]], limits: Limits, state: State = "ready"
) -> ClusterRunner:
    """What calls these handles, and runs all other models as usual."""
    deployed = {model: Deployed(model, handle, lambda: state, limits.deadline) for model, handle in models}
    return ClusterRunner(deployed, LaneRunner(limits))
