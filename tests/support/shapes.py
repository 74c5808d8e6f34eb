"""Signatures and output classes taken apart by introspection, so that two clients can be compared."""

import dataclasses
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

_SPECIAL = ("__init__", "__enter__", "__exit__", "__aenter__", "__aexit__")

Structured = type[Any]
"""A dataclass or a msgspec struct."""


def surface(client: type[Any]) -> dict[str, Any]:
    """The public methods and properties of a client class, its constructor and its context manager, by name."""
    members = inspect.getmembers(client)
    return {name: member for name, member in members if name in _SPECIAL or not name.startswith("_")}


def differences(name: str, there: Any, here: Any) -> Iterator[str]:
    """How the member `here` differs from its namesake `there`: one text for every parameter that does."""
    if not (callable(there) and callable(here)):
        if callable(there) or callable(here):
            yield f"{name}: only one of the two is a method"
        return
    if inspect.iscoroutinefunction(there) != inspect.iscoroutinefunction(here):
        yield f"{name}: only one of the two is awaited"
    yield from parameter_differences(name, _parameters(there), _parameters(here))


def parameter_differences(
    name: str, there: Mapping[str, inspect.Parameter], here: Mapping[str, inspect.Parameter]
) -> Iterator[str]:
    """How the parameters `here` differ from those `there` in name, kind, default and order."""
    for parameter in there.keys() - here.keys():
        yield f"{name}({parameter}): only there"
    for parameter in here.keys() - there.keys():
        yield f"{name}({parameter}): only here"
    common = [parameter for parameter in here if parameter in there]
    for parameter in common:
        if (was := _nature(there[parameter])) != (now := _nature(here[parameter])):
            yield f"{name}({parameter}): {was} there, {now} here"
    if common != [parameter for parameter in there if parameter in here]:
        yield f"{name}: another order"


def _parameters(method: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(method).parameters)
    parameters.pop("self", None)
    return parameters


def _nature(parameter: inspect.Parameter) -> str:
    default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
    return f"{parameter.kind.description}{default}"


def structures_in(annotation: Any) -> dict[str, Structured]:
    """The dataclasses and structs anywhere in a type, by name."""
    if isinstance(annotation, type) and (dataclasses.is_dataclass(annotation) or _is_struct(annotation)):
        return {annotation.__name__: annotation}
    found: dict[str, Structured] = {}
    for argument in typing.get_args(annotation):
        found |= structures_in(argument)
    return found


def returned_by(client: type[Any]) -> dict[str, Structured]:
    """The dataclasses and structs that the methods of a client class return, by name."""
    found: dict[str, Structured] = {}
    for member in surface(client).values():
        if callable(member):
            found |= structures_in(inspect.signature(member).return_annotation)
    return found


def fields_of(kind: Structured) -> dict[str, Any]:
    """The public fields of a dataclass or struct with their types."""
    hints = typing.get_type_hints(kind)
    names = kind.__struct_fields__ if _is_struct(kind) else kind.__dataclass_fields__
    return {name: hints[name] for name in names if not name.startswith("_")}


def _is_struct(kind: type[Any]) -> bool:
    return issubclass(kind, msgspec.Struct)


def field_differences(there: Structured, here: Structured) -> Iterator[str]:
    """How the fields `here`, and those of the structures in them, differ from the ones `there`."""
    old, new = fields_of(there), fields_of(here)
    for field in old.keys() - new.keys():
        yield f"{there.__name__}.{field}: only there"
    for field in new.keys() - old.keys():
        yield f"{there.__name__}.{field}: only here"
    for field in old.keys() & new.keys():
        parts, own_parts = list(structures_in(old[field]).values()), list(structures_in(new[field]).values())
        if len(parts) != len(own_parts):
            yield f"{there.__name__}.{field}: has a class of its own only {'there' if parts else 'here'}"
        for part, own_part in zip(parts, own_parts, strict=False):
            yield from field_differences(part, own_part)


def sample(annotation: Any) -> Any:
    """JSON that a value of this type is decoded from; every field of every structure in it has a value."""
    if isinstance(annotation, type) and structures_in(annotation):
        return {name: sample(kind) for name, kind in fields_of(annotation).items()}
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is list:
        return [sample(arguments[0])] * 2
    if origin is typing.Literal:
        return arguments[0]
    if arguments:  # a union: its first member, None is never the only one
        return sample(arguments[0])
    simple: dict[Any, Any] = {str: "text", int: 3, float: 0.5, bool: True, Any: "anything"}
    return simple[annotation]
