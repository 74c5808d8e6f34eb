"""A rehearsal runs examples as the page does: what comes out otherwise, or breaks in a view, shows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tasks.acceptable import Acceptable, Labelled, Refused
from tasks.gallery import outputs
from tasks.gallery.backend import url_backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.rehearsal.rehearsal import Outcome, Row, pieces, rehearse
from tasks.gallery.rehearsal.stage import Stage
from tasks.gallery.running import Runner
from tasks.registry import Task, all_tasks
from tests.support.upstream import Answer, Upstream, serving

TASKS = {task.id: task for task in all_tasks()}
LABELS = [{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]


def classifying(*accepted: Acceptable | None) -> Task:
    """Text classification with an example for each of these expectations."""
    examples = [[f"text {at}"] for at in range(len(accepted))]
    return replace(TASKS["text-classification"], examples=examples, accepted=accepted)


async def labels(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    return web.json_response(LABELS)


async def refusing(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    return web.json_response({"error": "This model reads no prose."}, status=422)


@asynccontextmanager
async def staged(answer: Answer, tasks: Sequence[Task]) -> AsyncIterator[Stage]:
    async with serving(answer) as upstream:
        backend = url_backend(upstream.url, token=None, timeout=5)
        try:
            yield Stage([Runner(task, backend, Pictures()) for task in tasks], guarded_download(backend, 1))
        finally:
            await backend.disconnect()


async def rows(answer: Answer, *tasks: Task) -> list[Row]:
    async with staged(answer, tasks) as stage:
        done = [one async for one in rehearse(stage, pieces(tasks), 2)]
    return sorted((one.row for one in done), key=lambda row: row.example)


async def test_an_answer_passes_if_it_has_what_the_example_declares() -> None:
    found = await rows(labels, classifying(None, Labelled(["positive"]), Labelled(["neutral"]), Refused()))
    assert [row.outcome for row in found] == [Outcome.PASSED, Outcome.PASSED, Outcome.WRONG, Outcome.WRONG]
    assert [row.sentence for row in found] == [
        "POSITIVE 90%",
        "POSITIVE 90%",
        "the best label is to be “neutral”, and is POSITIVE",
        "it was answered, but is to be refused",
    ]
    assert all(row.seconds > 0 and row.task == "text-classification" for row in found)


async def test_a_refusal_passes_only_where_it_is_declared() -> None:
    refused, wanted = await rows(refusing, classifying(None, Refused()))
    assert (refused.outcome, wanted.outcome) == (Outcome.REFUSED, Outcome.PASSED)
    assert "This model reads no prose." in refused.sentence and "<" not in refused.sentence


async def test_a_server_that_fails_is_said_and_the_others_go_on() -> None:
    async def failing_once(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if "text 0" in await request.text():
            return web.json_response({"error": "Out of <paper>"}, status=500)
        return web.json_response(LABELS)

    failed, passed = await rows(failing_once, classifying(None, None))
    assert (failed.outcome, passed.outcome) == (Outcome.FAILED, Outcome.PASSED)
    assert "Out of <paper>" in failed.sentence


async def test_a_fault_in_a_view_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(view: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(outputs, "score_bars", broken)
    (row,) = await rows(labels, classifying(None))
    assert row.outcome is Outcome.FAILED and row.sentence


async def test_an_example_that_cannot_be_filled_in_fails_and_the_others_go_on(tmp_path: Path) -> None:
    task = TASKS["image-classification"]
    broken = replace(task, examples=[[tmp_path / "gone.png"], task.examples[0]], accepted=[None, None])
    failed, passed = await rows(labels, broken)
    assert (failed.outcome, passed.outcome) == (Outcome.FAILED, Outcome.PASSED)
    assert "FileNotFoundError" in failed.sentence


async def test_what_is_not_in_a_recording_is_no_refusal() -> None:
    async def not_recorded(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return web.json_response({"error": "This is not in the recording.", "code": "not_recorded"}, status=404)

    (row,) = await rows(not_recorded, classifying(Refused()))
    assert row.outcome is Outcome.FAILED and "not in the recording" in row.sentence


async def test_a_stream_has_the_time_of_its_first_token() -> None:
    async def story(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        event = 'data: {"token": {"id": 1, "text": " there", "logprob": -0.1, "special": false}}\n\n'
        return web.Response(text=event, content_type="text/event-stream")

    task = replace(TASKS["text-generation"], examples=[["Once"]], accepted=[None])
    (row,) = await rows(story, task)
    assert row.outcome is Outcome.PASSED and row.sentence == "Once there"
    assert row.first_token is not None and 0 < row.first_token <= row.seconds


async def test_files_go_the_way_of_the_page() -> None:
    got: list[int] = []

    async def seen(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        got.append(len(await request.read()))
        return web.json_response(LABELS)

    task = replace(TASKS["image-classification"], accepted=[None, None])
    found = await rows(seen, task)
    assert [row.outcome for row in found] == [Outcome.PASSED] * 2 and min(got) > 1000


async def test_who_stops_it_leaves_nothing_running() -> None:
    asked: list[Any] = []

    async def slow(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        asked.append(request)
        return web.json_response(LABELS)

    tasks = [classifying(*[None] * 8)]
    async with staged(slow, tasks) as stage:
        running = rehearse(stage, pieces(tasks), 1)
        await anext(running)
        await running.aclose()
        assert len(asked) < 8
