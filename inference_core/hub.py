"""What the Hub knows: the recommended model of each task, and who serves a model."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from inference_core.environment import is_switched_on
from inference_core.errors import (
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.memory import Memory
from inference_core.outputs import plain
from inference_core.providers.contract import Served
from inference_core.recommendations import RECOMMENDED
from inference_core.routing import Access, Server
from inference_core.time_limits import TimeLimit
from inference_core.transport import Request, Transport
from inference_core.waiting import OnWait

EXPIRY = 3600.0
"""Seconds for which an answer of the Hub is kept."""

ANY = "all"
"""Any provider, as the Hub's search says it."""

_PATIENCE = 30.0
_UNREACHABLE = (InferenceConnectionError, InferenceTimeoutError)
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


class Hub:
    """The answers of the hubs that a client asks, kept in memory for an hour."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tasks: Memory[Mapping[str, str]] = Memory(EXPIRY)
        self._live: Memory[str | None] = Memory(EXPIRY)
        self._served: Memory[tuple[Served, ...]] = Memory(EXPIRY)

    async def recommended_models(
        self, server: Server, access: Access, on_wait: OnWait | None = None
    ) -> Mapping[str, str]:
        """The recommended model of each task, by Hub task id, from `/api/tasks`.

        When the Hub cannot be reached or is broken, or HF_HUB_OFFLINE says not to ask it, they are those it named last,
        or a table that came with this package; a server of one's own has to name them itself.
        """
        if _is_offline(server):
            return RECOMMENDED
        try:
            return await self._tasks.recall(server.hub, lambda: self._ask_for_tasks(server, access, on_wait))
        except (InferenceHTTPError, *_UNREACHABLE) as error:
            is_refusal = isinstance(error, InferenceHTTPError) and error.status < 500
            known = self._tasks.stale(server.hub)
            if is_refusal or (known is None and server.is_own):
                raise
            return RECOMMENDED if known is None else known

    async def recommended_model(
        self, task: str, provider: str, server: Server, access: Access, on_wait: OnWait | None = None
    ) -> str:
        """The recommended model for `task`, else the one in fashion that `provider` (or ANY) serves.

        Raises:
            InvalidInputError: there is none.
        """
        recommended = await self.recommended_models(server, access, on_wait) if provider == ANY else {}
        model = recommended.get(task) or await self._live_model(task, provider, server, access, on_wait)
        if model is None and task == _CHAT:
            model = recommended.get("text-generation")
        if model is None:
            raise InvalidInputError(f"There is no recommended model for {task}: name one with model=.")
        return model

    async def providers(
        self, model: str, server: Server, access: Access, on_wait: OnWait | None = None
    ) -> tuple[Served, ...]:
        """Who serves `model`, in the order that the caller's settings on the Hub give them.

        Raises:
            InvalidInputError: the Hub knows no such model, or must not be asked (HF_HUB_OFFLINE).
        """
        if _is_offline(server):
            raise InvalidInputError("HF_HUB_OFFLINE is set, so nobody can be asked which provider serves the model.")
        url = f"{server.hub}/api/models/{quote(model)}?expand=inferenceProviderMapping"

        async def ask() -> tuple[Served, ...]:
            return _served(model, await self._ask(url, server, access, on_wait, plain(_Mapped)))

        try:
            return await self._served.recall(url, ask)
        except InferenceHTTPError as error:
            if error.status not in (401, 404):
                raise
            raise InvalidInputError(
                f"The Hub shows no model {model!r}: check the name, and the token if the model is private."
            ) from None

    async def _live_model(
        self, task: str, provider: str, server: Server, access: Access, on_wait: OnWait | None = None
    ) -> str | None:
        """The model in fashion among those that a provider serves at present, None if the hub knows none."""
        if _is_offline(server):
            return None
        what = {"pipeline_tag": "text-generation", "filter": _CHAT} if task == _CHAT else {"pipeline_tag": task}
        url = f"{server.hub}/api/models?{urlencode({**what, 'inference_provider': provider, 'limit': 1})}"

        async def ask() -> str | None:
            models = await self._ask(url, server, access, on_wait, plain(list[_Model]))
            return models[0].id if models else None

        try:
            return await self._live.recall(url, ask)
        except (InferenceHTTPError, InvalidAnswerError, *_UNREACHABLE):
            return None if server.is_own else RECOMMENDED.get(task)  # an own server need not have the Hub's search

    async def _ask_for_tasks(self, server: Server, access: Access, on_wait: OnWait | None = None) -> Mapping[str, str]:
        tasks = await self._ask(f"{server.hub}/api/tasks", server, access, on_wait, plain(dict[str, _Task]))
        return {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}

    async def _ask(
        self, url: str, server: Server, access: Access, on_wait: OnWait | None, decode: Callable[[bytes], T]
    ) -> T:
        private = access.headers_for(url) if server.is_own else _for_the_hub(url, access)
        # Whoever waits has a time-out of their own; this one ends a request that nobody waits for any more.
        async with TimeLimit(_PATIENCE) as limit:
            request = Request(url=url, private=private, deadline=limit.deadline, on_wait=on_wait)
            return decode(await self._transport.send(request))


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
