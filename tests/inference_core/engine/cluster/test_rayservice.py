"""deploy/rayservice.yaml: what Ray Serve reads in it is valid, and what it names is there."""

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve._private.build_app import build_app
from ray.serve.schema import ServeDeploySchema

from inference_core.engine.models_file import read_models
from tests.support.processes import ROOT


@pytest.fixture
def parts() -> dict[str, Any]:
    text = (ROOT / "deploy" / "rayservice.yaml").read_text(encoding="utf-8")
    return {part["kind"]: part for part in yaml.safe_load_all(text)}


@pytest.fixture
def config(parts: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(parts["RayService"]["spec"]["serveConfigV2"])
    return read


def test_rays_own_schema_accepts_what_is_served(config: dict[str, Any]) -> None:
    schema = ServeDeploySchema.model_validate(config)
    (application,) = schema.applications
    assert application.route_prefix == "/"
    assert schema.http_options.request_timeout_s is None


def test_what_it_imports_builds_the_app_and_a_deployment_for_each_model(
    parts: dict[str, Any], config: dict[str, Any], tmp_path: Path
) -> None:
    listed = tmp_path / "models.toml"
    listed.write_text(parts["ConfigMap"]["data"]["models.toml"], encoding="utf-8")
    (application,) = config["applications"]
    module, _, name = application["import_path"].partition(":")
    bound = getattr(importlib.import_module(module), name)({"models": str(listed)})
    built = build_app(bound, name="engine", make_deployment_handle=lambda deployment, app: None)
    assert built.ingress_deployment_name == "Engine"
    (spec,) = read_models(listed).model
    (model,) = (one for one in built.deployments if one.name != "Engine")
    scaling = model._deployment_config.autoscaling_config
    assert (scaling.min_replicas, scaling.max_replicas) == (spec.ray.min_replicas, spec.ray.max_replicas)
    assert model.ray_actor_options["num_gpus"] == spec.ray.num_gpus
    assert model._deployment_config.max_queued_requests == read_models(listed).limits.queue


def test_the_file_of_models_is_where_all_machines_look_for_it_and_they_have_rays_version(
    parts: dict[str, Any], config: dict[str, Any]
) -> None:
    spec = parts["RayService"]["spec"]["rayClusterConfig"]
    assert f"ray[serve]~={spec['rayVersion']}" in (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8")
    assert spec["authOptions"] == {"mode": "token"}
    folder, file = str(config["applications"][0]["args"]["models"]).rsplit("/", 1)
    assert file in parts["ConfigMap"]["data"]
    for group in (spec["headGroupSpec"], *spec["workerGroupSpecs"]):
        pod = group["template"]["spec"]
        (container,) = pod["containers"]
        (mount,) = container["volumeMounts"]
        assert mount["mountPath"] == folder
        (volume,) = (one for one in pod["volumes"] if one["name"] == mount["name"])
        assert volume["configMap"]["name"] == parts["ConfigMap"]["metadata"]["name"]
