"""A run that its server puts off: the page tries once more, as late as the server says, and lets everybody see it."""

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest
from aiohttp import web

from inference_core.errors import InferenceHTTPError
from tasks.gallery import pacing
from tasks.gallery.backend import url_backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.run_handler import run_handler
from tasks.gallery.run_report import Run
from tasks.gallery.running import LONGEST_WAIT, Asked, Runner
from tasks.registry import Task, all_tasks
from tests.support.upstream import Answer, Upstream, serving

LABELS = [{"label": "good", "score": 0.9}]
CLASSIFY = next(task for task in all_tasks() if task.id == "text-classification")
TIME_OUT = 0.5
LATER = "0.8"  # longer than a call may last


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The status line is written more often than once a second."""
    monkeypatch.setattr(pacing, "TICK", 0.1)


def putting_off(times: int, status: int = 429, **headers: str) -> Answer:
    """That many answers with a status, and then the labels."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if len(upstream.requests) <= times:
            return web.json_response({"error": "Slow down."}, status=status, headers=headers)
        return web.json_response(LABELS)

    return answer


def runner(upstream: Upstream, task: Task = CLASSIFY) -> Runner:
    return Runner(task, url_backend(upstream.url, token=None, timeout=TIME_OUT), Pictures())


async def updates(runner: Runner) -> AsyncGenerator[Any]:
    handler = run_handler(runner, guarded_download(runner.backend, 1))
    try:
        async for update in handler("a text", "", *[None for _ in runner.task.parameters]):
            yield update
    finally:
        await runner.backend.disconnect()


async def lines(runner: Runner) -> list[str]:
    """What the status line says one after the other; gr.Error if the run fails."""
    return [re.sub("<[^>]*>", "", line) async for _, _, line, *_ in updates(runner)]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_run_is_tried_again_when_the_server_says_however_short_the_time_out(status: int) -> None:
    async with serving(putting_off(1, status, **{"Retry-After": LATER})) as upstream:
        said = await lines(runner(upstream))
    assert any(line.startswith("● the server is busy, one more try in 1 s") for line in said)
    assert said[-1].startswith("✓ done") and len(upstream.requests) == 2


async def test_one_more_try_is_one() -> None:
    async with serving(putting_off(9, **{"Retry-After": LATER})) as upstream:
        with pytest.raises(gr.Error, match=f"Slow down. Wait {LATER} s and run again"):
            await lines(runner(upstream))
    assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    ("status", "headers"),
    [(429, {}), (503, {}), (429, {"Retry-After": str(LONGEST_WAIT + 1)}), (500, {"Retry-After": LATER})],
    ids=["no time", "out of order", "too long to watch", "failed"],
)
async def test_what_nobody_can_wait_for_is_told_at_once(status: int, headers: dict[str, str]) -> None:
    async with serving(putting_off(9, status, **headers)) as upstream:
        with pytest.raises(gr.Error, match="Slow down"):
            await lines(runner(upstream))
    assert len(upstream.requests) == 1


async def test_who_leaves_ends_the_wait() -> None:
    async with serving(putting_off(1, **{"Retry-After": LATER})) as upstream:
        left = updates(runner(upstream))
        async for _, _, line, *_ in left:
            if "one more try" in line:
                break
        await left.aclose()
        await asyncio.sleep(float(LATER) + 0.2)
    assert len(upstream.requests) == 1


async def test_a_run_that_had_an_answer_is_not_begun_again() -> None:
    async def ask_twice(client: Any, text: str, **_: Any) -> Any:
        await client.text_classification(text)
        return await client.text_classification(text)

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        second = len(upstream.requests) == 2
        return await putting_off(9 if second else 0, **{"Retry-After": LATER})(request, upstream)

    async with serving(answer) as upstream:
        with pytest.raises(gr.Error, match="Slow down"):
            await lines(runner(upstream, replace(CLASSIFY, run=ask_twice)))
    assert len(upstream.requests) == 2


@pytest.mark.parametrize("status", [200, 500, 502, 504])
async def test_what_may_have_been_answered_and_paid_for_is_not_sent_again(status: int) -> None:
    async def breaks_off(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"[")
        assert request.transport
        request.transport.close()
        return response

    async with serving(breaks_off) as upstream:
        with pytest.raises(gr.Error):
            await lines(runner(upstream))
        await asyncio.sleep(0.2)
    assert len(upstream.requests) == 1


async def test_a_program_decides_by_itself_when_to_come_back() -> None:
    async with serving(putting_off(1, **{"Retry-After": LATER})) as upstream:
        called = runner(upstream)
        views = called.views(Run(), called.pictures.turn(), Asked({"text": "a text"}, None))
        with pytest.raises(InferenceHTTPError):
            async for _ in views:
                pass
        await called.backend.disconnect()
    assert len(upstream.requests) == 1
