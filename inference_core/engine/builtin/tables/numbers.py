"""The cells of a table as numbers; whatever is none is refused by its row and column."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.text.numbers import read_number
from inference_core.engine.contract import Refusal


def read_numbers(columns: Mapping[str, list[Any]]) -> NDArray[np.float64]:
    """The numbers in the cells, shape (rows, columns). A decimal comma is taken for a point.

    Raises:
        Refusal: an empty cell, one that is no number, or one that may be read in two ways.
    """
    numbers = [
        [_number(cell, f"row {row}, column {column!r}") for row, cell in enumerate(cells, start=1)]
        for column, cells in columns.items()
    ]
    return np.array(numbers, np.float64).T


def _number(cell: object, place: str) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        raise Refusal(f"The cell in {place} is empty: fill in a number or leave the row out.")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _finite(cell, place)
    text = str(cell).strip()
    number = read_number(text)
    if number is None:
        raise Refusal(f"{text[:40]!r} in {place} is not a number: write one, such as 5.1.")
    if number.is_ambiguous:
        raise Refusal(
            f"{text!r} in {place} may mean {text.replace(',', '', 1)} or {text.replace(',', '.', 1)}: "
            "write it without the comma."
        )
    return _finite(number.value, place)


def _finite(number: float, place: str) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise Refusal(f"The number in {place} is too large to calculate with: correct it.")
    return value
