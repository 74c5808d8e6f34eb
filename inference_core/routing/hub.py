"""What the Hub knows: the recommended model of each task, and who serves a model."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
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
from inference_core.http.request import Request
from inference_core.http.timeouts import Deadline, TimeLimit
from inference_core.providers.contract import Served
from inference_core.routing.cache import Cache
from inference_core.routing.options import Options
from inference_core.routing.recommended import RECOMMENDED
from inference_core.routing.server import Access, Server

if TYPE_CHECKING:
    from inference_core.http.transport import Transport

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


class HubCache:
    """What hubs said in the last hour; shared by all clients that are derived from one."""

    def __init__(self) -> None:
        self.tasks: Cache[Mapping[str, str]] = Cache(EXPIRY)
        self.live: Cache[str | None] = Cache(EXPIRY)
        self.served: Cache[tuple[Served, ...]] = Cache(EXPIRY)
        self.rests_until: dict[str, float] = {}


class Hub:
    """The hub of a client, asked with its options."""

    def __init__(self, options: Options, transport: "Transport", cache: HubCache) -> None:
        self._options = options
        self._server = options.server
        self._transport = transport
        self._cache = cache

    async def recommended_models(self) -> Mapping[str, str]:
        """The recommended model of each task, by Hub task id, from `/api/tasks`.

        When the Hub cannot be reached or is broken, or HF_HUB_OFFLINE says not to ask it, they are those it named last,
        or a table that came with this package; a server of one's own has to name them itself.
        """
        server = self._server
        known = self._cache.tasks.stale(server.hub)
        fallback = RECOMMENDED if known is None else known
        if _is_offline(server) or (not server.is_own and self._rests()):
            return fallback
        try:
            return await self._cache.tasks.recall(server.hub, self._ask_for_tasks, self._patience)
        except InferenceError as error:
            if not is_away(error) or (known is None and server.is_own):
                raise
            self._cache.rests_until[server.hub] = monotonic() + _REST
            return fallback

    async def recommended_model(self, task: str, provider: str = ANY) -> str:
        """The recommended model for `task`, else the one in fashion that `provider` (or ANY) serves.

        Raises:
            InvalidInputError: there is none.
        """
        recommended = await self.recommended_models() if provider == ANY else {}
        model = recommended.get(task) or await self.live_model(task, provider)
        if model is None and task == _CHAT:
            model = recommended.get("text-generation")
        if model is None:
            raise no_model(task)
        return model

    async def providers(self, model: str) -> tuple[Served, ...]:
        """Who serves `model`, in the order that the caller's settings on the Hub give them.

        Raises:
            InvalidInputError: the Hub knows no such model, or must not be asked (HF_HUB_OFFLINE).
        """
        if _is_offline(self._server):
            raise InvalidInputError("offline_provider")
        url = f"{self._server.hub}/api/models/{quote(model)}?expand=inferenceProviderMapping"

        async def ask() -> tuple[Served, ...]:
            return _served(model, await self._ask(url, plain(_Mapped)))

        try:
            return await self._cache.served.recall(url, ask, self._patience)
        except InferenceHTTPError as error:
            if error.status not in (401, 404):
                raise
            raise InvalidInputError("model_not_on_hub", model=model) from None

    async def live_model(self, task: str, provider: str = ANY) -> str | None:
        """The model in fashion among those that a provider serves at present, None if the hub knows none."""
        server = self._server
        if _is_offline(server):
            return None
        what = {"pipeline_tag": "text-generation", "filter": _CHAT} if task == _CHAT else {"pipeline_tag": task}
        url = f"{server.hub}/api/models?{urlencode({**what, 'inference_provider': provider, 'limit': 1})}"

        async def ask() -> str | None:
            models = await self._ask(url, plain(list[_Model]))
            return models[0].id if models else None

        try:
            return await self._cache.live.recall(url, ask, self._patience)
        except (InferenceHTTPError, InvalidAnswerError, InferenceConnectionError, InferenceTimeoutError):
            return None if server.is_own else RECOMMENDED.get(task)  # an own server need not have the Hub's search

    @property
    def _patience(self) -> float | None:
        """Seconds to wait for Hugging Face's Hub, which should leave time for the call itself; None for own servers."""
        if self._server.is_own:
            return None
        timeout = self._options.timeout
        return _PATIENCE if timeout is None else min(_PATIENCE, timeout / 2)

    def _rests(self) -> bool:
        return monotonic() < self._cache.rests_until.get(self._server.hub, 0.0)

    async def _ask_for_tasks(self) -> Mapping[str, str]:
        tasks = await self._ask(f"{self._server.hub}/api/tasks", plain(dict[str, _Task]))
        return {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}

    async def _ask(self, url: str, decode: Callable[[bytes], T]) -> T:
        access = self._options.access
        private = access.headers_for(url) if self._server.is_own else _for_the_hub(url, access)
        # Whoever waits has a time-out of their own; this one ends a request that nobody waits for any more.
        deadline = Deadline.after(_LONGEST_REQUEST)
        async with TimeLimit(deadline, url):
            request = Request(url=url, private=private, deadline=deadline.at, on_wait=self._options.on_wait)
            return decode(await self._transport.send(request))


def no_model(task: str) -> InvalidInputError:
    """The error for a task that was asked for without a model, and for which none is recommended."""
    return InvalidInputError("no_recommended_model", task=task)


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
