"""What the Hub knows of tasks: the recommended model of each."""

import asyncio
from collections.abc import Mapping

import msgspec

from inference_core.credentials import safe_url
from inference_core.environment import is_switched_on
from inference_core.errors import InferenceTimeoutError, InvalidInputError
from inference_core.outputs import plain
from inference_core.routing import Access, Server
from inference_core.transport import Request, Transport


class _Task(msgspec.Struct, rename="camel"):
    widget_models: list[str] = []


class RecommendedModels:
    """The recommended model of every task, as `/api/tasks` of the hub names it; asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, str]] = {}
        self._asking: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[Mapping[str, str]]] = {}

    async def all(
        self, server: Server, access: Access, transport: Transport, timeout: float | None
    ) -> Mapping[str, str]:
        """Model ids by task.

        Raises:
            InvalidInputError: the hub must not be asked (HF_HUB_OFFLINE).
        """
        if server.hub in self._known:
            return self._known[server.hub]
        asking = self._request(server, access, transport, timeout)
        await asyncio.wait([asking], timeout=timeout)
        if not asking.done():
            raise InferenceTimeoutError(f"No answer from {safe_url(server.hub)} within {timeout} s.")
        return asking.result()

    def _request(
        self, server: Server, access: Access, transport: Transport, timeout: float | None
    ) -> asyncio.Task[Mapping[str, str]]:
        """The request that is under way, shared by all calls that wait for it, or a new one."""
        key = asyncio.get_running_loop(), server.hub
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(_ask(server, access, transport, timeout))
            asking.add_done_callback(lambda asked: self._learn(key, asked))
        return asking

    def _learn(self, key: tuple[asyncio.AbstractEventLoop, str], asked: asyncio.Task[Mapping[str, str]]) -> None:
        del self._asking[key]
        if not asked.cancelled() and asked.exception() is None:
            self._known[key[1]] = asked.result()


async def _ask(server: Server, access: Access, transport: Transport, timeout: float | None) -> Mapping[str, str]:
    if is_switched_on("HF_HUB_OFFLINE") and server.hub != server.models:
        raise InvalidInputError(
            "HF_HUB_OFFLINE is set, so no recommended model can be looked up: name one with model=."
        )
    url = f"{server.hub}/api/tasks"
    body = await transport.send(Request(url=url, private=access.headers_for(url), timeout=timeout))
    tasks = plain(dict[str, _Task])(body)
    models = {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}
    # The Hub lists no model for chat; those of text generation answer it.
    if "text-generation" in models:
        models.setdefault("conversational", models["text-generation"])
    return models
