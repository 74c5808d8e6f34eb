"""Numbers that stand together, such as those of a column: they share a notation, and are computed in one unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from inference_core.engine.builtin.numbers.names import names
from inference_core.engine.builtin.numbers.quantity import EXACT, Quantity, read_quantity

Readings = tuple[Quantity, ...]

MARKS = (".", ",")
"""The decimal marks, between which a notation decides."""

_OTHER = {".": ",", ",": "."}
_WRITTEN_GROUPS = (",", ".", "'", " ")
_FULL_GROUP = 3
_SCALES_THAT_SHOW_A_LANGUAGE = 2
_SIGNS_BEFORE_ENGLISH_AMOUNTS = ("$", "£", "€", "¥", "₹", "₦", "₱", "฿")
_WORTH_LITTLE = frozenset({"money KRW", "money VND", "money IDR"})
"""Currencies in which nobody writes thousandths."""


def read_cells(cells: Sequence[str]) -> list[Readings]:
    """What each cell may mean: "5 mil" are thousands in Spanish, as "3 millones" beside it shows."""
    found = [read_quantity(cell) for cell in cells]
    used = frozenset(readings[0].scale for readings in found if readings) - {""}
    if len(used) < _SCALES_THAT_SHOW_A_LANGUAGE:
        return found
    agreed = names().agreed(used, possible_marks([*filter(None, found)]))
    return [read_quantity(cell, agreed) if readings else () for cell, readings in zip(cells, found, strict=True)]


def possible_marks(cells: Sequence[Readings]) -> tuple[str, ...]:
    """The decimal marks that the cells may have, by what all of them show together.

    "1.234" alone may have a decimal point or, with thousands grouped by a point, a decimal comma; "1.234.567" and "0,5"
    beside it show the comma.
    """
    shown = {_shown_by(readings[0]) for readings in cells if len(readings) == 1} - {""}
    unclear = [readings for readings in cells if len(readings) > 1]
    if not shown:
        shown = {mark for readings in unclear if (mark := _shown_by_money(readings))}
    if not shown and _is_padded(unclear, cells):
        shown = {"."}
    return tuple(shown) if len(shown) == 1 else MARKS


def read_with(mark: str, readings: Readings) -> Quantity:
    """The reading of a number in a notation with this decimal mark."""
    for reading in readings:
        if mark in (reading.mark, _OTHER.get(reading.group)):
            return reading
    return readings[0]


def is_unclear(cells: Sequence[Readings]) -> bool:
    """Whether any of the numbers depends on the notation."""
    return any(len(readings) > 1 for readings in cells)


def may_group_by_comma(readings: Readings) -> bool:
    """Whether a number may have commas between its thousands, as "1,234,567" surely has and "1,234" may have."""
    return any(reading.group == "," for reading in readings)


def _shown_by(number: Quantity) -> str:
    if number.mark in MARKS:
        return number.mark
    return _OTHER.get(number.group, "")


def _shown_by_money(readings: Readings) -> str:
    """In "$1,234" the comma groups thousands: where it is the decimal mark, the sign is not right before the number.

    A price of fuel, "$3.459" or "1,799 €", has three decimals, so that nothing else is safe.
    """
    if readings[0].unit.dimension in _WORTH_LITTLE:
        return _OTHER.get(readings[0].group, "")
    grouped = readings[0].group == ","
    return "." if grouped and readings[0].prefix in _SIGNS_BEFORE_ENGLISH_AMOUNTS else ""


def _is_padded(unclear: Sequence[Readings], cells: Sequence[Readings]) -> bool:
    """Whether a decimal comma would sometimes be followed by needless zeros and sometimes not: "2,850" and "930"."""
    commas = [reading for readings in unclear for reading in readings if reading.mark == ","]
    if len(commas) < len(unclear):
        return False
    padded = any(int(comma.value.scaleb(_FULL_GROUP)) % 10 == 0 for comma in commas)
    return padded and any(len(readings) == 1 and not readings[0].decimals for readings in cells)


class MixedUnits(ValueError):
    """Two numbers have units that cannot be converted into each other."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"the numbers {first} and {second} have different units")
        self.first, self.second = first, second


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers in the same unit, the smallest that any of them has; `like` says how to write such a number."""

    values: list[Decimal]
    like: Quantity


def in_one_unit(numbers: Sequence[Quantity]) -> Amounts:
    """The numbers, at least one, in the same unit. Raises `MixedUnits` with the places of two that do not match."""
    smallest = min(numbers, key=lambda number: number.unit.factor)
    for place, number in enumerate(numbers):
        if number.unit.dimension != numbers[0].unit.dimension:
            raise MixedUnits(0, place)
    values = [
        EXACT.multiply(number.value, EXACT.divide(number.unit.factor, smallest.unit.factor)) for number in numbers
    ]
    shown = next((mark for number in numbers if (mark := _shown_by(number))), ".")
    decimals = max(number.decimals for number in numbers)
    groups = (number.group for number in numbers if number.group in _WRITTEN_GROUPS and number.group != shown)
    return Amounts(values, replace(smallest, mark=shown, decimals=decimals, group=next(groups, "")))
