"""What an endpoint takes, as JSON Schema: for Gradio's clients, which send files as objects, and for agents."""

from collections.abc import Mapping
from typing import Any, get_args

from gradio_client.utils import python_type_to_json_schema

from tasks.fields import Choice, Lines, Number, Picture, Previous, Sound, Switch, Table, Words
from tasks.gallery.api.values import GradioFile
from tasks.gallery.inputs import choices
from tasks.registry import Parameter, Task

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NULL: Schema = {"type": "null"}
_CELL: Schema = {"anyOf": [_TEXT, {"type": "number"}, {"type": "boolean"}, _NULL]}
_MESSAGE: Schema = {
    "type": "object",
    "properties": {"role": {"type": "string", "enum": ["user", "assistant", "system"]}, "content": _TEXT},
    "required": ["role", "content"],
}
_MODEL_HINT = "model id or URL of an endpoint; empty for the recommended model"
_FILE_HINT = "as http, https or data: URL"
_PAGES_HINT = "of a PDF the first page, or with #page=2 at the end of the URL that one"
_CONVERSATION_HINT = "the conversation so far; leave it out at first"


def gradios_schemas(task: Task) -> dict[str, Schema]:
    """The schema of each parameter of the endpoint, by its name; what need not be given may be null."""
    return _schemas(task, python_type_to_json_schema(GradioFile))


def tool_schema(task: Task) -> Schema:
    """What an agent sends to the task, as a schema of its own that any validator knows."""
    told = hints(task)
    needed = required(task)
    properties = {
        name: {**schema, "description": told[name], **({} if name in needed else {"default": None})}
        for name, schema in _schemas(task, _TEXT).items()
    }
    for one in files(task):
        properties[one.name]["description"] += f", {_hint_of_file(one)}"
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def required(task: Task) -> list[str]:
    """The names of the parameters that may not be left out."""
    return [one.name for one in task.user_inputs]


def hints(task: Task) -> dict[str, str]:
    """A few words about each parameter of the endpoint, by its name."""
    inputs = {one.name: _hint(one) for one in task.inputs}
    return inputs | {"model": _MODEL_HINT} | {one.name: _hint(one) for one in task.parameters}


def files(task: Task) -> list[Parameter]:
    """The parameters that are files."""
    return [one for one in task.inputs if isinstance(one.field, Picture | Sound)]


def _hint(parameter: Parameter) -> str:
    field = parameter.field
    return getattr(field, "info", "") or getattr(field, "label", "") or _CONVERSATION_HINT


def _hint_of_file(parameter: Parameter) -> str:
    has_pages = isinstance(parameter.field, Picture) and parameter.field.pages
    return f"{_FILE_HINT}; {_PAGES_HINT}" if has_pages else _FILE_HINT


def _schemas(task: Task, file: Schema) -> dict[str, Schema]:
    needed = required(task)
    schemas = {one.name: _schema(one, file) for one in task.inputs} | {"model": _TEXT}
    schemas |= {one.name: _schema(one, file) for one in task.parameters}
    return {name: schema if name in needed else {"anyOf": [schema, _NULL]} for name, schema in schemas.items()}


def _schema(parameter: Parameter, file: Schema) -> Schema:
    match parameter.field:
        case Picture() | Sound():
            return file
        case Previous():
            return {"type": "array", "items": _MESSAGE}
        case Table():
            return {"type": "object", "additionalProperties": {"type": "array", "items": _CELL}}
        case Words() | Lines():
            return {"type": "array", "items": _TEXT}
        case Choice():
            return {"type": "string", "enum": choices(parameter)}
        case Switch():
            return {"type": "boolean"}
        case Number() as field:
            return _number(field, is_whole=int in get_args(parameter.type))
    return _TEXT


def _number(field: Number, *, is_whole: bool) -> Schema:
    bounds: Mapping[str, float | None] = {"minimum": field.minimum, "maximum": field.maximum}
    kept = {name: bound for name, bound in bounds.items() if bound is not None}
    return {"type": "integer" if is_whole else "number", **kept}
