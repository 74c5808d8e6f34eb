import pytest

from inference_core.engine.builtin.tables.table import read_table
from inference_core.engine.contract import CannotAnswer


def numbers(*cells: str) -> list[float] | None:
    return read_table({"Value": list(cells)}).columns[0].numbers


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("-3.5", -3.5),
        ("$1,250.50", 1250.5),
        ("45 %", 45),
        ("10 000", 10000),
        ("31 km/h", 31),
        ("€7", 7),
        ("1.234,56", 1234.56),
        ("12,5", 12.5),
    ],
)
def test_currencies_units_and_thousands_are_read(cell: str, value: float) -> None:
    assert numbers(cell) == [value]


@pytest.mark.parametrize("cell", ["Q1", "2024-05-01", "10:30", "", "n/a", "1.234,56,78", "Room 5"])
def test_text_with_digits_is_not_a_number(cell: str) -> None:
    assert numbers("1", cell) is None


def test_the_key_is_the_first_column_of_different_texts() -> None:
    table = read_table({"Id": ["1", "2"], "Kind": ["pen", "pen"], "Name": ["Ada", "Bo"], "City": ["Oslo", "Bern"]})
    assert table.key.header == "Name"


def test_the_short_column_is_named() -> None:
    with pytest.raises(CannotAnswer, match="Column 'City' has 1 cells but column 'Name' has 2"):
        read_table({"Name": ["Ada", "Bo"], "City": ["Oslo"]})
