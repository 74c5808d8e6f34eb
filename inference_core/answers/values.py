"""Answers that are bare values: arrays, numbers and labels."""

from math import nan
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from inference_core.answers.base import invalid, json_as

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Number = float | None
_Label = str | int | float | bool | None
V = TypeVar("V")

_lists = json_as(list[Any])
_numbers = json_as(list[_Number | list[_Number]])
_labels = json_as(list[_Label | list[_Label]])


def array(body: bytes) -> "NDArray[np.float32]":
    """Decode nested lists of numbers to an array, null to NaN; lists of the same level must have the same length."""
    return array_of(_lists(body), body)


def array_of(values: list[Any], body: bytes) -> "NDArray[np.float32]":
    """As `array`, for an answer that is already decoded to lists; `body` is for the error."""
    import numpy as np

    with np.errstate(over="ignore"):
        try:
            return np.array(values, np.float32)
        except (ValueError, TypeError, OverflowError) as error:
            raise invalid(body, error) from None


def numbers(body: bytes) -> list[float]:
    """Decode a list of numbers, null to NaN; each number, or all together, may be in a list of its own."""
    found = _flat(_numbers(body), body)
    return [nan if value is None else value for value in found]


def texts(body: bytes) -> list[str]:
    """Decode a list of labels to text, null to ""; a label may be a number. Lists may be as in `numbers`."""
    return list(map(_text, _flat(_labels(body), body)))


def _flat(values: list[V | list[V]], body: bytes) -> list[V]:
    lists = [value if isinstance(value, list) else [value] for value in values]
    if len(lists) == 1 and lists[0]:
        return lists[0]
    if any(len(value) != 1 for value in lists):
        raise invalid(body, "it contains several values in place of one")
    return [value for (value,) in lists]


def _text(label: str | int | float | bool | None) -> str:
    if label is None:
        return ""
    return label if isinstance(label, str) else msgspec.json.encode(label).decode()
