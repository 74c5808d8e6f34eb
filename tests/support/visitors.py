"""Visitors of a running app, over the HTTP API that its page and Gradio's client use, and cheap enough to be many."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
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
    """The endpoint of each task, its event's number and how many inputs it has, by its name in the API."""
    openers: dict[str, "Event"]
    """The event that makes what is inside each task's tab, by the task's name in the API."""
    on_load: list["Event"]
    """What opening the page sets off."""
    files: list[str]
    """Files of the gallery that the page loads, below its URL."""
    config: dict[str, Any] = field(repr=False)

    @classmethod
    async def read(cls, url: str) -> "Page":
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{url}/config") as answer:
                config = await answer.json()
            async with http.get(url) as answer:
                page = cls.of(url, config, await answer.text())
            for path in [path for path in page.files if ".js" in path]:
                async with http.get(f"{url}/{path}") as answer:
                    page.files.extend(re.findall(r"fetch\(\"([^\"]+)\"\)", await answer.text()))
        return page

    @classmethod
    def of(cls, url: str, config: dict[str, Any], html: str = "") -> "Page":
        """The page that has this config and this HTML; without the files that its scripts fetch."""
        public = [one for one in config["dependencies"] if one["api_visibility"] == "public"]
        tasks = {one["api_name"]: (one["id"], len(one["inputs"])) for one in public}
        ids = {one["props"].get("elem_id") or "": one["id"] for one in config["components"]}
        openers = {
            name.removeprefix("open-").replace("-", "_"): event
            for name, opener in ids.items()
            if name.startswith("open-")
            for event in Event.of(config, "click", opener)
        }
        files = re.findall("(?:href|src)='([^':]+)'", html)
        return cls(url, tasks, openers, list(Event.of(config, "load")), files, config)


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the page, or of what is in an opened tab: its number, and the components that it is about."""

    number: int
    trigger: int | None
    inputs: list[int]
    outputs: list[int]
    is_queued: bool

    @classmethod
    def of(cls, config: dict[str, Any], name: str, component: int | None = None) -> Iterator["Event"]:
        """The events by this name: of this component, or of any."""
        for one in config["dependencies"]:
            for trigger, event in one["targets"]:
                if event == name and component in (None, trigger):
                    yield cls(one["id"], trigger, one["inputs"], one["outputs"], one["queue"])


@dataclass(slots=True)
class Visitor:
    """One browser tab, or one script, with a session of its own."""

    page: Page
    http: aiohttp.ClientSession
    session: str = field(default_factory=lambda: f"visitor{next(_numbers):06}")
    shown: dict[int, Any] = field(default_factory=dict)
    """What components show that an event has filled, by their number."""

    async def open(self) -> None:
        """Do what a browser does when the page is opened, which also loads files of Gradio's own."""
        for path in ("", *self.page.files):
            async with self.http.get(f"{self.page.url}/{path}") as answer:
                answer.raise_for_status()
                await answer.read()
        for event in self.page.on_load:
            await self.set_off(event)

    async def open_task(self, task: str) -> "OpenedTask":
        """Do what a browser does when a task is opened for the first time."""
        opener = self.page.openers[task]
        body = {"fn_index": opener.number, "trigger_id": opener.trigger, "data": self.given(opener)}
        opened = OpenedTask(self, (await self._post("/run/predict", **body))["render_config"])
        for one in opened.made["components"]:
            self.shown.setdefault(one["id"], one["props"].get("value"))
        for event in Event.of(opened.made, "load"):
            await self.set_off(event)
        return opened

    async def set_off(self, event: Event) -> None:
        """Let an event happen, and show what comes of it."""
        given = self.given(event)
        if event.is_queued:
            values = await self.final(self.queued(event, given))
        else:
            values = await self.trigger(event.number, *given, trigger=event.trigger)
        self.shown.update(zip(event.outputs, values, strict=True))

    def given(self, event: Event) -> list[Any]:
        """What an event gets, if nobody has typed anything."""
        return [self.shown.get(component) for component in event.inputs]

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
        return await self.final(self.messages(task, *values))

    async def final(self, messages: AsyncIterator[dict[str, Any]]) -> list[Any]:
        """The final values that the messages tell."""
        values: list[Any] = []
        async for message in messages:
            if message["msg"] == "process_completed":
                if not message["success"]:
                    raise Failed(message["output"].get("error"))
                values = message["output"]["data"]
        return values

    def messages(self, task: str, *values: Any) -> AsyncIterator[dict[str, Any]]:
        """What the app sends about one run of a task."""
        number, inputs = self.page.tasks[task]
        return self.queued(Event(number, None, [], [], True), [*values, *[None] * (inputs - len(values))])

    async def queued(self, event: Event, data: list[Any]) -> AsyncIterator[dict[str, Any]]:
        """What the app sends about an event that waits in the queue."""
        joined = await self._post("/queue/join", fn_index=event.number, trigger_id=event.trigger, data=data)
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


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A task's tab that a visitor has opened; `made` is what the app has put into it."""

    visitor: Visitor
    made: dict[str, Any] = field(repr=False)

    async def run(self, *values: Any) -> list[Any]:
        """The final values of the outputs, after the inputs were filled in and Run was pressed.

        Raises:
            Failed: the answer was an error, or none.
        """
        return await self.visitor.final(self.messages(*values))

    def messages(self, *values: Any) -> AsyncIterator[dict[str, Any]]:
        """What the app sends about one run."""
        [button] = [one["id"] for one in self.made["components"] if "run" in (one["props"].get("elem_classes") or ())]
        [event] = Event.of(self.made, "click", button)
        return self.visitor.queued(event, [*values, *self.visitor.given(event)[len(values) :]])


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
