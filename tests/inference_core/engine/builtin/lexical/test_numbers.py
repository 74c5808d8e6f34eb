import math
import re

import pytest

from inference_core.engine.builtin.lexical.numbers import NUMBER, Number, read_amount, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" -3.5 ", -3.5),
        ("−3.5", -3.5),
        ("+.5", 0.5),
        ("1e-3", 0.001),
        ("12,5", 12.5),
        (",5", 0.5),
        ("0,125", 0.125),
        ("10 000", 10_000),
        ("1'250.50", 1250.5),
        ("1,234,567", 1_234_567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1_234_567),
        ("1 250,50", 1250.5),
        ("1.234", 1.234),
        ("1e999", math.inf),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert read_number(text) == Number(value)
    assert math.isinf(value) or read_amount(text) == value


def test_a_comma_before_three_digits_may_mean_two_things() -> None:
    assert read_number("1,234") == Number(1234, is_ambiguous=True)
    assert read_amount("1,234") == 1234


@pytest.mark.parametrize("text", ["", "-", ".", "5 cm", "1,2,3", "1.2.3", "12 34", "10:30", "2024-05-01", "nan", "Q1"])
def test_a_text_that_is_not_a_number_is_not_read(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("$1,250.50", 1250.5), ("-$5", -5), ("€ -5", -5), ("45 %", 45), ("31 km/h", 31)]
)
def test_an_amount_may_have_a_currency_or_a_unit(text: str, value: float) -> None:
    assert read_amount(text) == value


@pytest.mark.parametrize("text", ["", "n/a", "Room 5", "1-2", "5 apples and pears", "--5", "1e999"])
def test_other_texts_are_not_amounts(text: str) -> None:
    assert read_amount(text) is None


def test_the_pattern_takes_a_number_out_of_a_sentence_whole() -> None:
    found = re.findall(NUMBER, "From 1,250.50 to 2 000, or 1.234,5 and 12,5; 1,2345 in all.")
    assert found == ["1,250.50", "2 000", "1.234,5", "12,5", "1,2345"]
