"""The local engine for what was not recorded, also where a model was asked that the engine does not have."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from inference_core.client import AsyncInferenceClient
from inference_core.engine.process import EngineProcess
from inference_core.engine.relay import MODEL_PATH, EngineRelay
from inference_core.errors import InferenceError
from inference_core.recording.canonical import target
from inference_core.recording.format import Entry
from inference_core.recording.reading import Recording
from inference_core.replay.read_body import body_again
from inference_core.settings.description import EngineSettings

_CHAT = "v1/chat/completions"
_CONVERSATIONAL = "conversational"


class Fallback:
    """An ASGI app for a route with a `path`: the engine, which starts with it. Close it at the end.

    Who asks for a model that the engine does not have gets the engine's own for the same task.
    """

    def __init__(self, settings: EngineSettings, recording: Recording) -> None:
        self._engine = EngineProcess(settings)
        self._engine.start()
        self._relay = EngineRelay(self._engine.url, self._engine.key, lambda model: nullcontext())
        self._client = AsyncInferenceClient(token=self._engine.key.reveal(), endpoint="http://127.0.0.1")
        self._tasks = tasks_of_models(recording)
        self._own: tuple[Collection[str], Mapping[str, str]] | None = None
        self._asking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, body = scope["path_params"]["path"], await Request(scope, receive).body()
        with suppress(InferenceError):  # of an engine that does not answer; the relay says so
            path, body = replaced(path, body, self._tasks, *await self._models())
        await self._relay({**scope, "path_params": {"path": path}}, body_again(body, receive), send)

    async def disconnect(self) -> None:
        await self._relay.close()
        await self._client.close()

    def close(self) -> None:
        self._engine.close()

    async def _models(self) -> tuple[Collection[str], Mapping[str, str]]:
        """The ids of the engine's models, and the recommended ones by task."""
        async with self._asking:
            if self._own is None:
                client = self._client.with_options(endpoint=await self._engine.url())
                described = (await client.get_endpoint_info()).get("models", [])
                self._own = {one["id"] for one in described}, await client.recommended_models()
        return self._own


class _Listed(msgspec.Struct, rename="camel"):
    widget_models: list[str] = []


def tasks_of_models(recording: Recording) -> dict[str, str]:
    """The task of each model that was asked while it was recorded, or that was recommended then."""
    tasks: dict[str, str] = {}
    for entry in recording.entries:
        if target(entry.request.url) == "/api/tasks":
            for task, models in _recommended(recording.body(entry)).items():
                tasks |= dict.fromkeys(models.widget_models, task)
    return tasks | _asked(recording.entries)


def replaced(
    path: str, body: bytes, tasks: Mapping[str, str], known: Collection[str], recommended: Mapping[str, str]
) -> tuple[str, bytes]:
    """The path and body of a request, with the recommended model for its task in place of one that is not known."""
    found = MODEL_PATH.fullmatch(path)
    if found is not None:
        rest = found["rest"] or ""
        task = _CONVERSATIONAL if rest.endswith("/chat/completions") else tasks.get(found["model"], "")
        model = found["model"] if found["model"] in known else recommended.get(task, found["model"])
        return f"models/{model}{rest}", body
    if path != _CHAT or _CONVERSATIONAL not in recommended:
        return path, body
    try:
        asked: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return path, body
    if not isinstance(asked, dict) or asked.get("model") in known:
        return path, body
    return path, msgspec.json.encode({**asked, "model": recommended[_CONVERSATIONAL]})


def _recommended(answer: bytes) -> dict[str, _Listed]:
    try:
        return msgspec.json.decode(answer, type=dict[str, _Listed])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _asked(entries: Sequence[Entry]) -> dict[str, str]:
    return {entry.model: entry.task for entry in entries if entry.model and entry.task}
