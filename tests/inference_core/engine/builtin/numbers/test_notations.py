"""Numbers as babel writes them in many languages: read back equal, or refused, and seldom refused."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from babel import Locale, numbers
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core.engine.builtin.numbers.column import (
    MixedUnits,
    in_one_unit,
    is_unclear,
    possible_marks,
    read_cells,
    read_with,
)
from inference_core.engine.builtin.numbers.quantity import Quantity

_NAMES = (
    "en de fr es it pt nl sv da nb fi pl cs ru uk tr ja zh ko ar fa he hi bn el hu ro bg hr th vi id en_IN de_CH"
    " fr_CH es_MX pt_PT"
)
LOCALES = _NAMES.split()
CURRENCIES = ("EUR", "USD", "GBP", "INR", "JPY", "CHF", "KWD", "PLN")
Written = tuple[str, Decimal]


def _decimal(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_decimal(number, locale=locale), round(number, 3)


def _native(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_decimal(number, locale=locale, numbering_system="default"), round(number, 3)


def _currency(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_currency(number, currency, locale=locale), round(
        number, numbers.get_currency_precision(currency)
    )


def _accounting(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_currency(number, currency, locale=locale, format_type="accounting"), round(
        number, numbers.get_currency_precision(currency)
    )


def _percent(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_percent(number / 100, locale=locale, decimal_quantization=False), number


def _scientific(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_scientific(number, locale=locale, decimal_quantization=False), number


def _short(number: Decimal, locale: str, currency: str) -> Written:
    return numbers.format_compact_decimal(number, locale=locale, fraction_digits=1), number


def _long(number: Decimal, locale: str, currency: str) -> Written:
    if "long" not in Locale.parse(locale).compact_decimal_formats:
        return _short(number, locale, currency)
    return numbers.format_compact_decimal(number, locale=locale, fraction_digits=1, format_type="long"), number


def _short_currency(number: Decimal, locale: str, currency: str) -> Written:
    number = round(number, 2)  # babel writes the thousandths of small amounts, which no price has
    return numbers.format_compact_currency(number, currency, locale=locale, fraction_digits=1), number


EXACT = (_decimal, _native, _currency, _accounting, _percent, _scientific)
ROUNDED = (_short, _long, _short_currency)
Format = Callable[[Decimal, str, str], Written]
some_numbers = st.decimals(-(10**9), 10**9, places=3) | st.decimals(-1000, 1000, places=3) | st.integers().map(Decimal)
some_columns = st.lists(some_numbers.filter(lambda number: abs(number) < 10**15), min_size=1, max_size=4)
# "1 billion" is read as in English; in French and Danish, where the word is rare, it is a thousand times as much.
some_short_columns = st.lists(some_numbers.filter(lambda number: abs(number) < 10**11), min_size=1, max_size=4)


def read_column(texts: list[str]) -> list[Quantity] | None:
    readings = read_cells(texts)
    marks = possible_marks(readings) if all(readings) else ()
    if not all(readings) or (is_unclear(readings) and len(marks) > 1):
        return None
    return [read_with(marks[0], found) for found in readings]


@settings(max_examples=200, deadline=None)
@given(some_columns, st.sampled_from(LOCALES), st.sampled_from(EXACT), st.sampled_from(CURRENCIES))
def test_a_number_in_any_notation_is_read_back_or_refused(
    column: list[Decimal], locale: str, form: Format, currency: str
) -> None:
    texts, expected = zip(*(form(number, locale, currency) for number in column), strict=True)
    found = read_column(list(texts))
    assert found is None or in_one_unit(found).values == list(expected)


@settings(max_examples=200, deadline=None)
@given(some_short_columns, st.sampled_from(LOCALES), st.sampled_from(ROUNDED), st.sampled_from(CURRENCIES))
def test_a_short_number_means_what_was_shortened_or_has_its_scale_as_unit(
    column: list[Decimal], locale: str, form: Format, currency: str
) -> None:
    texts, expected = zip(*(form(number, locale, currency) for number in column), strict=True)
    for number, exact in zip(read_column(list(texts)) or [], expected, strict=False):
        is_plain = number.unit.dimension == "" or number.unit.dimension.startswith("money ")
        if is_plain and " " not in number.unit.dimension.removeprefix("money ") and abs(exact) >= 1:
            assert abs(number.value - exact) <= abs(exact) / 6


def cannot_be_added(texts: list[str]) -> bool:
    try:
        found = read_column(texts)
        return found is None or not in_one_unit(found).values
    except MixedUnits:
        return True


@pytest.mark.parametrize("size", [3, 5])
def test_few_columns_are_refused(size: int) -> None:
    random_numbers = random.Random(size)
    refused = tried = 0
    for locale in LOCALES[:20]:
        for form in EXACT + ROUNDED:
            for _ in range(4):
                currency = random_numbers.choice(CURRENCIES)
                texts = [form(_some_number(random_numbers), locale, currency)[0] for _ in range(size)]
                refused += cannot_be_added(texts)
                tried += 1
    assert refused <= 0.05 * tried


def _some_number(source: random.Random) -> Decimal:
    whole = source.randint(0, 10 ** source.choice([3, 6, 9]))
    part = Decimal(source.randint(0, 999)) / source.choice([1000, 100, 10]) if source.random() < 0.6 else 0
    return source.choice([1, -1]) * (whole + part)
