"""Reading answers that differ from their types, so that a wrong side field does not cost the answer.

Decoders try msgspec first, which is fast and exact. What it refuses is read here, field by field, as the type says:

- A field without a default must be readable. Any other field that is not of its type gets its default. Of the fields
  that a type lists in `_carriers`, one is enough, and the others are then empty.
- A number is taken for a text, such as a label or an id. A text that carries the answer (`AnswerText`) may also come in
  parts, or as an object, which becomes JSON.
- A list of objects loses those that cannot be read, unless none can be; a lone object is a list of one. Any other list
  must be readable in full. An object that needs no field may be missing.
- Names of fields may differ in case and hyphens, or be one of `_OTHER_NAMES`.
- NaN is null, Infinity a number, and half a character U+FFFD, although none is valid JSON. In a stream, where servers
  cut characters, so is a byte that is not UTF-8. UTF-16 and UTF-32 are read, too.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from math import inf
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

# What msgspec raises for a body that is not JSON, not UTF-8, of another type, or nested a thousand levels deep.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_CARRIES_THE_ANSWER, _MAY_BE_NULL = "carries the answer", "may be null"

AnswerText = Annotated[str, _CARRIES_THE_ANSWER]
"""A text that is the answer."""

PieceOfText = Annotated[AnswerText, _MAY_BE_NULL]
"""A text that is a part of the answer; null means that it is empty."""

Element = TypeVar("Element")
ListOrNull = Annotated[list[Element], _MAY_BE_NULL]
"""A list; null, or anything else that says nothing, such as {} or false, means that it is empty."""

Reader = Callable[[Any], Any]

_SAME_TEXT = ("generated_text", "summary_text", "translation_text", "text")
_OTHER_NAMES = {**dict.fromkeys(_SAME_TEXT, _SAME_TEXT), "message": ("delta",), "delta": ("message",)}
_NOT_THE_ANSWER = ("thinking", "reasoning")  # types of parts
_CONSTANTS = {"NaN": None, "Infinity": inf, "-Infinity": -inf}
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)


class Unreadable(ValueError):
    """A value that is not of the expected type and cannot be taken for it."""


def parsed(body: bytes | msgspec.Raw, *, errors: str = "strict") -> Any:
    """The JSON of a body; `errors` as in `bytes.decode`.

    Raises:
        Unreadable: it is not JSON.
    """
    content = bytes(body)
    try:
        # Decoded first, because `json` lets halves of characters pass in bytes.
        text = content.decode(json.detect_encoding(content), errors)
        whole = _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)
        return json.loads(whole, parse_constant=_CONSTANTS.__getitem__)
    except (ValueError, RecursionError):  # a ValueError also for numbers of thousands of digits
        raise Unreadable from None


def encoded(value: Any) -> bytes:
    """What `parsed` gave, as JSON again."""
    try:
        return json.dumps(value).encode()
    except RecursionError:
        raise Unreadable from None


@cache
def reader(kind: Any) -> Reader:
    """A function that makes a `kind`, any type that msgspec knows, from what `parsed` gives, or raises Unreadable."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        plain, *notes = arguments
        read = _answer_text if _CARRIES_THE_ANSWER in notes else reader(plain)
        return _or_null(read, plain) if _MAY_BE_NULL in notes else read
    if origin in (Union, UnionType):
        return _first_of([reader(member) for member in arguments])
    if origin is list:
        element = reader(arguments[0])
        return _objects(element) if _is_struct(arguments[0]) else _list(element)
    if origin is dict:
        return _mapping(reader(arguments[1]))
    if _is_struct(kind):
        return _object(kind)
    if kind is str:
        return _text
    if kind is msgspec.Raw:
        return lambda value: msgspec.Raw(encoded(value))
    return lambda value: _simple(value, kind)


def readable(values: list[Any], read: Reader) -> list[Any]:
    """Those of the values that can be read; raises Unreadable if there are some and none can be."""
    return list(_readable(dict(enumerate(values)), read).values())


def _readable(values: Mapping[Any, Any], read: Reader) -> dict[Any, Any]:
    found = {}
    for key, value in values.items():
        with suppress(Unreadable):
            found[key] = read(value)
    if values and not found:
        raise Unreadable
    return found


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _simple(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False)
    except UNDECODABLE:
        raise Unreadable from None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    raise Unreadable


def _answer_text(value: Any) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    parts = value if isinstance(value, list) else [value]
    if texts := [text for part in parts if (text := _text_of_part(part)) is not None]:
        return "".join(texts)
    if isinstance(value, dict) and value and not _is_aside(value):
        return json.dumps(value, ensure_ascii=False)
    return _text(value)


def _text_of_part(part: Any) -> str | None:
    if isinstance(part, dict) and not _is_aside(part):
        part = part.get("text")
    return part if isinstance(part, str) else None


def _is_aside(part: dict[str, Any]) -> bool:
    return part.get("type") in _NOT_THE_ANSWER


def _or_null(read: Reader, kind: Any) -> Reader:
    is_list = get_origin(kind) is list
    return lambda value: _empty(kind) if value is None or (is_list and not value) else read(value)


def _first_of(readers: list[Reader]) -> Reader:
    def read(value: Any) -> Any:
        for one in readers:
            with suppress(Unreadable):
                return one(value)
        raise Unreadable

    return read


def _list(read_element: Reader) -> Reader:
    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Unreadable
        return list(map(read_element, value))

    return read


def _objects(read_element: Reader) -> Reader:
    def read(value: Any) -> list[Any]:
        values = [value] if isinstance(value, dict) and value else value
        if not isinstance(values, list):
            raise Unreadable
        return readable(values, read_element)

    return read


def _mapping(read_value: Reader) -> Reader:
    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unreadable
        return _readable(value, read_value)

    return read


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    sent_as: tuple[str, ...]
    kind: Any
    read: Reader
    is_required: bool
    is_carrier: bool

    def read_from(self, sent: Mapping[str, Any]) -> Any:
        for name in self.sent_as:
            if name in sent:
                with suppress(Unreadable):
                    return self.read(sent[name])
        raise Unreadable

    def must_be_filled(self, sent: Mapping[str, Any], is_carried: bool) -> bool:
        """Whether the field, which cannot be read, becomes empty rather than its default.

        Raises:
            Unreadable: there is no answer without it.
        """
        if self.is_carrier and is_carried:
            return self.is_required
        is_sent = any(sent.get(name) is not None for name in self.sent_as)
        if is_sent and (self.is_required or self.is_carrier):
            raise Unreadable
        if self.is_required and not _needs_nothing(self.kind):
            raise Unreadable
        return self.is_required


def _object(kind: type[msgspec.Struct]) -> Reader:
    fields = _fields(kind)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Unreadable
        sent = {_plain(name): item for name, item in value.items()} | value
        found = {}
        for field in fields:
            with suppress(Unreadable):
                found[field.name] = field.read_from(sent)
        is_carried = any(found.get(field.name) is not None for field in fields if field.is_carrier)
        for field in fields:
            if field.name not in found and field.must_be_filled(sent, is_carried):
                found[field.name] = _empty(field.kind)
        return kind(**found)

    return read


def _fields(kind: type[msgspec.Struct]) -> list[_Field]:
    carriers = getattr(kind, "_carriers", ())
    return [
        _Field(
            name=field.name,
            sent_as=(field.encode_name, *_OTHER_NAMES.get(field.name, ())),
            kind=field.type,
            read=reader(field.type),
            is_required=field.required,
            is_carrier=field.name in carriers,
        )
        for field in msgspec.structs.fields(kind)
        if not field.encode_name.startswith("_")  # set by the decoder
    ]


def _needs_nothing(kind: Any) -> bool:
    return _is_struct(kind) and not any(field.required for field in msgspec.structs.fields(kind))


def _empty(kind: Any) -> Any:
    if not _is_struct(kind):
        return [] if get_origin(kind) is list else ""
    return kind(**{field.name: _empty(field.type) for field in msgspec.structs.fields(kind) if field.required})


def _plain(name: str) -> str:
    return name.replace("-", "_").replace(" ", "_").lower()
