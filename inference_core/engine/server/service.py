"""What the routes share: which model a request means, its body, and its answer, whole or streamed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import Finish, Model, ServedTask, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner
from inference_core.engine.server import about
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.engine.server.description.metrics import note_model
from inference_core.engine.server.dialects import in_dialect
from inference_core.engine.server.disconnect import EventStream, until_disconnect
from inference_core.engine.server.errors import with_error_event
from inference_core.engine.server.request_body import BadRequest, max_body_bytes, read_body
from inference_core.engine.server.sizes import WithinSizes

T = TypeVar("T")
Items = list[Token | Finish]
Served = tuple[Model, ServedTask]

_PLACEHOLDER_MODELS = frozenset({"", "dummy", "tgi", "endpoint"})
"""What clients send as the model if they were given a URL but no model."""

_READ_AT_ONCE = 2**16
"""Bytes of a body that is read on the event loop; a larger one would block it for too long."""


class Service:
    """The models of a catalogue, run by a runner, for requests within the limits."""

    def __init__(self, catalogue: Catalogue, runner: Runner, limits: Limits) -> None:
        self.catalogue = catalogue
        self.runner = WithinSizes(runner)
        self.watched = runner
        self.limits = limits

    def with_id(self, id: str) -> list[Served]:
        """The tasks of the model with this id; raises BadRequest (404)."""
        found = self.catalogue.with_id(id.rstrip("/"))
        if not found:
            raise BadRequest(404, "no_such_model", model=id[:100])
        return found

    def requested(self, id: str, task: str | None) -> Served:
        """The model with this id, for the named task or its default one. Raises BadRequest (404) or CannotLoad."""
        served = self.with_id(id)
        found = next((one for one in served if task in (None, one[1].id)), None)
        if found is None:
            known = " and ".join(task.id for _, task in served)
            raise BadRequest(404, "model_without_task", model=id, known=known, task=(task or "")[:100])
        return installed(found)

    def recommended(self, task: str) -> Served | None:
        """The recommended model of a task; raises CannotLoad if a package is missing."""
        models = self.by_task().get(task)
        found = self.catalogue.find(models[0].id, task) if models else None
        return installed(found) if found else None

    def by_task(self) -> dict[str, list[Model]]:
        """The models of each task, the recommended one first; one that could not be loaded is not recommended."""
        return self.catalogue.by_task(lambda model: self.watched.state(model) == "failed")

    def is_placeholder(self, id: str) -> bool:
        """Whether a caller without a model sends this: a word, or the URL that it was given."""
        return id in _PLACEHOLDER_MODELS or id.startswith(("http://", "https://"))

    async def raw_body(self, request: Request, task: ServedTask | None = None) -> bytes:
        """The bytes of a request; raises BadRequest (413)."""
        return await read_body(request, max_body_bytes(task, self.limits) if task else self.limits.body)

    async def body(self, raw: bytes, task: ServedTask) -> Any:
        """The body of a request to the task; raises BadRequest."""
        return await self.parsed(raw, partial(parse_task_body, raw, task, self.limits))

    async def parsed(self, raw: bytes, parse: Callable[[], T]) -> T:
        """What `parse` makes of `raw`."""
        return parse() if len(raw) <= _READ_AT_ONCE else await asyncio.to_thread(parse)

    async def answer(self, request: Request, served: Served, body: Any) -> Response:
        """The model's answer, in the shape that the caller reads."""
        model, task = served
        note_model(request, model.id)
        answer = await until_disconnect(request, self.runner.run(model, task.id, body))
        content = in_dialect(answer.content, task.id, request.headers.get("user-agent", ""))
        told = self._headers(model, answer.engine, answer.seconds)
        return Response(content, media_type=answer.mime_type, headers=told)

    async def items(self, request: Request, served: Served, body: Any) -> Items:
        """All tokens of an answer and its `Finish`."""
        return await until_disconnect(request, _all(self.batches(request, served, body)))

    def batches(self, request: Request, served: Served, body: Any) -> AsyncGenerator[Items]:
        """The tokens of an answer as they are generated."""
        model, task = served
        note_model(request, model.id)
        return self.runner.iterate(model, task.id, body)

    async def stream(
        self,
        request: Request,
        model: Model,
        source: AsyncGenerator[T],
        events: Callable[[AsyncGenerator[T], str], AsyncIterator[bytes]],
    ) -> Response:
        """The answer as events; a refusal of the first ones still sets the status."""
        first = await until_disconnect(request, anext(source, None))
        engine = self.engine(model)
        content = with_error_event(request, events(_with_first(first, source), engine))
        return EventStream(content, source, self._headers(model, engine))

    def generated(self, model: Model, content: Any, items: Items) -> Response:
        """JSON that was made of these tokens of the model."""
        seconds = sum(item.seconds or 0.0 for item in items if isinstance(item, Finish))
        sent = self._headers(model, self.engine(model), seconds)
        return Response(msgspec.json.encode(content), media_type="application/json", headers=sent)

    def engine(self, model: Model) -> str:
        """The name of what computes the model's answers."""
        return self.runner.details(model).engine or model.id

    def _headers(self, model: Model, engine: str, seconds: float | None = None) -> dict[str, str]:
        """What computed an answer, on what and, once it is known, for how long; named as the hosted API does."""
        device = self.runner.details(model).device
        told = {
            "x-engine": _printable(engine),
            "x-model": _printable(model.id),
            "x-compute-type": "cpu" if device == "cpu" else "gpu",
        }
        return told if seconds is None else told | {"x-compute-time": f"{seconds:.3f}"}


def installed(served: Served) -> Served:
    """The same; raises CannotLoad if a package of the model is missing."""
    absent = about.absence(served[0])
    if absent is not None:
        raise absent
    return served


def json_response(content: Any, status: int = 200) -> Response:
    """A JSON response that no model has computed."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def _printable(text: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in text)


async def _with_first(first: T | None, rest: AsyncGenerator[T]) -> AsyncGenerator[T]:
    if first is not None:
        yield first
        async for one in rest:
            yield one


async def _all(batches: AsyncGenerator[Items]) -> Items:
    async with aclosing(batches):
        return [item async for batch in batches for item in batch]
