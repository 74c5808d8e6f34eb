"""Which model answers each task now, and what is known of it: what the cards of the front page say live."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypedDict

from inference_core import AsyncInferenceClient, words
from inference_core.errors import InferenceError
from tasks.gallery.backend import Backend

_KEPT_FOR = 30.0
"""Seconds. Every visitor asks when the page opens."""


class Offer(TypedDict):
    """The model that answers a task, with the level that it declares, and whether it could not be loaded."""

    model: str
    level: str | None
    has_failed: bool


class Note(TypedDict):
    """What the page says of who answers: the level in words or else the model. `reason` says why nobody does."""

    model: str | None
    level: str | None
    text: str
    reason: str | None


Offers = dict[str, Offer]


def asks_for_offers(backend: Backend) -> Callable[[], Awaitable[Offers]]:
    """A function that tells the offers by task id. It asks the backend at most every half minute.

    If the backend does not say which models it recommends, there are none, which says nothing about the tasks.
    """
    until, kept = 0.0, Offers()
    asking = asyncio.Lock()

    async def offers() -> Offers:
        nonlocal until, kept
        async with asking:  # once for all who come meanwhile
            if time.monotonic() >= until:
                kept = await _offers(await backend.client())
                until = time.monotonic() + _KEPT_FOR if kept else 0.0
        return kept

    return offers


def notes(tasks: Iterable[str], offers: Offers) -> dict[str, Note]:
    """What the page says by task id; nothing, if the backend does not tell its models."""
    return {task: _note(offers.get(task)) for task in tasks} if offers else {}


def _note(offer: Offer | None) -> Note:
    if offer is None:
        return Note(model=None, level=None, text="", reason=words.text("page.unavailable.no_model"))
    level = offer["level"] if offer["level"] in words.names("page.levels") else None
    text = words.text(f"page.levels.{level}") if level else offer["model"]
    reason = words.text("page.unavailable.failed") if offer["has_failed"] else None
    return Note(model=offer["model"], level=level, text=text, reason=reason)


async def levels_of(client: AsyncInferenceClient) -> dict[str, str | None]:
    """The levels that the server's models declare, by model id."""
    return {model["id"]: model.get("level") for model in await _described(client)}


async def _offers(client: AsyncInferenceClient) -> Offers:
    try:
        recommended = await client.recommended_models()
    except InferenceError:
        return {}
    described = {model["id"]: model for model in await _described(client)}
    return {task: _offer(model, described.get(model, {})) for task, model in recommended.items()}


def _offer(model: str, described: Mapping[str, Any]) -> Offer:
    return Offer(model=model, level=described.get("level"), has_failed=described.get("state") == "failed")


async def _described(client: AsyncInferenceClient) -> list[dict[str, Any]]:
    """What the server's `/info` says of its models; nothing, if it has no such route."""
    try:
        models = (await client.get_endpoint_info()).get("models")
    except InferenceError:
        return []
    listed = models if isinstance(models, list) else []
    return [one for one in listed if isinstance(one, dict) and isinstance(one.get("id"), str)]
