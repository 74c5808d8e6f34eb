"""What goes wrong on a cluster reaches the caller as the engine's own errors, and no call is made twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from ray.exceptions import ActorDiedError, ActorUnavailableError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError

from inference_core.engine.cluster import replica
from inference_core.engine.cluster.replica import Replica
from inference_core.engine.cluster.runner import ClusterRunner
from inference_core.engine.cluster.wire import decoded
from inference_core.engine.contract import CannotAnswer, CannotLoad, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Busy, DeadlineExceeded, Loading
from inference_core.engine.runners.lane import BrokenModel
from inference_core.engine.runners.messages import packed
from tests.support import in_process
from tests.support.cluster import handle_of, replica_of, runner_of
from tests.support.heavy import MODEL, PATH, Body

LIMITS = Limits(threads=4, waiting=4, deadline=2)


@pytest.fixture
async def runner() -> AsyncIterator[ClusterRunner]:
    handle = await asyncio.to_thread(handle_of, replica_of(MODEL, LIMITS))
    made = runner_of([(MODEL, handle)], LIMITS)
    yield made
    made.close()


async def ask(runner: ClusterRunner, inputs: str) -> object:
    return msgspec.json.decode((await runner.run(MODEL, "scripted", Body(inputs))).content)


async def test_a_refusal_arrives_with_its_words_and_a_failure_without(
    runner: ClusterRunner, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(CannotAnswer, match="9 characters, more than 8"):
        await ask(runner, "refuse")
    with pytest.raises(BrokenModel) as failed:
        await ask(runner, "fail a secret")
    assert "secret" not in repr(failed.value) + caplog.text
    assert await ask(runner, "print hello") == "hello"


async def test_work_ends_at_its_deadline_and_when_its_caller_leaves(runner: ClusterRunner, tmp_path: Path) -> None:
    late = tmp_path / "late"
    with pytest.raises(DeadlineExceeded):
        await ask(runner, f"steps {late}")
    await ended(late)
    left = tmp_path / "left"
    asking = asyncio.ensure_future(ask(runner, f"steps {left}"))
    await until(left.exists)
    asking.cancel()
    await ended(left)
    assert await ask(runner, "print hello") == "hello"


async def test_a_stream_that_is_left_makes_room_for_the_next_call(runner: ClusterRunner) -> None:
    async with aclosing(runner.iterate(MODEL, "scripted", Body("count 1000 0.01"))) as batches:
        async for batch in batches:
            assert any(isinstance(item, Token) for item in batch)
            break
    begun = time.monotonic()
    assert await ask(runner, "print hello") == "hello"
    assert time.monotonic() - begun < 1


class Broken:
    """In the place of a handle: every call ends with an error, and is counted."""

    def __init__(self, error: BaseException, after: int = 0) -> None:
        self.error, self.after, self.calls = error, after, 0
        self.answer = self.tokens = self
        self.about = Asked(self)

    def options(self, **options: Any) -> "Broken":
        return self

    def remote(self, *arguments: Any) -> "Response":
        self.calls += 1
        return Response(self)


class Asked:
    """What the process says of itself, which is no call."""

    def __init__(self, handle: Broken) -> None:
        self.handle, self.times = handle, 0

    def remote(self) -> "Response":
        self.times += 1
        return Response(self.handle)


class Response:
    def __init__(self, handle: Broken) -> None:
        self.handle, self.given = handle, 0

    def __await__(self) -> Any:
        raise self.handle.error
        yield

    def __aiter__(self) -> "Response":
        return self

    async def __anext__(self) -> bytes:
        if self.given == self.handle.after:
            raise self.handle.error
        self.given += 1
        return b"".join([await self._batch()])

    async def _batch(self) -> bytes:
        made = Replica("tests.support.heavy", "", MODEL.id, LIMITS)
        async with aclosing(made.tokens("scripted", packed(Body("count 3 0.05")))) as batches:
            return await anext(batches)

    def cancel(self) -> None:
        raise RuntimeError


ERRORS: list[tuple[BaseException, type[Exception], str]] = [
    (BackPressureError(4, 4), Busy, "engine_full"),
    (ActorDiedError(), Busy, "engine_process_ended"),
    (ActorUnavailableError("gone", None), Busy, "engine_process_ended"),
    (asyncio.CancelledError(), Busy, "engine_process_ended"),
    (DeploymentUnavailableError("x"), CannotLoad, "model_crashes"),
]


@pytest.mark.parametrize(("error", "expected", "code"), ERRORS)
async def test_what_ray_raises_is_an_error_of_the_engine_and_nothing_is_repeated(
    error: BaseException, expected: type[Exception], code: str
) -> None:
    handle: Any = Broken(error)
    runner = runner_of([(MODEL, handle)], LIMITS)
    with pytest.raises(expected) as raised:
        await ask(runner, "pid")
    assert getattr(raised.value, "code", "") == code
    assert handle.calls == 1
    runner.close()


async def test_a_traceback_of_rays_is_not_passed_on() -> None:
    handle: Any = Broken(RayTaskError("answer", "a secret", ValueError("a secret")))
    runner = runner_of([(MODEL, handle)], LIMITS)
    with pytest.raises(BrokenModel) as failed:
        await ask(runner, "pid")
    assert "secret" not in repr(failed.value)
    assert failed.value.__suppress_context__
    runner.close()


async def test_over_http_a_death_and_a_full_queue_are_503_and_a_broken_stream_says_so() -> None:
    for error, code in ((ActorDiedError(), "engine_process_ended"), (BackPressureError(4, 4), "engine_full")):
        async with serving(Broken(error)) as session, session.post(PATH, json={"inputs": "pid"}) as response:
            assert response.status == 503 and response.headers["Retry-After"] == "1"
            said = await response.json()
            assert (said["code"], said["error_type"]) == (code, "overloaded")
    broken = Broken(ActorDiedError(), after=1)
    sent = {"inputs": "count 3", "stream": True}
    async with serving(broken) as session, session.post(PATH, json=sent) as response:
        *_, last = (await response.text()).strip().splitlines()
    assert "engine_process_ended" in last and broken.calls == 1


def serving(handle: Any) -> Any:
    return _Serving(handle)


class _Serving:
    def __init__(self, handle: Any) -> None:
        self._hosted = in_process.hosting([MODEL], LIMITS, runner_of([(MODEL, handle)], LIMITS))

    async def __aenter__(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(await self._hosted.__aenter__())
        return self._session

    async def __aexit__(self, *raised: Any) -> None:
        await self._session.close()
        await self._hosted.__aexit__(*raised)


async def test_without_a_process_the_caller_is_told_how_long_and_one_is_asked_for() -> None:
    handle: Any = Broken(ActorDiedError())
    runner = runner_of([(MODEL, handle)], LIMITS, "unloaded")
    with pytest.raises(Loading) as told:
        await ask(runner, "pid")
    assert told.value.estimated_time > 1 and runner.state(MODEL) == "loading"
    await asyncio.sleep(0.05)
    assert (handle.about.times, handle.calls) == (1, 0) and runner.state(MODEL) == "unloaded"
    runner.close()


async def test_a_process_that_computes_what_nobody_wants_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Replica("tests.support.heavy", "", MODEL.id, LIMITS)
    monkeypatch.setattr(replica, "_PATIENCE", 0.1)
    asking = asyncio.ensure_future(made.answer("scripted", packed(Body("sleep 1"))))
    await asyncio.sleep(0.2)
    made.check_health()
    asking.cancel()
    await asyncio.sleep(0.2)
    with pytest.raises(RuntimeError):
        made.check_health()
    assert decoded(await made.answer("scripted", packed(Body("pid"))))
    made.check_health()


async def until(condition: Callable[[], bool], seconds: float = 3) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.02)


async def ended(file: Path) -> None:
    """Wait until nothing more is written to the file."""
    await asyncio.sleep(0.3)
    last = file.read_text()
    await asyncio.sleep(0.2)
    assert file.read_text() == last
