"""The child processes of lanes: work that nobody wants any more ends for real, and others do not lose their answers."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
import pytest

from inference_core.engine.contract import CannotAnswer, Finish, Token
from inference_core.engine.inputs import Columns, Upload
from inference_core.engine.limits import Limits
from inference_core.engine.runners import calls
from inference_core.engine.runners.contract import Busy, DeadlineExceeded
from inference_core.engine.runners.lane import BrokenModel, LaneEnded
from inference_core.engine.runners.lanes import LaneRunner
from inference_core.engine.runners.messages import packed, unpacked
from inference_core.engine.server.bodies.parsing import parse_task_body
from tests.support import in_process, processes
from tests.support.heavy import MODEL, PATH, Body
from tests.support.models import catalogue, with_samples

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
LIMITS = Limits(threads=4, waiting=4, deadline=20)


@asynccontextmanager
async def running(limits: Limits = LIMITS, idle: float | None = None) -> AsyncIterator[LaneRunner]:
    runner = LaneRunner(limits, idle=idle)
    try:
        yield runner
    finally:
        runner.close()


async def ask(runner: LaneRunner, inputs: str) -> object:
    return msgspec.json.decode((await runner.run(MODEL, "scripted", Body(inputs))).content)


async def started(runner: LaneRunner) -> object:
    """The process id of the child, which has been started; that takes longer than some deadlines here."""
    await asyncio.to_thread(runner.load, [MODEL])
    return await ask(runner, "pid")


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.02)


async def test_it_answers_from_a_process_of_its_own_which_all_calls_share() -> None:
    async with running() as runner:
        assert runner.state(MODEL) == "unloaded"
        first, second = await ask(runner, "pid"), await ask(runner, "pid")
        assert first == second != os.getpid()
        assert (runner.state(MODEL), runner.details(MODEL).engine) == ("ready", "heavy engine")


async def test_refusals_and_failures_arrive_and_the_process_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as runner:
        pid = await ask(runner, "pid")
        with pytest.raises(CannotAnswer, match="9 characters, more than 8"):
            await ask(runner, "refuse")
        with pytest.raises(BrokenModel) as failed:
            await ask(runner, "fail a secret")
        assert "secret" not in repr(failed.value) + caplog.text
        assert await ask(runner, "pid") == pid


async def test_what_a_library_prints_does_not_reach_the_pipe_and_the_key_not_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INFERENCE_ENGINE_KEY", "a-secret-key")
    async with running() as runner:
        assert await ask(runner, "print something") == "something"
        assert await ask(runner, "environment INFERENCE_ENGINE_KEY") == ""


@linux
@pytest.mark.parametrize("endless", ["spin", "lock"])
async def test_a_computation_past_its_deadline_ends_for_real_and_the_next_call_is_answered(endless: str) -> None:
    async with running(Limits(threads=2, waiting=0, deadline=1)) as runner:
        pid = await started(runner)
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await ask(runner, endless)
        assert 0.9 < time.monotonic() - begun < 2
        await until(lambda: not processes.is_running(pid), 3)
        assert await started(runner) != pid


@linux
async def test_the_calls_of_others_in_a_killed_process_are_repeated() -> None:
    async with running(Limits(threads=4, waiting=0, deadline=6)) as runner:
        pid = await started(runner)
        endless = asyncio.create_task(ask(runner, "spin"))
        await asyncio.sleep(5)
        others = [asyncio.create_task(ask(runner, "sleep 2.5")) for _ in range(2)]
        with pytest.raises(DeadlineExceeded):
            await endless
        answers = {str(answer) for answer in await asyncio.gather(*others)}
        assert len(answers) == 1 and str(pid) not in answers.pop()


async def test_a_call_that_ends_its_process_fails_and_the_others_are_answered(tmp_path: Path) -> None:
    async with running() as runner:
        await ask(runner, "pid")
        others = [asyncio.create_task(ask(runner, "sleep 0.5")) for _ in range(3)]
        await asyncio.sleep(0.2)
        with pytest.raises(LaneEnded):
            await ask(runner, "die")
        assert all("slept" in str(answer) for answer in await asyncio.gather(*others))
        file = tmp_path / "die"
        file.touch()
        assert await ask(runner, f"die-once {file}") == "alive"


async def test_kill_ends_the_process_and_the_call_in_it_is_repeated() -> None:
    async with running() as runner:
        pid = await ask(runner, "pid")
        call = asyncio.create_task(ask(runner, "sleep 0.5"))
        await asyncio.sleep(0.2)
        runner.kill(MODEL)
        answer = str(await call)
        assert "slept" in answer and str(pid) not in answer
        runner.kill(MODEL)
        assert await ask(runner, "pid")


@linux
async def test_when_the_caller_leaves_the_computation_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_PATIENCE_WITH_LEAVERS", 0.3)
    async with (
        running() as runner,
        in_process.hosting([MODEL], LIMITS, runner) as url,
        aiohttp.ClientSession(url) as http,
    ):
        pid = await ask(runner, "pid")
        with pytest.raises(TimeoutError):
            async with http.post(PATH, json={"inputs": "spin"}, timeout=aiohttp.ClientTimeout(0.5)):
                pass
        await until(lambda: not processes.is_running(pid), 3)


async def test_work_that_asks_whether_it_is_wanted_ends_without_its_process(tmp_path: Path) -> None:
    file = tmp_path / "steps"
    async with running(Limits(threads=1, waiting=1, deadline=20)) as runner:
        pid = await started(runner)
        call = asyncio.create_task(ask(runner, f"steps {file}"))
        await until(file.exists)
        call.cancel()
        assert await asyncio.wait_for(ask(runner, "pid"), calls._PATIENCE_WITH_LEAVERS / 2) == pid


async def test_work_that_has_not_begun_is_dropped_without_killing_the_process() -> None:
    async with running(Limits(threads=1, waiting=3, deadline=20)) as runner:
        pid = await ask(runner, "pid")
        first = asyncio.create_task(ask(runner, "sleep 1"))
        await asyncio.sleep(0.2)
        waiting = [asyncio.create_task(ask(runner, "die")) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(Busy):
            await ask(runner, "pid")
        for call in waiting:
            call.cancel()
        assert "slept" in str(await first)
        await asyncio.sleep(0.1)
        assert await asyncio.gather(*(ask(runner, "pid") for _ in range(4))) == [pid] * 4


async def test_it_starts_in_any_folder_whatever_lies_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    async with running() as runner:
        assert await ask(runner, "pid")
        assert await ask(runner, "folder") == str(tmp_path)


async def test_it_ends_when_idle_and_starts_again() -> None:
    async with running(idle=0.4) as runner:
        pid = await ask(runner, "pid")
        assert await ask(runner, "sleep 1") == f"slept in {pid}"
        await until(lambda: runner.state(MODEL) == "unloaded")
        assert await ask(runner, "pid") != pid


# Streams


async def tokens_of(runner: LaneRunner, inputs: str) -> list[Token | Finish]:
    return [item async for batch in runner.iterate(MODEL, "scripted", Body(inputs, stream=True)) for item in batch]


async def test_a_stream_arrives_in_order_and_complete() -> None:
    async with running() as runner:
        *tokens, last = await tokens_of(runner, "count 2000")
        assert [token.id for token in tokens if isinstance(token, Token)] == list(range(2000))
        (only,) = await tokens_of(runner, "count 0")
        for finish in (last, only):
            assert isinstance(finish, Finish) and finish.seconds is not None
            assert (finish.reason, finish.prompt_tokens) == ("length", 1)


async def test_tokens_are_handed_over_as_they_are_made() -> None:
    async with running() as runner:
        await ask(runner, "pid")
        begun = time.monotonic()
        async with aclosing(runner.iterate(MODEL, "scripted", Body("count 50 0.2"))) as stream:
            assert len(await anext(stream)) == 1
        assert time.monotonic() - begun < 1
        await asyncio.sleep(0.3)
        # Its place and its thread are free again, and the process still runs.
        assert await asyncio.gather(*(ask(runner, "sleep 0") for _ in range(8)))


async def test_a_stream_that_has_begun_is_not_repeated_and_one_that_has_not_is() -> None:
    async with running() as runner:
        stream = runner.iterate(MODEL, "scripted", Body("count 100 0.05"))
        await anext(stream)
        other = asyncio.create_task(tokens_of(runner, "count 2 0.7"))
        await asyncio.sleep(0.3)
        runner.kill(MODEL)
        with pytest.raises(LaneEnded):
            async for _ in stream:
                pass
        assert [type(item) for item in await other] == [Token, Token, Finish]


async def test_the_deadline_counts_for_the_whole_stream_and_not_for_each_batch() -> None:
    async with running(Limits(threads=1, waiting=0, deadline=1)) as runner:
        await started(runner)
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await asyncio.wait_for(tokens_of(runner, "count 1000 0.1"), 5)
        assert 0.8 < time.monotonic() - begun < 1.8


async def test_a_stream_whose_process_ends_says_so_to_its_caller() -> None:
    async with (
        running() as runner,
        in_process.hosting([MODEL], LIMITS, runner) as url,
        aiohttp.ClientSession(url) as http,
        http.post(PATH, json={"inputs": "die 3 0.05", "stream": True}) as response,
    ):
        events = (await response.read()).split(b"\n\n")
        assert response.status == 200 and b"engine_failed_midway" in events[-2]
        async with http.post(PATH, json={"inputs": "die"}) as failed:
            assert failed.status == 500 and (await failed.json())["code"] == "engine_failed"


# Nothing stays behind


PARENT = """
import asyncio, time
from inference_core.engine.limits import Limits
from inference_core.engine.runners.lanes import LaneRunner
from tests.support.heavy import MODEL, Body

async def main():
    runner = LaneRunner(Limits())
    print((await runner.run(MODEL, "scripted", Body("pid"))).content.decode(), flush=True)
    asyncio.create_task(runner.run(MODEL, "scripted", Body("spin")))
    await asyncio.sleep(60)
asyncio.run(main())
"""


async def held(runner: LaneRunner, pixels: int, seconds: float = 0.1) -> list[float]:
    """When a call began to hold so many pixels, and when it ended."""
    return await ask(runner, f"picture {pixels} {seconds}")  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("pixels", "at_once"), [(8_000_000, 1), (5_000_000, 2), (4_500_000, 2), (90_000_000, 1), (4_000_000, 4)]
)
async def test_calls_hold_no_more_pixels_together_than_one_picture_may_have(pixels: int, at_once: int) -> None:
    async with running(Limits(threads=4, waiting=4, deadline=20, pixels=10_000_000)) as runner:
        await started(runner)
        times = await asyncio.gather(*(held(runner, pixels, 0.2) for _ in range(4)))
        most = max(sum(start <= begun < end for start, end in times) for begun, _ in times)
        assert min(at_once, 2) <= most <= at_once


async def test_who_waits_for_others_with_large_pictures_may_leave_and_small_ones_do_not_wait() -> None:
    async with running(Limits(threads=2, waiting=4, deadline=20, pixels=10_000_000)) as runner:
        pid = await started(runner)
        first = asyncio.create_task(held(runner, 8_000_000, 1))
        await asyncio.sleep(0.2)
        leaving = [asyncio.create_task(held(runner, 8_000_000)) for _ in range(3)]
        await asyncio.sleep(0.2)
        _, small_end = await held(runner, 1_000_000, 0)
        for call in leaving:
            call.cancel()
        last_begun, _ = await held(runner, 8_000_000)
        _, first_end = await first
        assert small_end < first_end < last_begun < first_end + 0.3
        assert await ask(runner, "pid") == pid


@linux
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_engine(number: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT]
    environment = processes.clean_environment(PYTHONPATH=str(processes.ROOT))
    with subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.send_signal(number)
        parent.wait(5)
        end = time.monotonic() + 3
        while processes.is_running(pid):
            assert time.monotonic() < end
            time.sleep(0.02)


@pytest.mark.parametrize("model", [model for model in catalogue() if model.lane], ids=lambda model: model.id)
def test_every_body_survives_the_way_to_the_child(model: object) -> None:
    for task in model.tasks:  # type: ignore[attr-defined]
        sent = msgspec.json.encode(with_samples(task.answered_example))
        body = parse_task_body(sent, task, Limits())
        assert packed(unpacked(packed(body), task.body, Limits())) == packed(body)


class Table(msgspec.Struct):
    table: Columns
    file: Upload


def test_tables_and_files_survive_it_too() -> None:
    sent = Table(Columns({"a": [1, "2", None]}), Upload(b"\0\xff", Limits()))
    body = unpacked(packed(sent), Table, Limits(pixels=5))
    assert isinstance(body.table, Columns) and body.table == sent.table
    assert (body.file.content, body.file.limits.pixels) == (b"\0\xff", 5)
