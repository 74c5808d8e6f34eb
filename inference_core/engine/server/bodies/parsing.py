"""Request bodies as the types of their tasks: what asks for nothing is left out, all that cannot be served is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from inference_core.engine.contract import ServedTask
from inference_core.engine.inputs import UnusableField, Upload, checked_upload, decode_hook
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.asked import asked_for
from inference_core.engine.server.bodies.defaults import defaults_of
from inference_core.engine.server.bodies.forms import in_the_hubs_form
from inference_core.engine.server.bodies.refused_fields import bad_field, refusal
from inference_core.engine.server.request_body import BadRequest

_MALFORMED = "JSON is malformed: "

Hook = Callable[[type, Any], Any]


def parse_task_body(body: bytes, task: ServedTask, limits: Limits) -> Any:
    """The body of a request to the task: JSON, or the file itself if the task accepts that. Raises BadRequest."""
    if takes_bare_file(task) and not body.lstrip().startswith(b"{"):
        try:
            return task.body(inputs=checked_upload(body, limits))
        except UnusableField as error:
            raise BadRequest(422, error.code, **error.arguments) from None
        except TypeError as error:  # the task needs more than the file
            missing = str(error).rpartition("'")[0].rpartition("'")[2]
            raise BadRequest(422, "missing_beside_file", field=missing) from None
    return parse_body(body, task.body, task.id, decode_hook(limits))


def takes_bare_file(task: ServedTask) -> bool:
    """Whether a request to the task may be the file itself instead of JSON."""
    return any(field.name == "inputs" and field.type is Upload for field in msgspec.structs.fields(task.body))


def parse_body(body: bytes, schema: type[msgspec.Struct], task: str, hook: Hook | None = None) -> Any:
    """The body as `schema`; `task` says which fields ask for nothing.

    Raises:
        BadRequest: 400 if it is not JSON or has fields that the model does not take, 422 if a field is wrong.
    """
    with _json_errors():
        return checked(_decoded(body, schema, hook), schema, task, hook)


class _AnyModel(msgspec.Struct):
    model: Any = None


class _Model(msgspec.Struct):
    model: str


def named_model(body: bytes) -> str:
    """The model that the body names, "" if it names none; raises BadRequest."""
    with _json_errors():
        try:
            model = msgspec.json.decode(body, type=_AnyModel).model
            return msgspec.convert({"model": model}, _Model).model if model else ""
        except msgspec.ValidationError as error:
            raise bad_field(error) from None


@contextmanager
def _json_errors() -> Iterator[None]:
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(400, "body_not_json", problem=str(error).removeprefix(_MALFORMED)) from None
    except RecursionError:
        raise BadRequest(400, "body_too_deep") from None


def checked(sent: Any, schema: type[msgspec.Struct], task: str, hook: Hook | None = None) -> Any:
    """JSON that has been read, as `schema`; raises BadRequest."""
    kept, unserved = sent, list[str]()
    if isinstance(sent, dict):
        kept, unserved = asked_for(in_the_hubs_form(sent, task), schema, defaults_of(task))
    try:
        read = msgspec.convert(kept, schema, dec_hook=hook)
    except msgspec.ValidationError as error:
        raise refusal(error, kept, schema, unserved, hook) from None
    if unserved:
        raise refusal(None, kept, schema, unserved, hook)
    return read


def _decoded(body: bytes, schema: type[msgspec.Struct], hook: Hook | None) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError as error:
        # A number that no float can hold. Only with a schema does msgspec say where it is.
        try:
            msgspec.json.decode(body, type=schema, dec_hook=hook)
        except msgspec.ValidationError as placed:
            raise bad_field(placed) from None
        raise bad_field(error) from None
