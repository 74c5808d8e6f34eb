"""The error for a body with fields that cannot be served: one answer that names each of them."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import msgspec

from inference_core.engine.inputs import UnusableField
from inference_core.engine.server.bodies.asked import Field, fields_of
from inference_core.engine.server.request_body import BadRequest

_MESSAGE_AND_FIELD = re.compile(r"^(?P<what>.*?)(?: - at `\$?\.?(?P<where>.*)`)?$", re.DOTALL)
_BLANK = re.compile(r"Expected `str` (matching regex|of length >= 1$)")
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_PARAMETER = re.compile(r"parameters\.([^.]+)")
_MOST_NAMED = 50

Hook = Callable[[type, Any], Any]


def refusal(
    error: msgspec.ValidationError | None,
    sent: Any,
    schema: type[msgspec.Struct],
    unserved: list[str],
    hook: Hook | None,
) -> BadRequest:
    """The error for `sent`, which is not a `schema` because of `error`, and for the fields it has no place for."""
    wrong = [] if error is None else _all_wrong(error, sent, schema, hook)
    if not wrong and all(map(_PARAMETER.fullmatch, unserved)):
        return _unknown_parameters(unserved, schema)
    if not unserved and len(wrong) == 1:
        return wrong[0]
    fields = sorted([*unserved, *(one.arguments["field"] for one in wrong)])[:_MOST_NAMED]
    if not wrong:
        return BadRequest(400, "fields_not_served", fields=fields)
    problems = [str(one).rstrip(".") for one in wrong]
    if not unserved:
        return BadRequest(422, "fields_wrong", fields=fields, problems="; ".join(problems))
    names = ", ".join(unserved[:_MOST_NAMED])
    return BadRequest(400, "fields_refused", fields=fields, names=names, problems="; ".join(problems))


def _all_wrong(
    error: msgspec.ValidationError, sent: Any, schema: type[msgspec.Struct], hook: Hook | None
) -> list[BadRequest]:
    return list(islice(_wrong_fields(sent, schema, "", hook), _MOST_NAMED)) or [bad_field(error)]


def bad_field(error: msgspec.ValidationError, inside: str = "") -> BadRequest:
    """The error of msgspec, or of the hook for our own types, as a sentence that names the field."""
    message = str(error)
    found = _MESSAGE_AND_FIELD.match(message)
    what, where = (found["what"], found["where"] or "") if found else (message, "")
    path = _joined(inside, where)
    if isinstance(error.__cause__, UnusableField):
        return BadRequest(422, error.__cause__.code, **error.__cause__.arguments, field=path or "the body")
    if missing := _MISSING.match(what):
        return BadRequest(422, "field_missing", field=_joined(path, missing[1]))
    if _BLANK.match(what):
        return BadRequest(422, "field_empty", field=path)
    return BadRequest(422, "field_wrong", field=path or "the body", problem=f"{what[:1].lower()}{what[1:]}")


def _unknown_parameters(unserved: list[str], schema: type[msgspec.Struct]) -> BadRequest:
    # These are the hosted API's words: clients recognise them and try again without the parameters.
    names = [path.partition(".")[2] for path in unserved][:_MOST_NAMED]
    parameters = fields_of(schema).get("parameters")
    known = list(fields_of(parameters.struct)) if parameters and parameters.struct else []
    return BadRequest(400, "unknown_parameters", names=names, quoted=str(names), known=known or ["none"])


def _wrong_fields(sent: Any, schema: type[msgspec.Struct], inside: str, hook: Hook | None) -> Iterator[BadRequest]:
    """An error for each field that is missing or wrong, at any depth."""
    if not isinstance(sent, dict):
        return
    for field in fields_of(schema).values():
        path = _joined(inside, field.name)
        if field.name in sent:
            yield from _wrong_values(sent[field.name], field, inside, hook)
        elif field.required:
            yield BadRequest(422, "field_missing", field=path)


def _wrong_values(value: Any, field: Field, inside: str, hook: Hook | None) -> Iterator[BadRequest]:
    try:
        msgspec.convert({field.name: value}, field.alone, dec_hook=hook)
    except msgspec.ValidationError as error:
        deeper = _wrong_inside(value, field, _joined(inside, field.name), hook)
        yield next(deeper, None) or bad_field(error, inside)
        yield from deeper


def _wrong_inside(value: Any, field: Field, path: str, hook: Hook | None) -> Iterator[BadRequest]:
    if field.struct is not None and isinstance(value, dict):
        yield from _wrong_fields(value, field.struct, path, hook)
    if field.items is not None and isinstance(value, list):
        for at, item in enumerate(value):
            yield from _wrong_fields(item, field.items, f"{path}[{at}]", hook)


def _joined(inside: str, name: str) -> str:
    return f"{inside}{name}" if name.startswith("[") or not inside else f"{inside}.{name}" if name else inside
