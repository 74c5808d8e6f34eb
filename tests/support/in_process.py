"""The local engine's server in the test's own loop, with one skill of the test's own behind it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import msgspec
import uvicorn

from inference_core.engine.catalog import Model
from inference_core.engine.contract import Finish, Skill, Token
from inference_core.engine.limits import Limits
from inference_core.engine.server.app import create_app

PATH = "/models/local/scripted"


class Body(msgspec.Struct):
    inputs: str
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Scripted:
    """An engine that does what the test says."""

    answer: Callable[[Body], Any] = lambda body: "an answer"
    tokens: Callable[[Body], Iterator[Token | Finish]] = lambda body: iter([Finish("length", 0)])
    name: str = "scripted engine"


@asynccontextmanager
async def serving(engine: Scripted, limits: Limits | None = None) -> AsyncIterator[str]:
    """The base URL of a server whose only model is `local/scripted`; its log goes to the root logger."""
    model = Model(Skill(task="scripted", about="Does what the test says.", body=Body, load=lambda: engine))
    with mock.patch("inference_core.engine.server.app.all_models", lambda: {model.id: model}):
        app = create_app(limits or Limits())
        config = uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            await server.shutdown()
