from decimal import Decimal

import pytest

from inference_core.engine.builtin.numbers.column import (
    MixedUnits,
    in_one_unit,
    is_unclear,
    possible_marks,
    read_cells,
    read_with,
)
from inference_core.engine.builtin.numbers.quantity import read_quantity
from inference_core.engine.builtin.numbers.written import written


def values(*cells: str) -> list[Decimal] | None:
    """The numbers of a column, None if its notation is not clear."""
    readings = read_cells(cells)
    marks = possible_marks(readings)
    if is_unclear(readings) and len(marks) > 1:
        return None
    return [read_with(marks[0], found).value for found in readings]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.234", "1.234.567"], [1234, 1_234_567]),
        (["1.234", "0,5"], [1234, "0.5"]),
        (["1.234", "0.5"], ["1.234", "0.5"]),
        (["1,234", "0.5"], [1234, "0.5"]),
        (["1,234", "12,5"], ["1.234", "12.5"]),
        (["1,234", "1 000,5"], ["1.234", "1000.5"]),
        (["1.234", "1.234,50 €"], [1234, "1234.5"]),
        (["1,234", "12,34,567"], [1234, 1_234_567]),
        (["2,850", "930"], [2850, 930]),
        (["$1,234", "$17"], [1234, 17]),
        (["5 mil", "3 millones"], [5000, 3_000_000]),
        (["1,5 mil", "3 M"], [1500, 3_000_000]),
        (["1,5 tn", "3 mn"], [1500, 3_000_000]),
        (["80 L", "1.5 Cr"], [80, "1.5"]),
        (["₹80 L", "₹1.5 Cr"], [8_000_000, 15_000_000]),
        (["2 lakh", "1.5 Cr"], [200_000, 15_000_000]),
        (["5 K", "3 M"], [5000, 3_000_000]),
        (["₩5,000", "₩6,500"], [5000, 6500]),
        (["5.000 ₫", "Rp 6.500"], [5000, 6500]),
        (["1.234E3", "1.234"], [1234, "1.234"]),
    ],
)
def test_a_column_decides_between_two_readings(cells: list[str], expected: list[int | str]) -> None:
    assert values(*cells) == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    "cells", [["1.234"], ["1,234", "5,678"], ["1.234", "7"], ["1.250", "2"], ["1,234", "7"], ["US$ 1,234"], ["1,799 €"],
              ["$3.459"], ["1.234", "1,5", "2.5"]]
)  # fmt: skip
def test_a_column_that_does_not_decide_is_unclear(cells: list[str]) -> None:
    assert values(*cells) is None


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["5 ft", "20 in"], "80 in"),
        (["1 kg", "500 g"], "1500 g"),
        (["1 h", "30 min"], "90 min"),
        (["5 %", "7 %"], "12 %"),
        (["1,5 €", "2,25 €"], "3,75 €"),
        (["$1.2M", "$300k"], "$1500000"),
        (["USD 0.10", "USD 0.20"], "USD 0.30"),
        (["3 B", "4 B"], "7 B"),
        (["-5", "(3)"], "-8"),
    ],
)
def test_a_sum_is_written_like_its_numbers(cells: list[str], total: str) -> None:
    amounts = in_one_unit([read_quantity(cell)[0] for cell in cells])
    assert written(sum(amounts.values, Decimal()), amounts.like, amounts.like.decimals) == total


@pytest.mark.parametrize(
    "cells", [["$5", "€5"], ["5%", "5"], ["5 ft", "5"], ["5 ft", "5 kg"], ["20 °C", "70 °F"], ["3 gal", "2 l"],
              ["1 MB", "1 GB"], ["3 apples", "2 pears"], ["3 B", "4"], ["$5", "US$5"], ["12,3 B", "1,2 Mn"]]
)  # fmt: skip
def test_what_cannot_be_converted_is_not_mixed(cells: list[str]) -> None:
    with pytest.raises(MixedUnits):
        in_one_unit([read_quantity(cell)[0] for cell in cells])
