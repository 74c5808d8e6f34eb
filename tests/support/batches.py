"""Batches without a page: rows of texts or files, and the real handler of their buttons."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from tasks.gallery.backend import Backend, url_backend
from tasks.gallery.batch.panel import Panel, shown
from tasks.gallery.batch.rows import Batch, Batches, Row, State
from tasks.gallery.batch.run import batch_handler
from tasks.gallery.batch.sources import many_of
from tasks.gallery.pictures import Pictures
from tasks.gallery.running import Runner
from tasks.registry import Task, all_tasks
from tests.support.upstream import Answer, Upstream


def task_named(id: str) -> Task:
    return next(task for task in all_tasks() if task.id == id)


class Pressed:
    """A batch of one task in a tab, and what its buttons do. Other inputs are `given` by name."""

    def __init__(
        self, backend: Backend, task_id: str, values: Sequence[str | Path], batches: Batches | None = None, **given: Any
    ) -> None:
        self.task = task_named(task_id)
        self.backend = backend
        self.batches = batches or Batches(backend)
        self._runner = Runner(self.task, backend, Pictures())
        self._given = given
        rows = [Row(str(one), (_name(one),), _name(one)) for one in values]
        takes_files = isinstance(values[0], Path)
        self.batch: Batch = self.batches.new(self.task, takes_files=takes_files)
        self.batch.fill(["Input"], rows)

    def press(self, again: State | None = None) -> Any:
        """The updates that a button causes."""
        parameter = many_of(self.task)
        assert parameter
        values = [self._given.get(one.name) for one in (*self.task.inputs, *self.task.parameters)]
        values.insert(len(self.task.inputs), self._given.get("model", ""))
        return batch_handler(self._runner, self.batches, parameter, again)(self.batch, *values)

    async def run(self, again: State | None = None) -> Panel:
        """What the panel shows when all is over."""
        async for _ in self.press(again):
            pass
        return shown(self.batch)

    def states(self) -> list[str]:
        return [str(row.state) for row in self.batch.rows]


def _name(value: str | Path) -> str:
    return value.name if isinstance(value, Path) else value


def on(upstream: Upstream, task_id: str, values: Sequence[str | Path], timeout: float = 5.0, **given: Any) -> Pressed:
    return Pressed(url_backend(upstream.url, token=None, timeout=timeout), task_id, values, **given)


def asked(upstream: Upstream) -> list[str]:
    """The inputs that were asked, in order."""
    return [json.loads(body)["inputs"] for _, _, body in upstream.requests]


Faulty = Callable[[web.Request], Awaitable[web.StreamResponse]]


def fails_at(wrong: Callable[[str], bool], fault: Faulty, answer: object, pause: float = 0.0) -> Answer:
    """The same answer for each text, except those that get the fault."""

    async def answering(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        text = json.loads(await request.read())["inputs"]
        if pause:
            await asyncio.sleep(pause)
        return await fault(request) if wrong(text) else web.json_response(answer)

    return answering


def status(code: int, message: str = "Out of order.", **headers: str) -> Faulty:
    async def fault(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": message}, status=code, headers=headers)

    return fault


async def cut_off(request: web.Request) -> web.StreamResponse:
    """The connection ends in the middle of an answer."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"[")
    assert request.transport
    request.transport.close()
    return response
