"""Phone numbers in a text, by Google's rules of how numbers are written in each country."""

import re

_COUNTRIES = (None, "US", "GB", "DE", "FR", "CH", "NL", "SE")
"""Whose numbers are known without a country code; those of more countries look like dates and amounts."""

_FEWEST_DIGITS = 7
# Numbers that are made up for examples, such as those with 555, are not valid.
_MADE_UP = re.compile(
    r"(?<![\w./+-])(?:\+\d(?:[() /-]{0,2}\d){6,13}|(?:1[-. ])?(?:\(\d{3}\)|\d{3})[-. ]\d{3}[-. ]\d{4})(?![\w/]|[.-]\d)"
)
_ANYTHING = re.compile(".+", re.DOTALL)


def phone_number(text: str) -> re.Match[str] | None:
    """The first number that is valid with its country code or in one of a few countries, else one that looks so."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    if sum(character.isdecimal() for character in text) < _FEWEST_DIGITS:
        return None
    for country in _COUNTRIES:
        # By digits alone the number of an invoice, "2024-000123", is one of Washington's.
        for found in PhoneNumberMatcher(text, country, leniency=Leniency.STRICT_GROUPING):
            return _ANYTHING.fullmatch(text, found.start, found.end)
    return _MADE_UP.search(text)
