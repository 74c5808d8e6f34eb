import re
from decimal import Decimal

import pytest

from inference_core.engine.builtin.numbers.leading import leading_quantity
from inference_core.engine.builtin.numbers.pattern import NUMBER
from inference_core.engine.builtin.numbers.quantity import is_missing, read_quantity


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12", 12, ""),
        (" -3.5 ", "-3.5", ""),
        ("\u22123.5", "-3.5", ""),
        ("+.5", "0.5", ""),
        (",5", "0.5", ""),
        ("0,125", "0.125", ""),
        ("100-", -100, ""),
        ("(100)", -100, ""),
        ("($1,250.50)", "-1250.5", "money $"),
        ("$(5)", -5, "money $"),
        ("-$5", -5, "money $"),
        ("€ -5", -5, "money EUR"),
        ("5.-", 5, ""),
        ("CHF 5.–", 5, "money CHF"),
        ("€ 1.234,-", 1234, "money EUR"),
        ("5 Euros", 5, "money EUR"),
        ("10 000", 10_000, ""),
        ("1\u00a0234,5", "1234.5", ""),
        ("1\u202f234", 1234, ""),
        ("1'250.50", "1250.5", ""),
        ("1’234’567", 1_234_567, ""),
        ("1,234,567", 1_234_567, ""),
        ("1.234.567", 1_234_567, ""),
        ("1.234,5", "1234.5", ""),
        ("1,23,456.7", "123456.7", ""),
        ("1234,567", "1234.567", ""),
        ("१,२३,४५६.७", "123456.7", ""),
        ("１２３４．５", "1234.5", ""),
        ("١٬٢٣٤٫٥", "1234.5", ""),
        ("1e-3", "0.001", ""),
        ("1.2E+05", 120_000, ""),
        ("1.234E3", 1234, ""),
        ("1,2345×10^4", 12345, ""),
        ("1.5·10³", 1500, ""),
        ("10⁶", 10**6, ""),
        ("45 %", 45, "fraction"),
        ("%45", 45, "fraction"),
        ("٤٥٪", 45, "fraction"),
        ("5 ft", 5, "length"),
        ("5\u00a0KG", 5, "mass"),
        ("31 km/h", 31, "km/h"),
        ("20 °C", 20, "°C"),
        ("3 apples", 3, "apple"),
        ("1.2k", 1200, ""),
        ("3M", 3_000_000, ""),
        ("$1.2M", 1_200_000, "money $"),
        ("£5m", 5_000_000, "money GBP"),
        ("£1.2 bn", 1_200_000_000, "money GBP"),
        ("5 million", 5_000_000, ""),
        ("2.5 thousand tonnes", 2500, "mass"),
        ("1,2 Mio. €", 1_200_000, "money EUR"),
        ("3 Mrd.", 3 * 10**9, ""),
        ("₹1.5 lakh", 150_000, "money INR"),
        ("2 crore", 20_000_000, ""),
        ("12,3 тыс. ₽", 12_300, "money RUB"),
        ("3億円", 3 * 10**8, "money JPY"),
        ("$1.5T", 15 * 10**11, "money $"),
        ("$5MM", 5 * 10**6, "money $"),
        ("R 1 500,50", "1500.5", "money ZAR"),
        ("RM12.90", "12.9", "money MYR"),
        ("₦500", 500, "money ₦"),
        ("د.إ 5", 5, "money AED"),
        ("5 лв", 5, "money BGN"),
        ("1,234.5[1]", "1234.5", ""),
        ("12[3][a] [note 2]", 12, ""),
        ("5㎏", 5, "mass"),
        ("5 ㎡", 5, "area"),
        ("5℃", 5, "°C"),
        ("१,२३४", 1234, ""),
        ("１,２３４", 1234, ""),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: int | str, unit: str) -> None:
    (number,) = read_quantity(text)
    assert (number.value, number.unit.dimension) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.234", {1234, Decimal("1.234")}),
        ("-12,345", {-12345, Decimal("-12.345")}),
        ("$3.459", {3459, Decimal("3.459")}),
    ],
)
def test_one_separator_before_three_digits_means_two_things(text: str, values: set[Decimal]) -> None:
    assert {number.value for number in read_quantity(text)} == values


@pytest.mark.parametrize("text", ["1.2 B", "5 bn", "3 M", "300 K", "7 Billion", "5 Cr", "8 CR", "5 mil", "5 T", "5 MM"])
def test_a_scale_that_differs_between_languages_is_a_unit_of_its_own(text: str) -> None:
    (number,) = read_quantity(text)
    assert number.value == Decimal(text.split()[0]) and number.unit.dimension == text.split()[1]


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "1,2,3", "1.2.3", "12 34", "1.234,56,78", "10:30", "2024-05-01", "3.5.2024", "3 May", "5 mars",
     "nan", "Q1", "Room 5", "007", "5-10", "1/2", "½", "1½", "1st", "2e", "10 am", "~5", ">5", "5+", "5 ± 1", "12*",
     "123¹", "5²", "[5]", "0x1F", "0xFF", "0o23", "2x3", "R5", "Room [5]", "192.168.100.200",
     "+44 207 946", "555-1234", "5 ft 3 in", "5'3\"", "1h 30", "--5",
     "-5-", "(-5)", "(5", "5 apples and pears", "1e999", "$5 kg", "5 per day", "9" * 70, "٣/٤", "v1.2", "$$5"],
)  # fmt: skip
def test_what_is_no_number_or_more_than_one_is_not_read(text: str) -> None:
    assert read_quantity(text) == ()


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "-", "–", "—", "n/a", "N/A", "?", "NaN", "—[2]"])
def test_a_missing_number_is_known(text: str) -> None:
    assert is_missing(text)


def test_the_pattern_takes_a_number_out_of_a_sentence_whole() -> None:
    found = re.findall(NUMBER, "From 1,250.50 to 2 000, or 1.234,5 and 12,5; 1,2345 or 1,23,456 in all.")
    assert found == ["1,250.50", "2 000", "1.234,5", "12,5", "1,2345", "1,23,456"]


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("1,000 km?", "1,000 km", 1000),
        ("5 million people", "5 million", 5_000_000),
        ("$20", "$20", 20),
        ("2.5kg of flour", "2.5kg", Decimal("2.5")),
        ("200 in 2020", "200", 200),
        ("3.", "3", 3),
        ("200,000 people?", "200,000", 200_000),
    ],
)
def test_the_number_that_a_text_begins_with_is_read_with_its_unit(text: str, written: str, value: Decimal) -> None:
    found = leading_quantity(text)
    assert found is not None and found[0] == written
    assert value in [number.value for number in found[1]]
