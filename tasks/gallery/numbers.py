"""Numbers and days as they are written in the language of who is being answered."""

import datetime

from inference_core import words

_WITH_DECIMAL_COMMA = ("de",)
_COMMAS_AND_POINTS = str.maketrans(",.", ".,")


def written(number: float, form: str = "g") -> str:
    """The number in this format of Python's, with a real minus sign, and none before a zero: 1,234.5 or 1.234,5."""
    text = format(number, form)
    if not text.strip("-0.%"):
        text = text.lstrip("-")
    text = text.replace("-", "\N{MINUS SIGN}")
    return local(text)


def local(text: str) -> str:
    """A number that is written as in English, as the present language writes it."""
    if words.language() in _WITH_DECIMAL_COMMA:
        return text.translate(_COMMAS_AND_POINTS).replace("%", "\N{NO-BREAK SPACE}%")
    return text


def percent(share: float, digits: int = 1) -> str:
    """A share from -1 to 1 in words, such as 98.2% or −4.0%."""
    return written(share, f".{digits}%")


def day(date: str) -> str:
    """The day of an ISO date in words, such as 27 November 2026."""
    given = datetime.date.fromisoformat(date)
    month = words.text(f"calendar.months.{words.names('calendar.months')[given.month - 1]}")
    return words.text("calendar.day.is", day=given.day, month=month, year=given.year)
