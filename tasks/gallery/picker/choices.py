"""The models that a task can be given: those of the backend's server, or those that are hosted for it now."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypedDict

from inference_core import AsyncInferenceClient, words
from inference_core.errors import InferenceError
from tasks.gallery.backend import Backend
from tasks.gallery.front.offers import described_by, level_of

_PATIENCE = 5.0
"""Seconds, for a server of the operator; the Hub gets a time of the client's own."""

_MEGABYTE = 1_000_000


class Choice(TypedDict):
    """A model: what is known of it in a few words, and why it cannot answer, if it cannot."""

    id: str
    level: str | None
    about: str
    problem: str | None


class Choices(TypedDict):
    """What the list of a task shows; `note` says what else can be typed, or why nothing is listed."""

    recommended: str | None
    models: list[Choice]
    note: str


async def choices(backend: Backend, task: str) -> Choices:
    """What can be chosen for a task (a Hub task id), the recommended model first."""
    try:
        client = await backend.client()
    except InferenceError:
        return _listed(None, [], "unlisted")
    return await (_hosted if backend.kind == "hosted" else _served)(client, task)


async def _served(client: AsyncInferenceClient, task: str) -> Choices:
    """The models of the local engine, or of a server of the operator."""
    if client.model is not None:  # an endpoint, which has one model, and says nothing of others
        return _listed(None, [], "unlisted")
    client = client.with_options(timeout=_PATIENCE)
    recommended, described = await asyncio.gather(_recommended(client, task), described_by(client))
    models = {name: model for name, model in described.items() if task in _tasks(model)}
    if recommended:
        models = {recommended: described.get(recommended, {}), **models}
    return _listed(recommended, [_described(*one) for one in models.items()], "typed" if models else "unlisted")


async def _hosted(client: AsyncInferenceClient, task: str) -> Choices:
    recommended = await _recommended(client, task)
    try:
        live = await client.live_models(task)
    except InferenceError:
        return _listed(recommended, [_choice(recommended)] if recommended else [], "silent")
    models = {one.id: _choice(one.id, ", ".join(one.providers), _likes(one.likes)) for one in live}
    if recommended not in models:  # the Hub recommends some models that nobody hosts
        return _listed(None, list(models.values()), "typed" if models else "nobody")
    first = models.pop(recommended)
    return _listed(recommended, [first, *models.values()], "typed")


async def _recommended(client: AsyncInferenceClient, task: str) -> str | None:
    try:
        return await client.recommended_model(task)
    except InferenceError:
        return None


def _listed(recommended: str | None, models: list[Choice], note: str) -> Choices:
    is_only = note == "typed" and len(models) == 1
    said = words.text(f"picker.notes.{'only' if is_only else note}")
    return Choices(recommended=recommended, models=models, note=said)


def _described(name: str, model: Mapping[str, Any]) -> Choice:
    """A model of the operator's server or the local engine, by what that says of it."""
    state, level, reason = model.get("state"), level_of(model), model.get("reason")
    if state in words.names("picker.problems"):
        problem = words.text(f"picker.problems.{state}")
        return _choice(name, problem=f"{problem} ({reason})" if isinstance(reason, str) else problem)
    known = words.text(f"picker.states.{state}") if state in words.names("picker.states") else ""
    said = words.text(f"page.levels.{level}") if level else ""
    return _choice(name, said, known, _place(model), _memory(model.get("memory_bytes")), level=level)


def _choice(name: str, *about: str, level: str | None = None, problem: str | None = None) -> Choice:
    return Choice(id=name, level=level, about=" · ".join(filter(None, about)), problem=problem)


def _tasks(model: Mapping[str, Any]) -> list[Any]:
    tasks = model.get("tasks")
    return tasks if isinstance(tasks, list) else []


def _place(model: Mapping[str, Any]) -> str:
    """Device and dtype, of a model that computes with one: a server that says less has models without."""
    device, dtype = model.get("device"), model.get("dtype")
    return f"{device} {dtype}" if isinstance(device, str) and isinstance(dtype, str) else ""


def _memory(size: Any) -> str:
    is_known = isinstance(size, int) and size >= _MEGABYTE
    return words.text("picker.facts.memory", megabytes=_grouped(size // _MEGABYTE)) if is_known else ""


def _likes(count: int) -> str:
    return words.text(f"picker.facts.{'like' if count == 1 else 'likes'}", count=_grouped(count))


def _grouped(number: int) -> str:
    """With a narrow space between thousands, which is read in any language."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
