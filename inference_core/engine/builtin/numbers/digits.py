"""What digits with points, commas, spaces and apostrophes may mean: "1.234" is over a thousand, or little over one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SIMILAR_TO_AN_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_GROUPED = re.compile(r"(?!0)\d{1,3}(?:(?P<group>[.,' ٬])\d{3})(?:(?P=group)\d{3})*")
_GROUPED_IN_INDIA = re.compile(r"(?!0)\d{1,2}(?:,\d{2})+,\d{3}")
_PLAIN = re.compile(r"0|[1-9]\d*")
_MOST_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Digits:
    """One reading: `decimals` are the digits after the `mark`, '' if there is none; `group` separates thousands."""

    value: Decimal
    decimals: int
    mark: str
    group: str


def readings(written: str) -> list[Digits]:
    """Every meaning that the digits can have; none if they are an id, a version, an address or the like."""
    if len(written) > _MOST_DIGITS or _SIMILAR_TO_AN_ADDRESS.fullmatch(written):
        return []
    return list(_readings(written.removesuffix(".")))


def _readings(written: str) -> Iterator[Digits]:
    for mark in ("", ".", ",", "٫"):
        if written.count(mark) != 1 and mark:
            continue
        whole, _, fraction = written.partition(mark) if mark else (written, "", "")
        group = _group(whole or "0")
        if group is None or group == mark != "" or (mark and not fraction.isdecimal()):
            continue
        digits = re.sub(r"\D", "", whole) or "0"
        yield Digits(Decimal(f"{digits}.{fraction}" if fraction else digits), len(fraction), mark, group)


def _group(whole: str) -> str | None:
    """What separates the thousands, '' if nothing does; None if the text is no whole number."""
    if _PLAIN.fullmatch(whole):
        return ""
    if found := _GROUPED.fullmatch(whole):
        return found["group"]
    return "," if _GROUPED_IN_INDIA.fullmatch(whole) else None
