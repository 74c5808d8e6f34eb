"""Runs of visitors: what is counted, who pays, what they read, and what the log does not say."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from inference_core.json_log import JsonFormatter
from inference_core.tokens import Secret
from tasks.gallery import pacing
from tasks.gallery.backend import Backend, url_backend
from tasks.gallery.batch.rows import Batches
from tasks.gallery.pictures import Pictures
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.figures import Now
from tasks.gallery.room.line import Line
from tasks.gallery.room.paid_calls import PaidCalls
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.room import Room
from tasks.gallery.room.visitors import Visitor
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tests.support.batches import Pressed, task_named
from tests.support.upstream import Answer, Upstream, answers, serving, tokens

LABELS = [{"label": "good", "score": 0.9}]
ANNA, BEN = Visitor("192.0.2.1", "anna"), Visitor("192.0.2.1", "ben")
OPERATOR = Visitor("192.0.2.1", "operator", is_operator=True)
NOW = Now(running=0, waiting=0, visitors=0, paid_calls=0, engine_bytes=None)


@asynccontextmanager
async def running(answer: Answer, task: str = "text-classification", **shared: Any) -> AsyncIterator["Running"]:
    """A runner of a task, which this upstream answers."""
    async with serving(answer) as upstream:
        backend = url_backend(upstream.url, token="operators", timeout=5)
        yield Running(Runner(task_named(task), backend, Pictures(), Room(**shared)), upstream)
        await backend.disconnect()


class Running:
    """Runs of visitors."""

    def __init__(self, runner: Runner, upstream: Upstream) -> None:
        self.runner = runner
        self.upstream = upstream
        self.backend: Backend = runner.backend

    async def run(self, visitor: Visitor | None = ANNA, run: Run | None = None, **asked: Any) -> None:
        arguments = {self.runner.task.inputs[0].name: "a secret text"}
        wanted = Asked(arguments, None, visitor=visitor)
        turn = self.runner.pictures.turn()
        async for _ in self.runner.views(run or Run(), turn, replace(wanted, **asked), waits_for_limits=True):
            pass

    def figures(self) -> list[str]:
        return list(self.runner.room.figures.lines(NOW))


def slow(started: asyncio.Event, go: asyncio.Event) -> Answer:
    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        started.set()
        await go.wait()
        return web.json_response(LABELS)

    return answer


async def test_who_waits_reads_its_place_and_the_operator_goes_first() -> None:
    started, go = asyncio.Event(), asyncio.Event()
    async with running(slow(started, go), line=Line(1)) as one:
        first = asyncio.create_task(one.run())
        await started.wait()
        waits, last = Run(), Run()
        others = [asyncio.create_task(one.run(BEN, run)) for run in (waits, last)]
        await asyncio.sleep(0.05)
        assert "● place 1 of 2 in the queue" in waits.running() and "place 2 of 2" in last.running()
        operator = asyncio.create_task(one.run(OPERATOR))
        await asyncio.sleep(0.05)
        assert "place 2 of 3" in waits.running()
        go.set()
        await asyncio.gather(first, operator, *others)
    assert "queue" not in waits.running() and len(one.upstream.requests) == 4


async def test_calls_that_the_operator_pays_for_end_and_those_of_others_go_on() -> None:
    async with running(answers(LABELS), calls=PaidCalls(2)) as one:
        await one.run()
        await one.run(BEN)
        with pytest.raises(PutOff) as told:
            await one.run(BEN)
        assert "used up for today" in told.value.explain()
        await one.run(OPERATOR)
        await one.run(None)
    assert len(one.upstream.requests) == 4


async def test_who_brings_a_token_to_hosted_models_pays_for_the_call() -> None:
    async with running(answers(LABELS), calls=PaidCalls(1)) as one:
        hosted = Running(replace(one.runner, backend=replace(one.backend, kind="hosted")), one.upstream)
        for _ in range(3):
            await hosted.run(token=Secret("hf_callers"))
        await hosted.run()
        with pytest.raises(PutOff):
            await hosted.run()


async def test_each_row_of_a_batch_is_a_call_and_the_cap_pauses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "visitor", lambda *_: ANNA)
    async with serving(answers(LABELS)) as upstream:
        pressed = Pressed(url_backend(upstream.url, token=None, timeout=5), "text-classification", ["a"] * 20)
        pressed._runner = replace(pressed._runner, room=Room(calls=PaidCalls(7)))
        panel = await pressed.run()
        await pressed.backend.disconnect()
    assert len(upstream.requests) == 7 and pressed.states().count("done") == 7
    assert panel["state"] == "paused" and "used up for today" in panel["line"]


async def test_a_batch_of_50_rows_is_slowed_down_and_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "visitor", lambda *_: ANNA)
    async with serving(answers(LABELS)) as upstream:
        backend = url_backend(upstream.url, token=None, timeout=5)
        limits = Allowances(at_once=1, a_minute=1200)
        limits._of(ANNA)[0].left = 10.0
        pressed = Pressed(backend, "text-classification", ["a"] * 50, Batches(backend))
        pressed._runner = replace(pressed._runner, room=Room(limits))
        lines = [update["line"] async for update in pressed.press()]
        await backend.disconnect()
    assert pressed.states() == ["done"] * 50 and len(upstream.requests) == 50
    assert any("slowed down to 1200 rows a minute" in line for line in lines)


async def test_files_are_fetched_by_runs_that_may_begin_and_few_at_once() -> None:
    fetching, most, go = 0, 0, asyncio.Event()

    async def fetch() -> Mapping[str, Any]:
        nonlocal fetching, most
        fetching += 1
        most = max(most, fetching)
        await go.wait()
        fetching -= 1
        return {}

    async with running(answers(LABELS), allowances=Allowances(at_once=8), downloads=Line(10)) as one:
        runs = [asyncio.create_task(one.run(fetch=fetch)) for _ in range(8)]
        await asyncio.sleep(0.05)
        assert fetching == 5  # half of the places
        views = one.runner.views(Run(), one.runner.pictures.turn(), Asked({}, None, visitor=ANNA, fetch=fetch))
        with pytest.raises(PutOff):  # a program
            await anext(views)
        runs += [asyncio.create_task(one.run(Visitor("192.0.2.7"), fetch=fetch)) for _ in range(8)]
        await asyncio.sleep(0.05)
        go.set()
        await asyncio.gather(*runs)
    assert most == 10 and len(one.upstream.requests) == 16


async def test_runs_are_counted_by_task_and_outcome_and_errors_by_code() -> None:
    async with running(answers(LABELS)) as one:
        await one.run()
        one.upstream.begin_again(answers({"error": "a secret reason"}, 422))
        with pytest.raises(Exception, match="secret reason"):
            await one.run()
        one.upstream.begin_again(answers({"error": "a secret reason"}, 500))
        with pytest.raises(Exception, match="secret reason"):
            await one.run()
        one.runner.room.closing.begin()
        with pytest.raises(PutOff):
            await one.run()
    text = "\n".join(one.figures())
    counted = dict(re.findall(r'runs_total\{task="text-classification",outcome="(\w+)"\} (\d+)', text))
    assert counted == {"done": "1", "refused": "1", "failed": "1", "put_off": "1"}
    assert set(re.findall(r'errors_total\{code="(\w+)"\} 1', text)) == {"http_422", "http_other", "gallery_closing"}
    assert "secret" not in text and "192.0.2" not in text


async def test_who_leaves_is_counted_as_stopped_and_a_first_token_with_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "TICK", 0.05)
    async with running(tokens(3, 0.01), "text-generation") as one:
        await one.run()
        one.upstream.begin_again(tokens(1000, 0.01))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await one.run()
        await asyncio.sleep(0)
    text = "\n".join(one.figures())
    assert 'gallery_runs_total{task="text-generation",outcome="done"} 1' in text
    assert 'gallery_runs_total{task="text-generation",outcome="stopped"} 1' in text
    assert "gallery_first_token_seconds_count 2" in text
    assert one.runner.room.closing.runs == 0


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """What the log of runs gets, as with `--log json`."""
    found: list[logging.LogRecord] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    logger, handler = logging.getLogger("tasks.runs"), Handler()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("typed", "logged"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct:groq", "meta-llama/Llama-3.1-8B-Instruct:groq"),
        ("gpt-4o", "gpt-4o"),
        ("", ""),
        ("https://models.example.com/secret", "at a URL"),
        ("my password is hunter2", "another"),
        ("anna@example.com", "another"),
        ("a" * 500, "another"),
        ("org/model\nlevel=info", "another"),
    ],
)
def test_of_what_was_typed_as_a_model_only_an_id_is_logged(
    records: list[logging.LogRecord], typed: str, logged: str
) -> None:
    with Room().noted("text-classification", None, lambda: typed):
        pass
    assert json.loads(JsonFormatter().format(records[0]))["model"] == logged


async def test_the_log_has_a_line_of_json_for_each_run_without_content(records: list[logging.LogRecord]) -> None:
    async with running(answers(LABELS)) as one:
        await one.run()
        one.upstream.begin_again(answers({"error": "a secret reason"}, 500))
        with pytest.raises(Exception, match="secret reason"):
            await one.run()
    first, second = (JsonFormatter().format(record) for record in records)
    facts = json.loads(first)
    assert facts["task"] == "text-classification" and facts["outcome"] == "done" and facts["code"] is None
    assert facts["seconds"] >= 0 and facts["visitor"] == ANNA.name and facts["model"] == "at a URL"
    assert json.loads(second)["code"] == "http_other"
    assert not re.search(r"secret|192\.0\.2|127\.0\.0\.1", first + second)
