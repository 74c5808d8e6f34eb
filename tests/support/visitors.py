"""Visitors of a running app, over the HTTP API that its page and Gradio's client use, and cheap enough to be many."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

_API = "/gradio_api"
_numbers = count(1)
_SECONDS = aiohttp.ClientTimeout(total=300, connect=120)


class Failed(Exception):
    """A visitor got no answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a visitor's browser knows of the page: the numbers of its events."""

    url: str
    tasks: dict[str, tuple[int, int]]
    """The event of each task's Run button, its number and how many inputs it has, by its name in the API."""
    on_load: list[tuple[int, int]]
    """Number and trigger of each event that opening the page sets off."""
    config: dict[str, Any] = field(repr=False)

    @classmethod
    async def read(cls, url: str) -> "Page":
        async with aiohttp.ClientSession() as http, http.get(f"{url}/config") as answer:
            config = await answer.json()
        events = config["dependencies"]
        public = [one for one in events if one["api_visibility"] == "public"]
        tasks = {one["api_name"]: (one["id"], len(one["inputs"])) for one in public}
        loads = [(one["id"], target[0]) for one in events for target in one["targets"] if target[1] == "load"]
        return cls(url, tasks, loads, config)


@dataclass(slots=True)
class Visitor:
    """One browser tab, or one script, with a session of its own."""

    page: Page
    http: aiohttp.ClientSession
    session: str = field(default_factory=lambda: f"visitor{next(_numbers):06}")

    async def open(self) -> None:
        """Do what a browser does when the page is opened."""
        async with self.http.get(self.page.url) as answer:
            answer.raise_for_status()
            await answer.read()
        for number, trigger in self.page.on_load:
            await self.trigger(number, trigger=trigger)

    @asynccontextmanager
    async def staying(self) -> AsyncIterator[None]:
        """Keep the page open, as the connection tells by which a browser does."""
        async with self.http.get(f"{self.page.url}{_API}/heartbeat/{self.session}", timeout=aiohttp.ClientTimeout()):
            yield

    async def run(self, task: str, *values: Any) -> list[Any]:
        """The final values of the outputs of a task; inputs that are not given are empty.

        Raises:
            Failed: the answer was an error, or none.
        """
        final: list[Any] = []
        async for message in self.messages(task, *values):
            if message["msg"] == "process_completed":
                if not message["success"]:
                    raise Failed(message["output"].get("error"))
                final = message["output"]["data"]
        return final

    async def messages(self, task: str, *values: Any) -> AsyncIterator[dict[str, Any]]:
        """What the app sends about one run of a task."""
        event, inputs = self.page.tasks[task]
        data = [*values, *[None] * (inputs - len(values))]
        joined = await self._post("/queue/join", fn_index=event, data=data)
        address = f"{self.page.url}{_API}/queue/data"
        async with self.http.get(address, params={"session_hash": self.session}) as stream:
            stream.raise_for_status()
            buffered = b""
            async for chunk in stream.content.iter_any():
                *lines, buffered = (buffered + chunk).split(b"\n")
                for line in lines:
                    if not line.startswith(b"data:"):
                        continue
                    message = json.loads(line[5:])
                    if message["msg"] == "unexpected_error":
                        raise Failed(message["message"])
                    if message.get("event_id") in (None, joined["event_id"]):
                        yield message
                    if message["msg"] == "close_stream":
                        return
        raise Failed("The stream ended without an answer.")

    async def trigger(self, event: int, *values: Any, trigger: int | None = None) -> list[Any]:
        """The outputs of an event that does not wait in the queue."""
        answer = await self._post("/run/predict", fn_index=event, trigger_id=trigger, data=list(values))
        outputs: list[Any] = answer["data"]
        return outputs

    async def upload(self, path: Path) -> dict[str, Any]:
        """A file as an input takes it."""
        form = aiohttp.FormData()
        form.add_field("files", path.read_bytes(), filename=path.name)
        async with self.http.post(f"{self.page.url}{_API}/upload", data=form) as answer:
            answer.raise_for_status()
            [stored] = await answer.json()
        return {"path": stored, "meta": {"_type": "gradio.FileData"}}

    async def _post(self, path: str, **body: Any) -> Any:
        body = {"session_hash": self.session, "event_data": None, **body}
        async with self.http.post(f"{self.page.url}{_API}{path}", json=body) as answer:
            if answer.status != 200:
                raise Failed(f"{answer.status}: {await answer.text()}")
            return await answer.json()


@asynccontextmanager
async def visitors(page: Page) -> AsyncIterator["Door"]:
    """Through this door come visitors, each on connections of its own."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=_SECONDS) as http:
        yield Door(page, http)


@dataclass(frozen=True, slots=True)
class Door:
    page: Page
    http: aiohttp.ClientSession

    def visitor(self) -> Visitor:
        return Visitor(self.page, self.http)


@asynccontextmanager
async def pulse(url: str) -> AsyncIterator[list[float]]:
    """Ask for the app's health ten times a second meanwhile; how many seconds each answer took."""
    seconds: list[float] = []
    task = asyncio.create_task(_feel(url, seconds))
    try:
        yield seconds
    finally:
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.wait({task})


async def _feel(url: str, seconds: list[float]) -> None:
    async with aiohttp.ClientSession(timeout=_SECONDS) as http:
        while True:
            started = time.monotonic()
            async with http.get(f"{url}/health") as answer:
                await answer.read()
            seconds.append(time.monotonic() - started)
            await asyncio.sleep(0.1)
