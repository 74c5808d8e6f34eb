"""What a body asks for: fields that ask for nothing are left out, and those that cannot be served are listed.

A field asks for nothing if it is null, empty or equal to its default (`defaults`).
"""

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from inference_core.engine.server.bodies.defaults import Defaults

_EMPTY: tuple[Any, ...] = (None, "", [], {})
_MOST_LETTERS = 200
"""Letters of a path that an error repeats."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body's type.

    `struct` is the type of the object it may hold, `items` that of objects in a list. `alone` is an object with this
    field only, to check its value: msgspec 0.22 crashes if it converts to some types that are not part of a struct.
    """

    name: str
    type: Any
    required: bool
    alone: type[msgspec.Struct]
    struct: type[msgspec.Struct] | None
    items: type[msgspec.Struct] | None


@cache
def fields_of(struct: type[msgspec.Struct]) -> dict[str, Field]:
    """The fields of a body's type, by the name they have in JSON."""
    return {
        field.encode_name: Field(
            field.encode_name,
            field.type,
            field.required,
            msgspec.defstruct("Alone", [(field.encode_name, field.type)]),
            _struct_in(field.type),
            _items_in(field.type),
        )
        for field in msgspec.structs.fields(struct)
    }


def asked_for(
    sent: dict[str, Any], struct: type[msgspec.Struct], defaults: Defaults
) -> tuple[dict[str, Any], list[str]]:
    """The fields of `sent` that ask for something, and the paths of those that `struct` has no place for."""
    reading = _Reading(defaults, [])
    return reading.object(sent, struct, ""), sorted(reading.unserved)


@dataclass(frozen=True, slots=True)
class _Reading:
    defaults: Defaults
    unserved: list[str]

    def object(self, sent: dict[str, Any], struct: type[msgspec.Struct], inside: str) -> dict[str, Any]:
        known = fields_of(struct)
        kept = {}
        for name, value in sent.items():
            path = f"{inside}{name}"
            field = known.get(name)
            if field is None:
                if struct.__struct_config__.forbid_unknown_fields:
                    self._note_unserved(value, path)
            else:
                asked = self._value(value, field, path)
                if field.required or not self._asks_for_nothing(asked, field, path):
                    kept[name] = asked
        return kept

    def _asks_for_nothing(self, value: Any, field: Field, path: str) -> bool:
        if value in _EMPTY:
            return path not in self.defaults.telling_empties
        # A model may take its API's default as a choice: this one draws words unless `do_sample` is false.
        return (_is_blank(value) or self._is_default(value, path)) and not _fits(value, field)

    def _value(self, sent: Any, field: Field, path: str) -> Any:
        if isinstance(sent, float) and sent.is_integer() and not _fits(sent, field):
            return int(sent)  # JSON has one kind of number: 5.0 is 5
        if field.struct is not None and isinstance(sent, dict):
            return self.object(sent, field.struct, f"{path}.")
        if field.items is not None and isinstance(sent, list):
            return self._items(sent, field.items, path)
        return sent

    def _items(self, sent: list[Any], struct: type[msgspec.Struct], path: str) -> list[Any]:
        kept, kinds = [], _kinds(struct)
        for at, item in enumerate(sent):
            kind = item.get("type") if isinstance(item, dict) else None
            if kinds and isinstance(kind, str) and kind not in kinds:
                self._note(f"{path}[{at}].{kind}")
            else:
                kept.append(self.object(item, struct, f"{path}[{at}].") if isinstance(item, dict) else item)
        return kept

    def _note(self, path: str) -> None:
        self.unserved.append(path[:_MOST_LETTERS])

    def _note_unserved(self, value: Any, path: str) -> None:
        if _is_empty(value) or path in self.defaults.read_over or self._is_default(value, path):
            return
        if isinstance(value, dict) and self.defaults.is_branch(path):
            for name, inner in value.items():
                self._note_unserved(inner, f"{path}.{name}")
        else:
            self._note(path)

    def _is_default(self, value: Any, path: str) -> bool:
        return any(_is_same(value, default) for default in self.defaults.values.get(path, ()))


def _is_empty(value: Any) -> bool:
    """Whether nothing is in it: null, "", [], {}, and lists and objects of such values."""
    if isinstance(value, dict | list):
        return all(map(_is_empty, value.values() if isinstance(value, dict) else value))
    return value is None or value == ""


def _is_blank(value: Any) -> bool:
    """Whether a list or an object holds nothing but null and ""; an empty object in a list is an item, though."""
    inside = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and all(one is None or one == "" for one in inside)


def _is_same(value: Any, default: Any) -> bool:
    # In Python, unlike in JSON, true is 1 and false is 0.
    return isinstance(value, bool) == isinstance(default, bool) and bool(_without_empty_fields(value) == default)


def _without_empty_fields(value: Any) -> Any:
    return {name: one for name, one in value.items() if not _is_empty(one)} if isinstance(value, dict) else value


def _fits(value: Any, field: Field) -> bool:
    try:
        msgspec.convert({field.name: value}, field.alone)
    except msgspec.ValidationError:
        return False
    return True


@cache
def _kinds(struct: type[msgspec.Struct]) -> frozenset[str]:
    """The values of `type` in an object that has several kinds, such as a part of a message; empty if it has none."""
    kind = fields_of(struct).get("type")
    return frozenset(get_args(kind.type)) if kind and get_origin(kind.type) is Literal else frozenset()


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) is Annotated:
        return _struct_in(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return next(filter(None, map(_struct_in, get_args(kind))), None)
    return None


def _items_in(kind: Any) -> type[msgspec.Struct] | None:
    if get_origin(kind) is list:
        return _struct_in(get_args(kind)[0])
    if get_origin(kind) is Annotated:
        return _items_in(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return next(filter(None, map(_items_in, get_args(kind))), None)
    return None
