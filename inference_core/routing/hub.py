"""What the Hub knows: the recommended model of each task, and who serves a model."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from inference_core.answers.base import plain
from inference_core.environment import is_switched_on
from inference_core.errors import (
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.http.retry import OnWait
from inference_core.http.timeouts import TimeLimit
from inference_core.http.transport import Request, Transport
from inference_core.providers.contract import Served
from inference_core.routing.cache import Memory
from inference_core.routing.recommended import RECOMMENDED
from inference_core.routing.server import Access, Server

EXPIRY = 3600.0
"""Seconds for which an answer of the Hub is kept."""

ANY = "all"
"""Any provider, as the Hub's search says it."""

_PATIENCE = 5.0  # seconds; the Hub is asked on the way to something else
_REST = 60.0  # seconds in which a Hub that was away is not asked again for what a table knows
_LONGEST_REQUEST = 30.0
# The Hub counts chat models among those of text generation.
_CHAT = "conversational"

T = TypeVar("T")


class _Task(msgspec.Struct, rename="camel"):
    widget_models: list[str] = []


class _Model(msgspec.Struct):
    id: str


class _Entry(msgspec.Struct, rename="camel"):
    provider_id: str
    task: str
    status: str = "live"
    adapter_weights_path: str | None = None
    provider: str = ""


class _Mapped(msgspec.Struct, rename="camel"):
    inference_provider_mapping: dict[str, _Entry] | list[_Entry] | None = None


class Asker(msgspec.Struct, frozen=True):
    """Who asks a hub: its servers, credentials and time-out (in seconds), and whom to tell of waits."""

    server: Server
    access: Access
    timeout: float | None = None
    on_wait: OnWait | None = None

    def __repr__(self) -> str:
        return "Asker(…)"

    @property
    def patience(self) -> float | None:
        """Seconds to wait for Hugging Face's Hub, which should leave time for the call itself; None for own servers."""
        if self.server.is_own:
            return None
        return _PATIENCE if self.timeout is None else min(_PATIENCE, self.timeout / 2)


class Hub:
    """The answers of the hubs that a client asks, kept in memory for an hour."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tasks: Memory[Mapping[str, str]] = Memory(EXPIRY)
        self._live: Memory[str | None] = Memory(EXPIRY)
        self._served: Memory[tuple[Served, ...]] = Memory(EXPIRY)
        self._rests_until: dict[str, float] = {}

    async def recommended_models(self, asker: Asker) -> Mapping[str, str]:
        """The recommended model of each task, by Hub task id, from `/api/tasks`.

        When the Hub cannot be reached or is broken, or HF_HUB_OFFLINE says not to ask it, they are those it named last,
        or a table that came with this package; a server of one's own has to name them itself.
        """
        server = asker.server
        known = self._tasks.stale(server.hub)
        fallback = RECOMMENDED if known is None else known
        if _is_offline(server) or (not server.is_own and self._rests(server.hub)):
            return fallback
        try:
            return await self._tasks.recall(server.hub, lambda: self._ask_for_tasks(asker), asker.patience)
        except InferenceError as error:
            if not is_away(error) or (known is None and server.is_own):
                raise
            self._rests_until[server.hub] = monotonic() + _REST
            return fallback

    async def recommended_model(self, task: str, provider: str, asker: Asker) -> str:
        """The recommended model for `task`, else the one in fashion that `provider` (or ANY) serves.

        Raises:
            InvalidInputError: there is none.
        """
        recommended = await self.recommended_models(asker) if provider == ANY else {}
        model = recommended.get(task) or await self.live_model(task, provider, asker)
        if model is None and task == _CHAT:
            model = recommended.get("text-generation")
        if model is None:
            raise InvalidInputError(f"There is no recommended model for {task}: name one with model=.")
        return model

    async def providers(self, model: str, asker: Asker) -> tuple[Served, ...]:
        """Who serves `model`, in the order that the caller's settings on the Hub give them.

        Raises:
            InvalidInputError: the Hub knows no such model, or must not be asked (HF_HUB_OFFLINE).
        """
        if _is_offline(asker.server):
            raise InvalidInputError("HF_HUB_OFFLINE is set, so nobody can be asked which provider serves the model.")
        url = f"{asker.server.hub}/api/models/{quote(model)}?expand=inferenceProviderMapping"

        async def ask() -> tuple[Served, ...]:
            return _served(model, await self._ask(url, asker, plain(_Mapped)))

        try:
            return await self._served.recall(url, ask, asker.patience)
        except InferenceHTTPError as error:
            if error.status not in (401, 404):
                raise
            raise InvalidInputError(
                f"The Hub shows no model {model!r}: check the name, and the token if the model is private."
            ) from None

    async def live_model(self, task: str, provider: str, asker: Asker) -> str | None:
        """The model in fashion among those that a provider serves at present, None if the hub knows none."""
        server = asker.server
        if _is_offline(server):
            return None
        what = {"pipeline_tag": "text-generation", "filter": _CHAT} if task == _CHAT else {"pipeline_tag": task}
        url = f"{server.hub}/api/models?{urlencode({**what, 'inference_provider': provider, 'limit': 1})}"

        async def ask() -> str | None:
            models = await self._ask(url, asker, plain(list[_Model]))
            return models[0].id if models else None

        try:
            return await self._live.recall(url, ask, asker.patience)
        except (InferenceHTTPError, InvalidAnswerError, InferenceConnectionError, InferenceTimeoutError):
            return None if server.is_own else RECOMMENDED.get(task)  # an own server need not have the Hub's search

    def _rests(self, hub: str) -> bool:
        return monotonic() < self._rests_until.get(hub, 0.0)

    async def _ask_for_tasks(self, asker: Asker) -> Mapping[str, str]:
        tasks = await self._ask(f"{asker.server.hub}/api/tasks", asker, plain(dict[str, _Task]))
        return {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}

    async def _ask(self, url: str, asker: Asker, decode: Callable[[bytes], T]) -> T:
        private = asker.access.headers_for(url) if asker.server.is_own else _for_the_hub(url, asker.access)
        # Whoever waits has a time-out of their own; this one ends a request that nobody waits for any more.
        async with TimeLimit(_LONGEST_REQUEST) as limit:
            request = Request(url=url, private=private, deadline=limit.deadline, on_wait=asker.on_wait)
            return decode(await self._transport.send(request))


def is_away(error: InferenceError) -> bool:
    """Whether the error says that the hub cannot be reached, or is broken, rather than that it refuses."""
    match error:
        case InferenceHTTPError():
            return error.status >= 500
        case InferenceConnectionError() | InferenceTimeoutError() | InvalidAnswerError():
            return True
    return False


def _for_the_hub(url: str, access: Access) -> Mapping[str, str]:
    """The token if it is the Hub's; the caller's own headers are meant for who does the task."""
    return {} if access.has_providers_key else access.authorization_for(url)


def _is_offline(server: Server) -> bool:
    return is_switched_on("HF_HUB_OFFLINE") and not server.is_own


def _served(model: str, mapped: _Mapped) -> tuple[Served, ...]:
    entries = mapped.inference_provider_mapping or []
    named = entries.items() if isinstance(entries, dict) else ((entry.provider, entry) for entry in entries)
    return tuple(
        Served(name, model, entry.provider_id, entry.task, entry.status, entry.adapter_weights_path)
        for name, entry in named
    )
