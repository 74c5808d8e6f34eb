"""Two machines: what is killed under load costs the calls that it was computing, and no others."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from tests.support import processes, ray_nodes
from tests.support.processes import Server
from tests.support.ray_nodes import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(ray_nodes.REFUSED), reason=ray_nodes.REFUSED)]

PATH = "/models/tiny/labels"
SENT = {"inputs": "the weather is nice"}
CALLERS = 6
_SECONDS_TO_LOAD = 20.0
"""For the second process, when the first answers: it cannot be asked by itself."""

REPLICA = "ray::ServeReplica:tiny-labels"
MODELS = """
[limits]
queue = 16

[[model]]
id = "tiny/labels"
task = "text-classification"
source = "labels"
[model.ray]
min_replicas = 2
max_replicas = 2
"""


@dataclass(slots=True)
class Load:
    """Calls of several callers who ask again and again, and never repeat a call: when each began, and its outcome."""

    outcomes: list[tuple[float, int, str]] = field(default_factory=list)

    @property
    def failed(self) -> list[tuple[float, int, str]]:
        return [outcome for outcome in self.outcomes if outcome[1] != 200]

    async def call(self, session: aiohttp.ClientSession) -> None:
        begun = time.monotonic()
        async with session.post(PATH, json=SENT) as response:
            said = await response.json()
            code = "" if response.status == 200 else f"{said['code']} {said['error_type']}"
            self.outcomes.append((begun, response.status, code))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with ray_nodes.two_nodes() as started:
        yield started


@pytest.fixture(scope="module")
def engine(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("tiny")
    subprocess.run([sys.executable, "-m", "tests.support.tiny.catalogue", folder], check=True, cwd=processes.ROOT)
    listed = folder / "two.toml"
    listed.write_text(MODELS)
    with processes.engine("--models", str(listed), "--ray", cluster.address, **cluster.variables) as server:
        yield server


def test_with_another_token_nothing_is_told_or_started(cluster: Cluster, tmp_path: Path) -> None:
    listed = tmp_path / "models.toml"
    listed.write_text(MODELS)
    command = [sys.executable, "-m", "inference_core.engine", "--models", str(listed), "--ray", cluster.address]
    environment = processes.clean_environment(**{**cluster.variables, **ray_nodes.token_variables()})
    ended = subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    said = f"The Ray cluster at {cluster.address} has another token: set RAY_AUTH_TOKEN_PATH."
    assert ended.stderr.strip().splitlines()[-1] == said


@asynccontextmanager
async def load(engine: Server) -> AsyncIterator[Load]:
    seen, over = Load(), asyncio.Event()

    async def caller(session: aiohttp.ClientSession) -> None:
        while not over.is_set():
            await seen.call(session)

    async with aiohttp.ClientSession(engine.url) as session:
        callers = [asyncio.ensure_future(caller(session)) for _ in range(CALLERS)]
        try:
            yield seen
        finally:
            over.set()
            await asyncio.gather(*callers)


async def ready(engine: Server) -> None:
    async with aiohttp.ClientSession(engine.url) as session:
        while True:
            async with session.post(PATH, json=SENT) as response:
                if response.status == 200:
                    return
            await asyncio.sleep(0.5)


async def until(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.1)


def check(seen: Load, killed: float, what: str) -> None:
    """What failed had begun before, and says that its process has ended; it is shown with `-s`."""
    after = [outcome for outcome in seen.outcomes if outcome[0] > killed]
    print(f"{what}: {len(seen.outcomes)} calls, {len(seen.failed)} failed, {len(after)} begun after it")
    assert len(seen.failed) <= CALLERS
    assert {(status, code) for _, status, code in seen.failed} <= {(503, "engine_process_ended overloaded")}
    assert all(begun <= killed for begun, _, _ in seen.failed)
    assert len(after) > 10 * CALLERS


async def test_what_is_killed_costs_the_calls_in_flight(cluster: Cluster, engine: Server) -> None:
    await ready(engine)
    await until(lambda: cluster.processes(REPLICA, far=True) and cluster.processes(REPLICA, far=False))
    await asyncio.sleep(_SECONDS_TO_LOAD)

    async with load(engine) as seen:
        await asyncio.sleep(2)
        (replica,) = cluster.processes(REPLICA, far=True)
        killed = time.monotonic()
        os.kill(replica, signal.SIGKILL)
        await until(lambda: set(cluster.processes(REPLICA, far=True)) - {replica})
        print(f"another process after {time.monotonic() - killed:.1f} s")
        await asyncio.sleep(_SECONDS_TO_LOAD)
    check(seen, killed, "a process")

    async with load(engine) as seen:
        (replica,) = cluster.processes(REPLICA, far=True)
        used = ray_nodes.cpu_seconds(replica)
        await until(lambda: ray_nodes.cpu_seconds(replica) > used + 0.2)
        killed = time.monotonic()
        cluster.kill_far_machine()
        await asyncio.sleep(10)
    check(seen, killed, "a machine")
