"""Request bodies: read up to a limit and checked against a task's schema; errors name the field."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request

from inference_core.engine.contract import ServedTask
from inference_core.engine.inputs import UnusableField, Upload, checked_upload, decode_hook
from inference_core.engine.limits import Limits
from inference_core.errors import CodedError

_MESSAGE_AND_FIELD = re.compile(r"^(?P<what>.*?)(?: - at `\$?\.?(?P<where>.*)`)?$", re.DOTALL)
_BLANK = re.compile(r"Expected `str` matching regex")
_MALFORMED = "JSON is malformed: "
_MISSING = re.compile(r"Object missing required field `(\w+)`")


class BadRequest(CodedError):
    """A request that cannot be answered; `status` is its HTTP status."""

    def __init__(self, status: int, code: str, /, **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.args = (status, code)
        self.status = status


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body; raises BadRequest (413) as soon as it exceeds `limit` bytes."""
    declared = request.headers.get("content-length", "")
    body = bytearray()
    if not (declared.isdecimal() and int(declared) > limit):
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body)
    raise BadRequest(413, "request_too_large", most=limit / 2**20)


def max_body_bytes(task: ServedTask, limits: Limits) -> int:
    """How many bytes a request to the task may have. Base64 adds a third, and some clients send a picture twice."""
    return largest_body(limits) if task.takes_files else limits.body


def largest_body(limits: Limits) -> int:
    """How many bytes a request to any task may have."""
    return limits.body + 3 * limits.upload


def parse_task_body(body: bytes, task: ServedTask, limits: Limits) -> Any:
    """The body of a request to the task: JSON, or the file itself if the task accepts that. Raises BadRequest."""
    if _takes_bare_file(task) and not body.lstrip().startswith(b"{"):
        try:
            return task.body(inputs=checked_upload(body, limits))
        except UnusableField as error:
            raise BadRequest(422, error.code, **error.arguments) from None
        except TypeError as error:  # the task needs more than the file
            missing = str(error).rpartition("'")[0].rpartition("'")[2]
            raise BadRequest(422, "missing_beside_file", field=missing) from None
    return parse_body(body, task.body, decode_hook(limits))


def _takes_bare_file(task: ServedTask) -> bool:
    return any(field.name == "inputs" and field.type is Upload for field in msgspec.structs.fields(task.body))


def parse_body(body: bytes, schema: type[msgspec.Struct], hook: Callable[[type, Any], Any] | None = None) -> Any:
    """The body as `schema`; raises BadRequest: 400 if it is not JSON or has unknown parameters, else 422."""
    try:
        return _checked(body, schema, hook)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(400, "body_not_json", problem=str(error).removeprefix(_MALFORMED)) from None
    except RecursionError:
        raise BadRequest(400, "body_too_deep") from None


def _checked(body: bytes, schema: type[msgspec.Struct], hook: Callable[[type, Any], Any] | None) -> Any:
    try:
        return msgspec.json.decode(body, type=schema, dec_hook=hook)
    except msgspec.ValidationError as error:
        _refuse_unknown_parameters(body, schema)
        raise _bad_field(error) from None


class _ParametersOnly(msgspec.Struct):
    parameters: dict[str, msgspec.Raw] = {}


def _refuse_unknown_parameters(body: bytes, schema: type[msgspec.Struct]) -> None:
    # These are the hosted API's words: clients recognise them and try again without the parameter.
    fields = {field.name: field.type for field in msgspec.structs.fields(schema)}
    known = getattr(fields.get("parameters"), "__struct_fields__", ())
    try:
        sent = msgspec.json.decode(body, type=_ParametersOnly).parameters
    except msgspec.ValidationError:
        return
    unknown = [name for name in sent if name not in known]
    if unknown:
        raise BadRequest(400, "unknown_parameters", names=unknown, quoted=str(unknown), known=list(known) or ["none"])


def _bad_field(error: msgspec.ValidationError) -> BadRequest:
    """The error of msgspec, or of the hook for our own types, as a sentence that names the field."""
    message = str(error)
    found = _MESSAGE_AND_FIELD.match(message)
    what, where = (found["what"], found["where"] or "the body") if found else (message, "the body")
    if isinstance(error.__cause__, UnusableField):
        return BadRequest(422, error.__cause__.code, **error.__cause__.arguments, field=where)
    if missing := _MISSING.match(what):
        inside = "" if where == "the body" else f"{where}."
        return BadRequest(422, "field_missing", field=f"{inside}{missing[1]}")
    if _BLANK.match(what):
        return BadRequest(422, "field_empty", field=where)
    return BadRequest(422, "field_wrong", field=where, problem=f"{what[:1].lower()}{what[1:]}")
