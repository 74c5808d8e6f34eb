"""The local engine as an ASGI app: the hosted API's routes over the skills of this package."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inference_core.engine.catalog import OWNER, Model, all_models
from inference_core.engine.contract import Engine, File, Finish, StreamingEngine, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.threads import Workers
from inference_core.engine.server.disconnect import EventStream, unless_gone
from inference_core.engine.server.errors import CHAT_ROUTE, EXCEPTION_HANDLERS, ErrorMiddleware, until_it_breaks
from inference_core.engine.server.request_body import BadRequest, largest_body, parse_body, parse_task_body, read_body
from inference_core.engine.server.streaming import chat_completion, chat_events, text_events

Batches = AsyncGenerator[list[Token | Finish]]

_STAND_INS = frozenset({"", "dummy", "tgi", "endpoint"})
"""What clients put into the model field of a chat request when they were given a URL and no model."""


def create_app(limits: Limits) -> Starlette:
    """The engine's routes; `limits` bound what one request and all together may ask of it."""
    engine = _LocalEngine(limits)
    post = ["POST"]
    return Starlette(
        routes=[
            Route("/health", engine.health),
            Route("/info", engine.info),
            Route("/api/tasks", engine.tasks),
            Route("/v1/models", engine.models),
            Route(CHAT_ROUTE, engine.chat, methods=post),
            Route("/models/{model:path}" + CHAT_ROUTE, engine.chat, methods=post),
            Route("/models/{model:path}/pipeline/{task}", engine.task, methods=post),
            Route("/models/{model:path}", engine.task, methods=post),
        ],
        middleware=[Middleware(ErrorMiddleware)],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=engine.lifespan,
    )


class _LocalEngine:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._workers = Workers(threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        self._workers.close()

    async def health(self, request: Request) -> Response:
        return _json({"status": "ok"})

    async def info(self, request: Request) -> Response:
        models = [
            {
                "id": model.id,
                "task": model.skill.task,
                "about": model.skill.about,
                "engine": model.loaded_engine.name if model.loaded_engine else None,
            }
            for model in all_models().values()
        ]
        return _json({"name": "inference_core.engine", "models": models})

    async def tasks(self, request: Request) -> Response:
        return _json({model.skill.task: {"widgetModels": [model.id]} for model in all_models().values()})

    async def models(self, request: Request) -> Response:
        models = [{"id": model, "object": "model", "created": 0, "owned_by": OWNER} for model in all_models()]
        return _json({"object": "list", "data": models})

    async def task(self, request: Request) -> Response:
        model = _known_model(request.path_params["model"])
        asked = request.path_params.get("task", model.skill.task)
        if asked != model.skill.task:
            raise BadRequest(404, f"{model.id} does {model.skill.task}, not {asked[:100]}.")
        raw = await read_body(request, largest_body(model.skill, self._limits))
        # Base64 of megabytes takes its time, too much to do it on the loop.
        parse = partial(parse_task_body, raw, model.skill, self._limits)
        body = await asyncio.to_thread(parse) if model.skill.takes_files else parse()
        if getattr(body, "stream", False):
            return await self._stream(request, model, body, text_events)
        return await self._whole(request, model, lambda engine: engine.answer(body))

    async def chat(self, request: Request) -> Response:
        raw = await read_body(request, self._limits.body)
        model = _known_model(request.path_params["model"]) if "model" in request.path_params else _chat_model(raw)
        if not model.chats:
            raise BadRequest(404, f"{model.id} does not chat: post to /models/{model.id} instead.")
        body = parse_body(raw, model.skill.body)
        if body.stream:
            usage = bool(body.stream_options and body.stream_options.include_usage)
            return await self._stream(request, model, body, partial(chat_events, include_usage=usage))

        def answer(engine: Engine) -> Any:
            return chat_completion(list(cast(StreamingEngine, engine).tokens(body)), engine.name)

        return await self._whole(request, model, answer)

    async def _whole(self, request: Request, model: Model, answer: Callable[[Engine], Any]) -> Response:
        """The model's answer in one piece; loading, computing and encoding are one job in one thread."""

        def respond() -> Response:
            engine = model.engine()
            content = answer(engine)
            if isinstance(content, File):
                return Response(content.content, media_type=content.mime_type, headers=_headers(engine))
            return _json(content, engine)

        return await unless_gone(request, self._workers.run(respond))

    async def _stream(
        self, request: Request, model: Model, body: Any, events: Callable[[Batches, str], AsyncIterator[bytes]]
    ) -> Response:
        batches = self._workers.iterate(lambda: cast(StreamingEngine, model.engine()).tokens(body))
        # The first batch is made before the head is sent, so that a refusal still has its own status.
        first = await unless_gone(request, anext(batches, None))
        engine = model.engine()
        content = until_it_breaks(request, events(_resumed(first, batches), engine.name))
        return EventStream(content, batches, _headers(engine))


async def _resumed(first: list[Token | Finish] | None, rest: Batches) -> Batches:
    if first is not None:
        yield first
        async for batch in rest:
            yield batch


def _known_model(name: str) -> Model:
    model = all_models().get(name)
    if model is None:
        raise BadRequest(404, f"There is no model {name[:100]!r} here; /v1/models lists those there are.")
    return model


class _Named(msgspec.Struct):
    model: str | None = None


def _chat_model(body: bytes) -> Model:
    name = parse_body(body, _Named).model or ""
    if name in _STAND_INS:
        return next(model for model in all_models().values() if model.chats)
    return _known_model(name)


def _json(content: Any, engine: Engine | None = None) -> Response:
    return Response(
        msgspec.json.encode(content), media_type="application/json", headers=_headers(engine) if engine else None
    )


def _headers(engine: Engine) -> dict[str, str]:
    return {"x-engine": engine.name.encode("ascii", "replace").decode()}
