"""What the Hub knows: the recommended model of each task, and who serves a model."""

import hashlib
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from inference_core.answers.base import json_as
from inference_core.environment import is_switched_on
from inference_core.errors import (
    NOT_RECORDED,
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
"""How many seconds an answer of the Hub is cached."""

LIST_EXPIRY = 300.0
"""The same for the list of live models, in which models come and go."""

ANY = "all"
"""Any provider, as the Hub's search calls it."""

_PATIENCE = 5.0  # seconds; short, because the look-up delays the call itself
_DOWN_SECONDS = 60.0  # until a Hub that could not be reached is asked again for its recommended models
_MAX_REQUEST_SECONDS = 30.0
_MOST_LISTED = 500  # some tasks have thousands of live models, nearly all of which nobody likes
# On the Hub, chat models are text generation models with a tag.
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


class _Liked(_Mapped, rename="camel", kw_only=True):
    id: str
    likes: int | None = None


class Listed(msgspec.Struct, frozen=True):
    """A model of the Hub's list: who serves it, and how many people like it."""

    id: str
    served: tuple[Served, ...]
    likes: int


class HubCache:
    """What Hubs answered in the last hour; shared by all clients derived from one."""

    def __init__(self) -> None:
        self.tasks: Cache[Mapping[str, str]] = Cache(EXPIRY)
        self.listed: Cache[tuple[Listed, ...]] = Cache(LIST_EXPIRY)
        self.live: Cache[str | None] = Cache(EXPIRY)
        self.served: Cache[tuple[Served, ...]] = Cache(EXPIRY)
        self.retry_at: dict[str, float] = {}


class Hub:
    """Asks a client's Hub, with the client's options."""

    def __init__(self, options: Options, transport: "Transport", cache: HubCache) -> None:
        self._options = options
        self._server = options.server
        self._transport = transport
        self._cache = cache

    async def recommended_models(self) -> Mapping[str, str]:
        """The recommended model of each task, by Hub task id, from `/api/tasks`.

        If the Hub cannot be reached or fails, or HF_HUB_OFFLINE is set, the last known answer is used, or a table in
        this package. The table is not used for the caller's own server.
        """
        server = self._server
        key = self._key(server.hub)
        known = self._cache.tasks.stale(key)
        fallback = RECOMMENDED if known is None else known
        if _is_offline(server) or (not server.is_own and self._is_down()):
            return fallback
        try:
            return await self._cache.tasks.get(key, self._ask_for_tasks, self._lookup_timeout)
        except InferenceError as error:
            if not is_unavailable(error) or (known is None and server.is_own):
                raise
            self._cache.retry_at[server.hub] = monotonic() + _DOWN_SECONDS
            return fallback

    async def recommended_model(self, task: str, provider: str = ANY) -> str:
        """The recommended model for `task`, else the trending one that `provider` (or ANY) serves.

        Raises:
            InvalidInputError: there is none.
        """
        recommended = await self.recommended_models() if provider == ANY else {}
        model = recommended.get(task) or await self.live_model(task, provider)
        if model is None and task == _CHAT:
            model = recommended.get("text-generation")
        if model is None:
            raise no_model_error(task)
        return model

    async def providers(self, model: str) -> tuple[Served, ...]:
        """Who serves `model`, in the order of the caller's settings on the Hub.

        Raises:
            InvalidInputError: the Hub does not know the model, or must not be asked (HF_HUB_OFFLINE).
        """
        if _is_offline(self._server):
            raise InvalidInputError("offline_provider")
        url = f"{self._server.hub}/api/models/{quote(model)}?expand=inferenceProviderMapping"

        async def fetch() -> tuple[Served, ...]:
            return _served(model, await self._ask(url, json_as(_Mapped)))

        try:
            return await self._cache.served.get(self._key(url), fetch, self._lookup_timeout)
        except InferenceHTTPError as error:
            if error.status not in (401, 404) or error.code == NOT_RECORDED:
                raise
            raise InvalidInputError("model_not_on_hub", model=model) from None

    async def live_model(self, task: str, provider: str = ANY) -> str | None:
        """The trending model among those that a provider serves now, None if there is none."""
        server = self._server
        if _is_offline(server):
            return None
        what = {"pipeline_tag": "text-generation", "filter": _CHAT} if task == _CHAT else {"pipeline_tag": task}
        url = f"{server.hub}/api/models?{urlencode({**what, 'inference_provider': provider, 'limit': 1})}"

        async def fetch() -> str | None:
            models = await self._ask(url, json_as(list[_Model]))
            return models[0].id if models else None

        try:
            return await self._cache.live.get(self._key(url), fetch, self._lookup_timeout)
        except (InferenceHTTPError, InvalidAnswerError, InferenceConnectionError, InferenceTimeoutError):
            return None if server.is_own else RECOMMENDED.get(task)  # own servers may lack the Hub's search

    async def live_models(self, task: str, provider: str = ANY) -> tuple[Listed, ...]:
        """The public models that a provider (or ANY) serves for `task` now, the most liked first.

        The Hub is asked without a token: with one it would also list what only the token's owner may see.

        Raises:
            InvalidInputError: the Hub must not be asked (HF_HUB_OFFLINE).
        """
        if _is_offline(self._server):
            raise InvalidInputError("offline")
        what = {"filter": _CHAT} if task == _CHAT else {"pipeline_tag": task}
        expanded = [("expand", "inferenceProviderMapping"), ("expand", "likes")]
        asked = [*what.items(), ("inference_provider", provider), ("sort", "likes"), ("limit", _MOST_LISTED), *expanded]
        url = f"{self._server.hub}/api/models?{urlencode(asked)}"
        private = self._private(url) if self._server.is_own else {}

        async def fetch() -> tuple[Listed, ...]:
            models = await self._ask(url, json_as(list[_Liked]), private)
            listed = (Listed(one.id, _served(one.id, one), one.likes or 0) for one in models)
            return tuple(sorted(listed, key=lambda one: -one.likes))

        return await self._cache.listed.get(self._key(url, private), fetch, self._lookup_timeout)

    @property
    def _lookup_timeout(self) -> float | None:
        """Seconds to wait for the Hub, so that time is left for the call itself; None for the caller's own server."""
        if self._server.is_own:
            return None
        timeout = self._options.timeout
        return _PATIENCE if timeout is None else min(_PATIENCE, timeout / 2)

    def _is_down(self) -> bool:
        return monotonic() < self._cache.retry_at.get(self._server.hub, 0.0)

    async def _ask_for_tasks(self) -> Mapping[str, str]:
        tasks = await self._ask(f"{self._server.hub}/api/tasks", json_as(dict[str, _Task]))
        return {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}

    async def _ask(self, url: str, decode: Callable[[bytes], T], private: Mapping[str, str] | None = None) -> T:
        private = self._private(url) if private is None else private
        # Callers have their own time-outs. This one ends a request that nobody waits for any more.
        deadline = Deadline.after(_MAX_REQUEST_SECONDS)
        async with TimeLimit(deadline, url):
            options = self._options
            request = Request(
                url=url, private=private, deadline=deadline.at, on_wait=options.on_wait, recorder=options.recorder
            )
            return decode(await self._transport.send(request))

    def _private(self, url: str) -> Mapping[str, str]:
        access = self._options.access
        return access.headers_for(url) if self._server.is_own else _for_the_hub(url, access)

    def _key(self, url: str, private: Mapping[str, str] | None = None) -> str:
        key = _key(url, self._private(url) if private is None else private)
        # A recording must hold what its calls look up, whoever has looked it up before.
        recorder = self._options.recorder
        return key if recorder is None else f"{key} {id(recorder)}"


def no_model_error(task: str) -> InvalidInputError:
    """The error for a call without a model, for a task that has no recommended one."""
    return InvalidInputError("no_recommended_model", task=task)


def is_unavailable(error: InferenceError) -> bool:
    """Whether the error means that the Hub cannot be reached or fails, and not that it refuses the request."""
    match error:
        case InferenceHTTPError():
            return error.status >= 500
        case InferenceConnectionError() | InferenceTimeoutError() | InvalidAnswerError():
            return True
    return False


def _key(url: str, private: Mapping[str, str]) -> str:
    """What the answer of `url` is cached by: the Hub answers by who asks, and may refuse a token."""
    token = private.get("Authorization")
    return url if token is None else f"{url} {hashlib.sha256(token.encode()).hexdigest()}"


def _for_the_hub(url: str, access: Access) -> Mapping[str, str]:
    """The token if it is a Hub token. The caller's own headers are for the server that runs the model."""
    return {} if access.has_provider_key else access.authorization_for(url)


def _is_offline(server: Server) -> bool:
    return is_switched_on("HF_HUB_OFFLINE") and not (server.is_own or server.is_replayed)


def _served(model: str, mapped: _Mapped) -> tuple[Served, ...]:
    entries = mapped.inference_provider_mapping or []
    named = entries.items() if isinstance(entries, dict) else ((entry.provider, entry) for entry in entries)
    return tuple(
        Served(name, model, entry.provider_id, entry.task, entry.status, entry.adapter_weights_path)
        for name, entry in named
    )
