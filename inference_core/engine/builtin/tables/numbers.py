"""Reads the cells of a table as numbers; the error for any other cell names its row and column."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.numbers.column import Readings, possible_marks, read_with
from inference_core.engine.builtin.numbers.quantity import EXACT, is_missing, read_quantity
from inference_core.engine.builtin.numbers.units import PLAIN
from inference_core.engine.contract import CannotAnswer

_SIMILAR_TO_GROUPS = 3
"""Decimals that may be read as a group of thousands."""


def read_numbers(columns: Mapping[str, list[Any]], *, gaps: bool = False) -> NDArray[np.float64]:
    """The numbers in the cells, shape (rows, columns), in any notation that a column makes clear.

    Args:
        gaps: whether a cell may be empty; its number is NaN then.

    Raises:
        CannotAnswer: a cell is empty, is not a number, has a unit, or may be read in two ways.
    """
    numbers = [_numbers(column, cells, gaps) for column, cells in columns.items()]
    return np.array(numbers, np.float64).T


def missing(text: str, place: str) -> CannotAnswer:
    """The refusal of a cell that says that there is no number: it is empty, or "n/a" or the like."""
    text = text.strip()
    return (
        CannotAnswer("cell_without_number", text=text, place=place) if text else CannotAnswer("cell_empty", place=place)
    )


def unclear(text: str, readings: Readings, place: str) -> CannotAnswer:
    """The refusal of a cell that may be read in two ways."""
    one, other = (f"{EXACT.normalize(reading.value):f}" for reading in readings[:2])
    decimals = len(other.partition(".")[2])
    clear = other + {0: ".0", _SIMILAR_TO_GROUPS: "0"}.get(decimals, "")
    return CannotAnswer("cell_ambiguous", text=text.strip(), place=place, one=one, other=other, clear=clear)


def place_of(row: int, column: str) -> str:
    """How an error names a cell; rows count from 0 here."""
    return f"row {row + 1}, column {column!r}"


def _numbers(column: str, cells: list[Any], gaps: bool) -> list[float]:
    read = [_read(cell, place_of(row, column), gaps) for row, cell in enumerate(cells)]
    marks = possible_marks([readings for readings in read if isinstance(readings, tuple)])
    return [_chosen(readings, marks, cells[row], place_of(row, column)) for row, readings in enumerate(read)]


def _read(cell: object, place: str, gaps: bool) -> float | Readings:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _finite(cell, place)
    if cell is None or (isinstance(cell, str) and is_missing(cell)):
        if gaps:
            return math.nan
        raise missing(cell or "", place)
    text = str(cell).strip()
    readings = read_quantity(text) if isinstance(cell, str) else ()
    if not readings:
        raise CannotAnswer("cell_not_a_number", text=text[:40], place=place)
    if readings[0].unit != PLAIN:
        raise CannotAnswer("cell_has_unit", text=text[:40], place=place)
    return readings


def _chosen(readings: float | Readings, marks: tuple[str, ...], cell: Any, place: str) -> float:
    if not isinstance(readings, tuple):
        return readings
    if len(readings) > 1 and len(marks) > 1:
        raise unclear(cell, readings, place)
    return _finite(read_with(marks[0], readings).value, place)


def _finite(number: float | Decimal, place: str) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise CannotAnswer("cell_too_large", place=place)
    return value
