"""Finds phone numbers in a text, with Google's rules for each country."""

import re

_COUNTRIES = (None, "US", "GB", "DE", "FR", "CH", "NL", "SE")
"""Countries whose numbers need no country code. With more of them, dates and amounts look like phone numbers."""

_FEWEST_DIGITS = 7
# Made-up numbers in examples, such as those with 555, are not valid.
_MADE_UP = re.compile(
    r"(?<![\w./+-])(?:\+\d(?:[() /-]{0,2}\d){6,13}|(?:1[-. ])?(?:\(\d{3}\)|\d{3})[-. ]\d{3}[-. ]\d{4})(?![\w/]|[.-]\d)"
)
_ANYTHING = re.compile(".+", re.DOTALL)


def phone_number(text: str) -> re.Match[str] | None:
    """The first number that is valid, with a country code or in one of a few countries; else one that looks like it."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    if sum(character.isdecimal() for character in text) < _FEWEST_DIGITS:
        return None
    for country in _COUNTRIES:
        # By its digits alone an invoice number such as "2024-000123" would be a phone number in Washington.
        for found in PhoneNumberMatcher(text, country, leniency=Leniency.STRICT_GROUPING):
            return _ANYTHING.fullmatch(text, found.start, found.end)
    return _MADE_UP.search(text)
