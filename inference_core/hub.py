"""What the Hub knows of tasks: the recommended model of each."""

import os
from collections.abc import Mapping

import msgspec

from inference_core.errors import InvalidInputError
from inference_core.outputs import plain
from inference_core.routing import Access, Server
from inference_core.transport import Request, Transport

_YES = ("1", "ON", "YES", "TRUE")


class _Task(msgspec.Struct, rename="camel"):
    widget_models: list[str] = []


class RecommendedModels:
    """The recommended model of every task, as `/api/tasks` of the hub names it; asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, str]] = {}

    async def all(
        self, server: Server, access: Access, transport: Transport, timeout: float | None
    ) -> Mapping[str, str]:
        """Model ids by task.

        Raises:
            InvalidInputError: the hub must not be asked (HF_HUB_OFFLINE).
        """
        if server.hub not in self._known:
            models = dict(await _ask(server, access, transport, timeout))
            # The Hub lists no model for chat; those of text generation answer it.
            if "text-generation" in models:
                models.setdefault("conversational", models["text-generation"])
            self._known[server.hub] = models
        return self._known[server.hub]


async def _ask(server: Server, access: Access, transport: Transport, timeout: float | None) -> Mapping[str, str]:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in _YES and server.hub != server.models:
        raise InvalidInputError(
            "HF_HUB_OFFLINE is set, so no recommended model can be looked up: name one with model=."
        )
    url = f"{server.hub}/api/tasks"
    body = await transport.send(Request(url=url, private=access.headers_for(url), timeout=timeout))
    tasks = plain(dict[str, _Task])(body)
    return {name: task.widget_models[0] for name, task in tasks.items() if task.widget_models}
