"""Reads one text as a number with its currency, scale and unit: "(1,234.5)", "1.2 Mio. €", "5 ft", "1.2E+05"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

from inference_core.engine.builtin.numbers.characters import plain
from inference_core.engine.builtin.numbers.digits import Digits, readings
from inference_core.engine.builtin.numbers.suffix import NOTHING_AGREED, Suffix, currency, is_scale, read_suffix
from inference_core.engine.builtin.numbers.units import PLAIN, Unit, known_unit

_LONGEST = 80
_LARGEST_EXPONENT = 300
_MISSING = frozenset(
    {"", "-", "--", "---", "...", "…", "?", "n/a", "na", "n.a.", "nan", "none", "null", "nil", "tbd", "#n/a"}
)
_FOOTNOTES = re.compile(r"(?: ?\[(?:\d{1,2}|[a-z]|(?:note|nb) \d{1,2})\])+$")
_NOT_DECIMAL = re.compile(r"[+-]?0[xob][\da-f]+", re.IGNORECASE)
_COMMA_GROUPS = re.compile("[\u0966-\u0e59\uff10-\uff19]")
"""Digits of India, Thailand and of full width: where they are used, the decimal mark is a point."""
_IN_BRACKETS = re.compile(r"\((?P<inside>[^()+-]+)\)")
_IN_SQUARE_BRACKETS = re.compile(r"\[([\d.,]+[eE][+-]?\d+)\]")
_POWER_OF_TEN = re.compile(r"(?P<sign>-?)10(?:\^(?P<plain>[+-]?\d{1,3})|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))")
_SHAPE = re.compile(
    r"(?P<sign>[+-]?) ?(?P<before>(?:[^\W\d]|[^\w\s+\-()'\"])*?)(?P<gap> ?)(?P<inner_sign>[+-]?) ?(?P<open>\(?)"
    r"(?P<digits>\d(?:[\d.,'٫٬ ]*\d)?\.?|(?<![^\W\d])[.,٫]\d+)"
    r"(?P<round>(?:(?<=\.)|[.,])-{1,2})?"
    r"(?:(?:[eEЕе]| ?[×x*·] ?10\^)(?P<exponent>[+-]?\d{1,3})| ?[×x*·] ?10(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))?"
    r"(?P<close>\)?)(?P<space> ?)(?P<after>(?:[^\W\d]|[^\w\s()+\-:;,*~^=<>])[^()+]*?)??(?P<trailing> ?-)?"
)
EXACT = Context(prec=1000)
"""Calculates without rounding: no number has so many digits."""

_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in full, including its `scale`, which is "k" in "5k".

    `prefix` and `suffix` are what its text has around it to name its unit.
    `decimals` are the digits after the decimal `mark` ('' if there is none), `group` is what separates thousands.
    """

    value: Decimal
    unit: Unit = PLAIN
    prefix: str = ""
    suffix: str = ""
    decimals: int = 0
    mark: str = ""
    group: str = ""
    scale: str = ""


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no number: it is empty, a dash, "n/a" or the like."""
    return _FOOTNOTES.sub("", plain(text)).casefold() in _MISSING


def read_quantity(text: str, agreed: Mapping[str, int] = NOTHING_AGREED) -> tuple[Quantity, ...]:
    """What a text means if it is a number and nothing else: one reading, two for "1.234", none for a date.

    `agreed` says what scales mean that are not the same in every language.
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return ()
    written = _FOOTNOTES.sub("", _IN_SQUARE_BRACKETS.sub(r"\1", plain(text)))
    if _NOT_DECIMAL.fullmatch(written):
        return ()
    found = _read(written, agreed)
    return tuple(one for one in found if one.mark != ",") if _COMMA_GROUPS.search(text) else found


def _read(written: str, agreed: Mapping[str, int]) -> tuple[Quantity, ...]:
    if power := _POWER_OF_TEN.fullmatch(written):
        return _power(power)
    bracketed = _IN_BRACKETS.fullmatch(written)
    found = _SHAPE.fullmatch(bracketed["inside"].strip() if bracketed else written)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return ()
    signs = [found["sign"], found["inner_sign"], (found["trailing"] or "").strip()]
    negatives = [*filter(None, signs), *(["-"] if bracketed or found["open"] else [])]
    if len(negatives) > 1:
        return ()
    return _quantities(found, agreed, negatives == ["-"], leading_plus=negatives == ["+"])


def _power(found: re.Match[str]) -> tuple[Quantity, ...]:
    exponent = int(found["plain"] or found["raised"].translate(_RAISED))
    value = EXACT.scaleb(Decimal(-1 if found["sign"] else 1), exponent)
    return (Quantity(value, decimals=max(0, -exponent)),) if abs(exponent) <= _LARGEST_EXPONENT else ()


def _quantities(
    found: re.Match[str], agreed: Mapping[str, int], is_negative: bool, *, leading_plus: bool
) -> tuple[Quantity, ...]:
    before = found["before"]
    prefix = _prefix(before)
    if prefix is None:
        return ()
    is_money = prefix.dimension.startswith("money")
    suffix = read_suffix(found["after"] or "", joined=not found["space"], is_money=is_money, agreed=agreed)
    unit = _joined(prefix, suffix.unit) if suffix else None
    exponent = _exponent(found)
    if suffix is None or unit is None or exponent is None:
        return ()
    space = " " if found["space"] and suffix.label else ""
    return tuple(
        _quantity(digits, -1 if is_negative else 1, exponent, suffix, unit, before + found["gap"], space + suffix.label)
        for digits in _fitting(readings(found["digits"]), found)
        # A plus and groups of spaces: a telephone number. "R5" is rather a room than five rand.
        if not (leading_plus and digits.group == " ") and (before != "R" or digits.mark or digits.group)
    )


def _quantity(
    digits: Digits, sign: int, exponent: int, suffix: Suffix, unit: Unit, before: str, after: str
) -> Quantity:
    value = EXACT.multiply(EXACT.scaleb(digits.value, exponent), Decimal(suffix.factor * sign))
    written = EXACT.normalize(value).as_tuple().exponent
    decimals = max(0, -int(written)) if exponent or suffix.factor != 1 else digits.decimals
    return Quantity(value, unit, before, after, decimals, digits.mark, digits.group, suffix.scale)


def _fitting(found: list[Digits], shape: re.Match[str]) -> list[Digits]:
    """The readings that the rest of the number allows: before an exponent nobody groups thousands, and
    "-" stands for the decimals.
    """
    if shape["round"]:
        return [digits for digits in found if not digits.mark]
    if shape["exponent"] or shape["raised"]:
        return [digits for digits in found if digits.mark or not digits.group] or found
    return found


def _exponent(found: re.Match[str]) -> int | None:
    exponent = int(found["exponent"] or (found["raised"] or "0").translate(_RAISED))
    return exponent if abs(exponent) <= _LARGEST_EXPONENT else None


def _prefix(before: str) -> Unit | None:
    if not before:
        return PLAIN
    return known_unit(before) if before in ("%", "‰") else currency(before)


def _joined(prefix: Unit, suffix: Unit) -> Unit | None:
    """The unit of a number with something before and after it, such as "$5/month"; None if they do not go together."""
    if PLAIN in (prefix, suffix) or prefix == suffix:
        return suffix if prefix == PLAIN else prefix
    if suffix.dimension.startswith("/") or is_scale(suffix.dimension):
        return Unit(f"{prefix.dimension} {suffix.dimension}")
    return None
