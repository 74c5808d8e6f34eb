"""What starts the gallery in containers: each file as its linter or its schema sees it, and what none of them sees."""

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import dockerfile
from tests.support.documents import README, marked_block
from tests.support.processes import ROOT

DOCKERFILE, COMPOSE, KUBERNETES = (ROOT / "deploy" / name for name in ("Dockerfile", "compose.yaml", "kubernetes.yaml"))


def accepts(linter: str, *arguments: str | Path) -> None:
    """The linter of the tests' packages finds nothing."""
    program = shutil.which(linter, path=Path(sys.executable).parent)
    if program is None:
        pytest.skip(f"{linter} is not installed: pip install -r tests/requirements.txt")
    checked = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def documents(path: Path) -> dict[str, Any]:
    return {one["kind"]: one for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))}


def test_hadolint_accepts_the_dockerfile() -> None:
    accepts("hadolint", DOCKERFILE)


def test_the_schema_of_compose_accepts_the_file() -> None:
    accepts("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_the_schemas_of_kubernetes_accept_the_manifests() -> None:
    accepts("kubernetes-validate", "--strict", KUBERNETES)


def test_the_image_is_installed_by_the_readme_s_command() -> None:
    build, _ = dockerfile.stages(dockerfile.read(DOCKERFILE))
    commands = [line.removesuffix(" &&") for line in marked_block(README, "run").strip().splitlines()[:-1]]
    assert " && ".join(commands) in [one.value for one in build.instructions if one.name == "RUN"]


def test_the_image_holds_every_file_that_a_run_needs_and_runs_as_a_user_of_its_own() -> None:
    build, last = dockerfile.stages(dockerfile.read(DOCKERFILE))
    copied = {source for one in build.instructions if one.name == "COPY" for source in one.words[:-1]}
    assert {"app.py", "inference_core", "tasks"} <= copied
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert copied == set(allowed)
    assert all((ROOT / path).exists() for path in copied)
    assert re.fullmatch("[1-9][0-9]*:[1-9][0-9]*", last.last("USER").value)


def test_processes_of_compose_and_of_nginx_are_the_same() -> None:
    compose = yaml.safe_load(COMPOSE.read_text())
    services = compose["services"]
    listed = re.findall(r"^ +server (\S+):7860 ", (ROOT / "deploy/nginx/here/processes.conf").read_text(), re.MULTILINE)
    galleries = [one for name, one in services.items() if fnmatch(name, "gallery-*")]
    assert listed == [one["networks"]["default"]["ipv4_address"] for one in galleries] and len(set(listed)) >= 2
    [network] = compose["networks"]["default"]["ipam"]["config"]
    assert all(ip_address(one) in ip_network(network["subnet"]) for one in listed)
    assert all(services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"] for name in services)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout of git")
def test_files_with_secrets_are_not_committed_by_mistake() -> None:
    given = [COMPOSE.parent / path for path in ("gallery.env", "tls/privkey.pem")]
    assert {"./tls:/etc/nginx/tls:ro"} <= set(yaml.safe_load(COMPOSE.read_text())["services"]["proxy"]["volumes"])
    ignored = subprocess.run(["git", "check-ignore", *given], cwd=ROOT, capture_output=True, text=True)
    assert len(ignored.stdout.splitlines()) == len(given)


def test_names_and_ports_of_the_manifests_lead_to_the_gallery() -> None:
    found = documents(KUBERNETES)
    pod = found["Deployment"]["spec"]["template"]
    [gallery] = pod["spec"]["containers"]
    [backend] = [path["backend"] for path in found["Ingress"]["spec"]["rules"][0]["http"]["paths"]]
    [port] = found["Service"]["spec"]["ports"]
    assert backend["service"] == {"name": found["Service"]["metadata"]["name"], "port": {"name": port["name"]}}
    assert found["Service"]["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert {"name": port["targetPort"], "containerPort": 7860} in gallery["ports"]
    assert gallery["securityContext"]["readOnlyRootFilesystem"] and pod["spec"]["securityContext"]["runAsNonRoot"]
    user = dockerfile.stages(dockerfile.read(DOCKERFILE))[-1].last("USER").value
    assert f"{pod['spec']['securityContext']['runAsUser']}:{pod['spec']['securityContext']['runAsGroup']}" == user
