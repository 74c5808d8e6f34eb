"""The engine as an ASGI app: the hosted API's routes for a catalogue of models and the runner that runs them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import Finish, Model, ServedTask, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner, Watched
from inference_core.engine.server import about
from inference_core.engine.server.admission import AdmissionMiddleware
from inference_core.engine.server.disconnect import EventStream, until_disconnect
from inference_core.engine.server.errors import CHAT_ROUTE, EXCEPTION_HANDLERS, ErrorMiddleware, with_error_event
from inference_core.engine.server.request_body import BadRequest, max_body_bytes, parse_body, parse_task_body, read_body
from inference_core.engine.server.sizes import WithinSizes
from inference_core.engine.server.streaming import chat_completion, chat_events, text_events

Batches = AsyncGenerator[list[Token | Finish]]
Served = tuple[Model, ServedTask]

_CHAT = "conversational"
_PLACEHOLDER_MODELS = frozenset({"", "dummy", "tgi", "endpoint"})
"""What clients send as the model of a chat request if they were given a URL but no model."""


def create_app(models: Iterable[Model], runner: Runner, limits: Limits) -> Starlette:
    """The engine's routes for `models`; several of them may do the same task.

    Args:
        runner: loads and runs the models; it is closed when the app ends.
        limits: how large a request may be.

    Raises:
        UnusableCatalogue: two models with one id do the same task, or a model has no description in models.toml.
    """
    server = _Server(Catalogue(models), runner, limits)
    post = ["POST"]
    return Starlette(
        routes=[
            Route("/health", server.health),
            Route("/info", server.info),
            Route("/api/tasks", server.tasks),
            Route("/v1/models", server.models),
            Route("/v1/models/{model:path}", server.model),
            Route(CHAT_ROUTE, server.chat, methods=post),
            Route("/models/{model:path}" + CHAT_ROUTE, server.chat, methods=post),
            Route("/models/{model:path}/pipeline/{task}", server.task, methods=post),
            Route("/models/{model:path}", server.task, methods=post),
        ],
        middleware=[Middleware(ErrorMiddleware), Middleware(AdmissionMiddleware, limits=limits)],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=server.lifespan,
    )


class _Server:
    def __init__(self, catalogue: Catalogue, runner: Runner, limits: Limits) -> None:
        self._catalogue = catalogue
        self._watched = runner
        self._runner = WithinSizes(runner)
        self._limits = limits

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        self._runner.close()

    async def health(self, request: Request) -> Response:
        if isinstance(self._watched, Watched) and self._watched.stuck:
            # A supervisor should start the engine again when as many threads are stuck as there should be.
            status = 503 if self._watched.stuck >= self._limits.threads else 200
            return _json({"status": "stuck", "stuck_threads": self._watched.stuck}, status=status)
        return _json({"status": "ok"})

    async def info(self, request: Request) -> Response:
        return _json(about.info(self._catalogue, self._runner, self._limits))

    async def tasks(self, request: Request) -> Response:
        return _json(about.tasks(self._catalogue))

    async def models(self, request: Request) -> Response:
        return _json(about.model_list(self._catalogue))

    async def model(self, request: Request) -> Response:
        model, _ = self._models_with_id(request.path_params["model"])[0]
        return _json(about.model_entry(model.id))

    async def task(self, request: Request) -> Response:
        model, task = self._requested_task(request.path_params["model"], request.path_params.get("task"))
        raw = await read_body(request, max_body_bytes(task, self._limits))
        # Decoding megabytes of base64 would block the event loop for too long.
        parse = partial(parse_task_body, raw, task, self._limits)
        body = await asyncio.to_thread(parse) if task.takes_files else parse()
        if getattr(body, "stream", False):
            return await self._stream(request, model, task, body, text_events)
        answer = await until_disconnect(request, self._runner.run(model, task.id, body))
        return Response(answer.content, media_type=answer.mime_type, headers=_headers(answer.engine))

    async def chat(self, request: Request) -> Response:
        raw = await read_body(request, self._limits.body)
        model, task = self._chat_task(request.path_params.get("model") or parse_body(raw, _ModelField).model or "")
        body = parse_body(raw, task.body)
        if getattr(body, "stream", False):
            options = getattr(body, "stream_options", None)
            usage = bool(options and options.include_usage)
            return await self._stream(request, model, task, body, partial(chat_events, include_usage=usage))
        items = await until_disconnect(request, _all_items(self._runner.iterate(model, task.id, body)))
        engine = self._engine(model)
        return _json(chat_completion(items, engine), _headers(engine))

    async def _stream(
        self,
        request: Request,
        model: Model,
        task: ServedTask,
        body: Any,
        events: Callable[[Batches, str], AsyncIterator[bytes]],
    ) -> Response:
        batches = self._runner.iterate(model, task.id, body)
        # The first batch is computed before the headers are sent, so that a refusal can still set the status.
        first = await until_disconnect(request, anext(batches, None))
        engine = self._engine(model)
        content = with_error_event(request, events(_with_first(first, batches), engine))
        return EventStream(content, batches, _headers(engine))

    def _engine(self, model: Model) -> str:
        return self._runner.details(model).engine or model.id

    def _models_with_id(self, id: str) -> list[Served]:
        found = self._catalogue.with_id(id)
        if not found:
            raise BadRequest(404, "no_such_model", model=id[:100])
        return found

    def _requested_task(self, id: str, task: str | None) -> Served:
        served = self._models_with_id(id)
        found = served[0] if task is None else self._catalogue.find(id, task)
        if found is None:
            known = " and ".join(task.id for _, task in served)
            raise BadRequest(404, "model_without_task", model=id, known=known, task=(task or "")[:100])
        return _installed(found)

    def _chat_task(self, id: str) -> Served:
        if id in _PLACEHOLDER_MODELS:
            recommended = self._catalogue.by_task().get(_CHAT)
            if not recommended:
                raise BadRequest(404, "nobody_chats")
            id = recommended[0].id
        self._models_with_id(id)
        found = self._catalogue.find(id, _CHAT)
        if found is None:
            raise BadRequest(404, "model_without_chat", model=id)
        return _installed(found)


def _installed(served: Served) -> Served:
    absent = about.absence(served[0])
    if absent is not None:
        raise absent
    return served


class _ModelField(msgspec.Struct):
    model: str | None = None


async def _with_first(first: list[Token | Finish] | None, rest: Batches) -> Batches:
    if first is not None:
        yield first
        async for batch in rest:
            yield batch


async def _all_items(batches: Batches) -> list[Token | Finish]:
    async with aclosing(batches):
        return [item async for batch in batches for item in batch]


def _json(content: Any, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json", headers=headers)


def _headers(engine: str) -> dict[str, str]:
    return {"x-engine": "".join(one if one.isascii() and one.isprintable() else "?" for one in engine)}
