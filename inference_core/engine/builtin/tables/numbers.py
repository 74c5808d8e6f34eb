"""Reads the cells of a table as numbers; the error for any other cell names its row and column."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.lexical.numbers import read_number
from inference_core.engine.contract import CannotAnswer


def read_numbers(columns: Mapping[str, list[Any]]) -> NDArray[np.float64]:
    """The numbers in the cells, shape (rows, columns). A decimal comma is read as a point.

    Raises:
        CannotAnswer: a cell is empty, is not a number, or may be read in two ways.
    """
    numbers = [
        [_number(cell, f"row {row}, column {column!r}") for row, cell in enumerate(cells, start=1)]
        for column, cells in columns.items()
    ]
    return np.array(numbers, np.float64).T


def _number(cell: object, place: str) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        raise CannotAnswer("cell_empty", place=place)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _finite(cell, place)
    text = str(cell).strip()
    number = read_number(text)
    if number is None:
        raise CannotAnswer("cell_not_a_number", text=text[:40], place=place)
    if number.is_ambiguous:
        either, other = text.replace(",", "", 1), text.replace(",", ".", 1)
        raise CannotAnswer("cell_ambiguous", text=text, place=place, one=either, other=other)
    return _finite(number.value, place)


def _finite(number: float, place: str) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise CannotAnswer("cell_too_large", place=place)
    return value
