"""The local engine's server in the test's own loop, with one model of the test's own behind it."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette

from inference_core.engine.contract import Finish, Model, ServedTask, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.app import create_app

PATH = "/models/builtin/scripted"


class Body(msgspec.Struct):
    inputs: str
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Scripted:
    """An engine that does what the test says."""

    answer: Callable[[Body], Any] = lambda body: "an answer"
    tokens: Callable[[Body], Iterator[Token | Finish]] = lambda body: iter([Finish("length", 0)])
    name: str = "scripted engine"


def model(engine: Scripted, task: str = "scripted", id: str = "builtin/scripted") -> Model:
    """A model of one task whose engine is already loaded."""
    served = ServedTask(
        id=task,
        body=Body,
        answer=lambda engine, body: engine.answer(body),
        tokens=lambda engine, body: engine.tokens(body),
        answered_example={"inputs": "x"},
    )
    return Model(id=id, tasks=(served,), words="models.vader", licence="none", load=lambda: engine)


@asynccontextmanager
async def serving(engine: Scripted, limits: Limits | None = None) -> AsyncIterator[str]:
    """The base URL of a server whose only model is `builtin/scripted`; its log goes to the root logger."""
    async with hosting([model(engine)], limits) as url:
        yield url


@asynccontextmanager
async def hosting(
    models: Iterable[Model], limits: Limits | None = None, runner: Runner | None = None
) -> AsyncIterator[str]:
    """The base URL of a server with these models, which threads run unless another runner does."""
    limits = limits or Limits()
    threads = ThreadRunner(threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline)
    async with served(create_app(models, runner or threads, limits)) as url:
        yield url


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """The base URL of an app on loopback."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        await server.shutdown()
