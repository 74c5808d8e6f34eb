from decimal import Decimal

import pytest

from inference_core.engine.builtin.tables.table import read_table
from inference_core.engine.contract import CannotAnswer


def values(*cells: str) -> list[Decimal | None] | None:
    numbers = read_table({"Value": list(cells)}).columns[0].numbers
    return None if numbers is None else [number and number.value for number in numbers]


@pytest.mark.parametrize("cell", ["12", "$12", "12 %", "12 km/h", "(12)", "1 200", "1.2k"])
def test_a_column_of_numbers_may_have_missing_ones(cell: str) -> None:
    found = values(cell, "", "n/a")
    assert found is not None and found[0] is not None and found[1:] == [None, None]


@pytest.mark.parametrize("cell", ["Q1", "2024-05-01", "10:30", "1.234,56,78", "Room 5", "1 apple"])
def test_a_column_with_another_text_holds_no_numbers(cell: str) -> None:
    assert values("5 pears", cell) is None


def test_missing_numbers_alone_are_no_numbers() -> None:
    assert values("", "-") is None


@pytest.mark.parametrize(
    ("other", "read"), [(["0,5", "2"], ["1234"]), (["0.5", "2"], ["1.234"]), (["7", "2"], ["1.234", "1234"])]
)
def test_the_other_columns_say_what_a_point_means(other: list[str], read: list[str]) -> None:
    tables = read_table({"Value": ["1.234", "5.678"], "Other": other}).notations()
    numbers = [table.columns[0].numbers or [] for table in tables]
    assert [found[0] and found[0].value for found in numbers] == [Decimal(value) for value in read]


def test_the_key_is_the_first_column_of_different_texts() -> None:
    table = read_table({"Id": ["1", "2"], "Kind": ["pen", "pen"], "Name": ["Ada", "Bo"], "City": ["Oslo", "Bern"]})
    assert table.key.header == "Name"


def test_the_short_column_is_named() -> None:
    with pytest.raises(CannotAnswer, match="Column 'City' has 1 cells but column 'Name' has 2"):
        read_table({"Name": ["Ada", "Bo"], "City": ["Oslo"]})


def test_cells_of_json_are_read_as_text_that_means_the_same() -> None:
    cells = [1, -2.5, 1.234, -12.345, 1234.567, 5.0, 1e22, 10**20, True, False, None, "1.234"]
    assert read_table({"Value": cells}).columns[0].cells == [
        *("1", "-2.5", "1.2340", "-12.3450", "1234.567", "5.0", "1e+22", "1" + "0" * 20, "true", "false", "", "1.234")
    ]
    numbers = read_table({"Value": [1.234, 5.678]}).columns[0].numbers
    assert numbers and [str(number.value) for number in numbers if number] == ["1.2340", "5.6780"]
