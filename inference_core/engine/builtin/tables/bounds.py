"""Finds the rows whose number is within a bound, whatever units the two have."""

from collections.abc import Sequence
from decimal import Decimal

from inference_core.engine.builtin.numbers.column import Amounts
from inference_core.engine.builtin.numbers.quantity import EXACT, Quantity
from inference_core.engine.builtin.numbers.units import PLAIN
from inference_core.engine.builtin.tables.questions import Bound
from inference_core.engine.builtin.tables.table import Column
from inference_core.engine.contract import CannotAnswer


def within(bound: Bound, limit: Quantity, rows: Sequence[int], column: Column) -> list[int]:
    """The rows of a column whose number is on the right side of `limit`, one meaning of the bound.

    Raises `CannotAnswer` if their units do not match.
    """
    amounts = column.amounts(rows)
    value = limit.value if limit.unit == PLAIN else _in_unit_of(amounts, limit, bound, column)
    if limit.unit == PLAIN and len({number.unit for number in column.numbers or [] if number}) > 1:
        raise CannotAnswer("bound_without_unit", text=bound.text, column=column.header)
    return [row for row, number in zip(rows, amounts.values, strict=True) if bound.comparison(number, value)]


def _in_unit_of(amounts: Amounts, limit: Quantity, bound: Bound, column: Column) -> Decimal:
    unit = column.unit if amounts.like.unit == PLAIN else amounts.like.unit
    if unit == PLAIN and limit.unit.dimension != "fraction":
        return limit.value
    if unit.dimension != limit.unit.dimension:
        raise CannotAnswer("units_mixed", column=column.header, one=bound.text, other=column.cells[0].strip())
    return EXACT.multiply(limit.value, EXACT.divide(limit.unit.factor, unit.factor))
