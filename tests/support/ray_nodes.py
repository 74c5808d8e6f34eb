"""A Ray cluster of two machines that share a kernel: one in this network namespace, one in another. Needs root."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import ROOT, clean_environment, is_running

HEAD, WORKER = "10.77.0.1", "10.77.0.2"
NAMESPACE, LINK, FAR_END = "ray-test", "ray-test-0", "ray-test-1"
REFUSED = "" if shutil.which("ip") and os.geteuid() == 0 else "needs root and iproute2"
_READY_SECONDS = 60.0


def processes_with(word: str) -> list[int]:
    """The processes of all machines whose command line has a word in it."""
    return [pid for pid, command in _commands() if word in command]


def cpu_seconds(pid: int) -> float:
    """What the process has computed so far."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def token_variables() -> dict[str, str]:
    """What all processes of a cluster with a new token need in their environment."""
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYTHONPATH": str(ROOT),
    }


@dataclass(slots=True)
class Cluster:
    """`address` of its head, and the environment that reaches it."""

    address: str
    variables: dict[str, str]
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def processes(self, word: str, *, far: bool) -> list[int]:
        """The processes of the far machine or of this one whose command line has a word in it."""
        beyond = set(_pids_of_namespace())
        return [pid for pid in processes_with(word) if (pid in beyond) == far]

    def kill_far_machine(self) -> None:
        """All of its processes at once, as if the machine was switched off, but for what its kernel says to others."""
        for pid in _pids_of_namespace():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def two_nodes() -> Iterator[Cluster]:
    """A head with one processor here, and a machine with one processor beyond a cable."""
    cluster = Cluster(f"{HEAD}:{_free_port()}", token_variables())
    port = cluster.address.rpartition(":")[2]
    with _cable():
        try:
            _start(cluster, [], "--head", f"--node-ip-address={HEAD}", f"--port={port}", "--include-dashboard=false")
            _start(
                cluster,
                ["ip", "netns", "exec", NAMESPACE],
                f"--address={cluster.address}",
                f"--node-ip-address={WORKER}",
            )
            yield cluster
        finally:
            _end(cluster)


def _start(cluster: Cluster, before: list[str], *options: str) -> None:
    ray = str(Path(sys.executable).with_name("ray"))
    command = [*before, ray, "start", "--block", "--num-cpus=1", "--object-store-memory=100000000", *options]
    raylets = len(_raylets())
    environment = clean_environment(**cluster.variables)
    cluster.started.append(
        subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    )
    until = time.monotonic() + _READY_SECONDS
    while len(_raylets()) == raylets:
        assert time.monotonic() < until, "Ray does not start"
        time.sleep(0.2)
    time.sleep(3)  # it is there, and now joins


def _end(cluster: Cluster) -> None:
    below = [pid for process in cluster.started for pid in descendants(process.pid)]
    for process in reversed(cluster.started):
        process.terminate()
    for process in reversed(cluster.started):
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    # What `--ray auto` would take for a cluster.
    Path("/tmp/ray/ray_current_cluster").unlink(missing_ok=True)  # noqa: S108
    for pid in {*below, *_pids_of_namespace()}:
        if is_running(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def _cable() -> Iterator[None]:
    near, far = ["ip"], ["ip", "-n", NAMESPACE]
    _run("ip", "netns", "add", NAMESPACE)
    try:
        _run(*near, "link", "add", LINK, "type", "veth", "peer", "name", FAR_END, "netns", NAMESPACE)
        _run(*near, "addr", "add", f"{HEAD}/24", "dev", LINK)
        _run(*near, "link", "set", LINK, "up")
        _run(*far, "addr", "add", f"{WORKER}/24", "dev", FAR_END)
        _run(*far, "link", "set", FAR_END, "up")
        _run(*far, "link", "set", "lo", "up")
        yield
    finally:
        _run("ip", "netns", "del", NAMESPACE)  # and the cable with it


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _pids_of_namespace() -> list[int]:
    return [int(pid) for pid in _run("ip", "netns", "pids", NAMESPACE).split()]


def _commands() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield int(folder.name), folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()


def _raylets() -> list[int]:
    return processes_with("/raylet/raylet ")


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(folder.name))
    found, ahead = [], [pid]
    while ahead:
        below = parents.get(ahead.pop(), [])
        found += below
        ahead += below
    return found
