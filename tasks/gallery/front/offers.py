"""Which model answers each task now, and what is known of the models: what the page says live."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from inference_core import AsyncInferenceClient, words
from inference_core.errors import InferenceError
from tasks.gallery.backend import Backend

_KEPT_FOR = 30.0
"""Seconds. Every visitor asks when the page opens."""

_Described = Mapping[str, Mapping[str, Any]]
_Answered = tuple[Mapping[str, str | None], _Described]
"""The recommended model of each task, and what the server says of its models."""


class Note(TypedDict):
    """Who answers a task: the level in words or else the model. `reason` says why nobody does."""

    model: str | None
    level: str | None
    text: str
    reason: str | None


class About(TypedDict):
    """What a model declares of itself, its level also in words; `languages` are codes, by the name of a parameter."""

    tasks: list[str]
    level: str | None
    text: str
    can: str
    cannot: str
    languages: dict[str, list[str]]


class Told(TypedDict):
    """What the page is told: `tasks` by task id, nothing if the backend tells no models; `models` by model id."""

    tasks: dict[str, Note]
    models: dict[str, About]


class Offers:
    """What the backend offers, asked at most every half minute."""

    def __init__(self, backend: Backend, tasks: Iterable[str]) -> None:
        self._backend = backend
        self._tasks = tuple(tasks)
        self._answered: _Answered = ({}, {})
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def told(self) -> Told:
        """What the backend says now. If it does not say which models it recommends, that says nothing of the tasks."""
        async with self._asking:  # once for all who come meanwhile
            if time.monotonic() >= self._until:
                self._answered = await self._ask()
                self._until = time.monotonic() + _KEPT_FOR if self._answered[0] else 0.0
        recommended, described = self._answered
        return Told(
            tasks={task: _note(recommended.get(task), described) for task in self._tasks if recommended},
            models={name: _about(model) for name, model in described.items()},
        )

    async def about(self, task: str, typed: str) -> About | None:
        """What the model declares that would answer a task now: the one that was typed, or else the recommended one."""
        told = await self.told()
        note = told["tasks"].get(task)
        return told["models"].get(typed or (note and note["model"]) or "")

    async def _ask(self) -> _Answered:
        client = await self._backend.client()
        try:
            recommended = await client.recommended_models()
        except InferenceError:
            return {}, {}
        return recommended, await described_by(client)


async def levels_of(client: AsyncInferenceClient) -> dict[str, str | None]:
    """The levels that the server's models declare, by model id."""
    return {name: model.get("level") for name, model in (await described_by(client)).items()}


def _note(model: str | None, described: _Described) -> Note:
    if model is None:
        return Note(model=None, level=None, text="", reason=words.text("page.unavailable.no_model"))
    known = described.get(model, {})
    level = level_of(known)
    text = _in_words(level) or model
    reason = words.text("page.unavailable.failed") if known.get("state") == "failed" else None
    return Note(model=model, level=level, text=text, reason=reason)


def _about(model: Mapping[str, Any]) -> About:
    said = _translated(model)
    can, cannot = (text if isinstance(text := said.get(key), str) else "" for key in ("can", "cannot"))
    tasks = [one for one in _listed(model.get("tasks")) if isinstance(one, str)]
    languages = _languages(model.get("languages"))
    level = level_of(model)
    return About(tasks=tasks, level=level, text=_in_words(level), can=can, cannot=cannot, languages=languages)


def _in_words(level: str | None) -> str:
    return words.text(f"page.levels.{level}") if level else ""


def _translated(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the model says of itself in the present language, as far as its server has that."""
    translations = model.get("translations")
    own = translations.get(words.language()) if isinstance(translations, Mapping) else None
    return {**model, **own} if isinstance(own, Mapping) else model


def _languages(declared: Any) -> dict[str, list[str]]:
    """What a server says of languages, where it is that."""
    listed = declared.items() if isinstance(declared, Mapping) else []
    return {
        name: codes
        for name, codes in listed
        if isinstance(codes, list) and codes and all(isinstance(code, str) for code in codes)
    }


def level_of(model: Mapping[str, Any]) -> str | None:
    """The level that a model declares, if the page has words for it."""
    level = model.get("level")
    return level if level in words.names("page.levels") else None


async def described_by(client: AsyncInferenceClient) -> dict[str, Mapping[str, Any]]:
    """What the server's `/info` says of its models by id; nothing, if it has no such route."""
    try:
        models = (await client.get_endpoint_info()).get("models")
    except InferenceError:
        return {}
    return {one["id"]: one for one in _listed(models) if isinstance(one, dict) and isinstance(one.get("id"), str)}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
