"""`/openapi.json`: the server's routes, described by the types that check the bodies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from inference_core import __version__, words
from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import Model, ServedTask
from inference_core.engine.inputs import Columns, Upload
from inference_core.engine.server.bodies.parsing import takes_bare_file
from inference_core.engine.server.completions import CompletionBody
from inference_core.engine.server.description.response_types import (
    ChatCompletion,
    Completion,
    Error,
    Generation,
    Health,
    Info,
    ModelEntry,
    ModelList,
    TaskEntry,
)
from inference_core.engine.server.description.task_answers import TASK_ANSWERS

_JSON, _EVENTS, _BYTES = "application/json", "text/event-stream", "application/octet-stream"
_EVERY_ROUTE = (401, 403, 421, 500)
_RUNS_A_MODEL = (400, 408, 413, 415, 422, 503, 504)
_ABOUT = (
    "Models on this machine behind the routes of Hugging Face's hosted API, text-generation-inference and OpenAI. "
    'A field that is null, empty ("", [], {}) or equal to the default of its API asks for nothing and is ignored, also '
    "where the types here have no place for it. All other fields that cannot be served are refused by name, together."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route with its method.

    Attributes:
        body: the type of its JSON body, None for GET.
        answers: the content types of its answer, each with the type of the JSON (None: any).
        errors: the statuses of its errors.
        others: other statuses, with the type of the JSON that comes with them.
        takes_file: whether the body may also be the file itself.
        parameters: the values of what stands in braces in the path.
    """

    path: str
    summary: str
    answers: Mapping[str, Any]
    body: type[msgspec.Struct] | None = None
    errors: tuple[int, ...] = ()
    others: Mapping[int, Any] = field(default_factory=dict)
    takes_file: bool = False
    parameters: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return "post" if self.body else "get"

    def types(self) -> list[Any]:
        """The types that its description refers to."""
        return [*filter(None, [self.body, *self.answers.values()]), *self.others.values(), Error]


def document(catalogue: Catalogue) -> dict[str, Any]:
    """The description of the routes that serve this catalogue, in OpenAPI 3.1."""
    operations = [*_fixed(catalogue), *_of_models(catalogue)]
    types = list({id(type): type for one in operations for type in one.types()}.values())
    schemas, components = msgspec.json.schema_components(
        types, schema_hook=_schema_of_inputs, ref_template="#/components/schemas/{name}"
    )
    schema_of = {id(type): schema for type, schema in zip(types, schemas, strict=True)}
    paths: dict[str, Any] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method] = _described(one, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "inference_core.engine", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": _without_false_items(components),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],
    }


def _fixed(catalogue: Catalogue) -> Iterable[Operation]:
    """The routes that name no model."""
    yield Operation(
        path="/health",
        summary="Whether the server answers",
        answers={_JSON: Health},
        others={503: Health},
    )
    yield Operation(path="/info", summary="The limits, and what every model can do", answers={_JSON: Info})
    yield Operation(path="/metrics", summary="Counts of requests, for Prometheus", answers={"text/plain": None})
    yield Operation(path="/openapi.json", summary="This description", answers={_JSON: None})
    yield Operation(path="/api/tasks", summary="The models of every task", answers={_JSON: dict[str, TaskEntry]})
    yield Operation(path="/v1/models", summary="The models", answers={_JSON: ModelList})
    ids = {"id": catalogue.ids()}
    yield Operation(
        path="/v1/models/{id}", summary="A model", answers={_JSON: ModelEntry}, errors=(404,), parameters=ids
    )
    by_task = catalogue.by_task()
    if chat := by_task.get("conversational"):
        yield _chat("/v1/chat/completions", chat[0].task("conversational"), named=True)
    if generators := by_task.get("text-generation"):
        yield _completions("/v1/completions", named=True)
        yield from _of_tgi(generators[0].task("text-generation"))


def _of_tgi(task: ServedTask) -> Iterable[Operation]:
    common: Any = {"body": task.body, "errors": _RUNS_A_MODEL}
    listed = {_JSON: TASK_ANSWERS[task.id], _EVENTS: None}
    yield Operation(path="/", summary="Text generation", answers=listed, **common)
    yield Operation(path="/generate", summary="Text generation", answers={_JSON: Generation}, **common)
    yield Operation(path="/generate_stream", summary="Text generation in events", answers={_EVENTS: None}, **common)


def _of_models(catalogue: Catalogue) -> Iterable[Operation]:
    """The routes of each model, with its id in the path: each task has a body of its own."""
    for model in catalogue:
        default = catalogue.with_id(model.id)[0][1]
        for task in model.tasks:
            path = f"/models/{model.id}"
            if task is default:
                yield _task(path, model, task)
            yield _task(f"{path}/pipeline/{task.id}", model, task)
            if task.id == "conversational":
                yield _chat(f"{path}/v1/chat/completions", task)
            if task.id == "text-generation":
                yield _completions(f"{path}/v1/completions")


def _task(path: str, model: Model, task: ServedTask) -> Operation:
    answers: dict[str, Any] = {task.answer_type: TASK_ANSWERS.get(task.id) if task.answer_type == _JSON else None}
    if "stream" in task.body.__struct_fields__:
        answers[_EVENTS] = None
    return Operation(
        path=path,
        summary=f"{task.id}: {words.text(model.can)}",
        answers=answers,
        body=task.body,
        errors=_RUNS_A_MODEL,
        takes_file=takes_bare_file(task),
    )


def _chat(path: str, task: ServedTask, *, named: bool = False) -> Operation:
    errors = (*_RUNS_A_MODEL, 404) if named else _RUNS_A_MODEL
    answers = {_JSON: ChatCompletion, _EVENTS: None}
    return Operation(path=path, summary="Chat completions", answers=answers, body=task.body, errors=errors)


def _completions(path: str, *, named: bool = False) -> Operation:
    errors = (*_RUNS_A_MODEL, 404) if named else _RUNS_A_MODEL
    answers = {_JSON: Completion, _EVENTS: None}
    return Operation(path=path, summary="Text completions", answers=answers, body=CompletionBody, errors=errors)


def _described(one: Operation, schema_of: Mapping[int, Any]) -> dict[str, Any]:
    name = re.sub(r"\W+", "_", one.path).strip("_") or "root"
    found: dict[str, Any] = {
        "operationId": f"{one.method}_{name}",
        "summary": one.summary,
        "responses": _responses(one, schema_of),
    }
    if one.parameters:
        found["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "enum": values}}
            for name, values in one.parameters.items()
        ]
    if one.body:
        content = {_JSON: {"schema": schema_of[id(one.body)]}}
        if one.takes_file:
            content[_BYTES] = {"schema": {"type": "string", "format": "binary"}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _responses(one: Operation, schema_of: Mapping[int, Any]) -> dict[str, Any]:
    answers = {kind: {"schema": schema_of[id(type)]} if type else {} for kind, type in one.answers.items()}
    found: dict[str, Any] = {"200": {"description": "The answer", "content": answers}}
    others = {**dict.fromkeys((*_EVERY_ROUTE, *one.errors), Error), **one.others}
    for status, kind in sorted(others.items()):
        content = {_JSON: {"schema": schema_of[id(kind)]}}
        found[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    return found


def _without_false_items(schema: Any) -> Any:
    """The same for lists of fixed length, whose `maxItems` says enough: some generators cannot read `items: false`."""
    if isinstance(schema, dict):
        kept = {name: _without_false_items(value) for name, value in schema.items()}
        return {name: value for name, value in kept.items() if (name, value) != ("items", False)}
    return list(map(_without_false_items, schema)) if isinstance(schema, list) else schema


def _schema_of_inputs(kind: type) -> dict[str, Any]:
    if kind is Upload:
        return {"type": "string", "contentEncoding": "base64", "description": "A file in base64, or as data URI"}
    if kind is Columns:
        cell = {"type": ["string", "number", "boolean", "null"]}
        return {"type": "object", "additionalProperties": {"type": "array", "items": cell}}
    raise NotImplementedError(kind)
