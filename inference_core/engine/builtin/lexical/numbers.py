"""Reads numbers as people write them: signs, grouped thousands, a decimal point or comma, currencies and units."""

import math
import re
from dataclasses import dataclass

# Thousands grouped by spaces or apostrophes, in English style, in continental style; or not grouped.
NUMBER = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?!\d)|\d+(?:[.,]\d+)?|[.,]\d+)"
)
"""A pattern for a number, without groups, sign and exponent."""

_SIGNED = re.compile(rf"(?P<sign>[+-]?)(?P<digits>{NUMBER}|\d+\.)(?P<exponent>[eE][+-]?\d{{1,3}})?")
_WITH_UNIT = re.compile(
    rf"(?P<sign>[+-]?)[$€£¥]?\s?(?P<number>[+-]?{NUMBER}(?:[eE][+-]?\d{{1,3}})?)\s?[%€$£¥°a-zA-Z/²³]{{0,10}}"
)
_SPACES = re.compile(r"[ \u00a0\u202f'’]")
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is the English reading; `is_ambiguous` if the comma, as in "1,234", may also be a decimal comma."""

    value: float
    is_ambiguous: bool = False


def read_number(text: str) -> Number | None:
    """The number, if the text is nothing else; otherwise None. Numbers too large for a float are infinite."""
    found = _SIGNED.fullmatch(text.strip().replace("−", "-"))
    if found is None:
        return None
    point = _with_point(found["digits"])
    return Number(float(found["sign"] + point + (found["exponent"] or "")), bool(_THOUSANDS.fullmatch(found["digits"])))


def read_amount(text: str) -> float | None:
    """A number that may have a currency before it or a unit of at most ten letters after it; None for other texts.

    "1,234" is read as in English: 1234.
    """
    found = _WITH_UNIT.fullmatch(text.strip().replace("−", "-"))
    number = read_number(found["sign"] + found["number"]) if found else None
    return number.value if number and math.isfinite(number.value) else None


def _with_point(digits: str) -> str:
    """The digits with a decimal point as the only separator."""
    digits = _SPACES.sub("", digits)
    if "." in digits and "," in digits:
        decimal = max(digits.rfind("."), digits.rfind(","))
        return re.sub("[.,]", "", digits[:decimal]) + "." + digits[decimal + 1 :]
    if _THOUSANDS.fullmatch(digits) or digits.count(",") > 1 or digits.count(".") > 1:
        return re.sub("[.,]", "", digits)
    return digits.replace(",", ".")
