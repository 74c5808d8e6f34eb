"""Reads the number that a text begins with, such as what follows "more than" in a question."""

import re

from inference_core.engine.builtin.numbers.characters import plain
from inference_core.engine.builtin.numbers.pattern import NUMBER
from inference_core.engine.builtin.numbers.quantity import Quantity, read_quantity
from inference_core.engine.builtin.numbers.units import PLAIN

_LEADING = re.compile(
    rf"(?P<before>[^\W\d]{{0,3}}[$€£¥₹]?) ?(?P<number>[+-]?{NUMBER}(?:[eE][+-]?\d+)?)(?P<after>[^\s?!,;]*)"
)
_LONGEST = 200
_PREPOSITIONS = frozenset({"in", "m", "a", "t"})


def leading_quantity(text: str) -> tuple[str, tuple[Quantity, ...]] | None:
    """The number that a text begins with, as it is written there and what it may mean, with scale, currency and unit.

    "5 in" are no inches here, and no other word counts either that is not known as a unit.
    """
    text = plain(text[:_LONGEST])
    found = _LEADING.match(text)
    if found is None:
        return None
    words = [name for word in text[found.end() :].split()[:2] if (name := word.rstrip("?!.,;:)"))]
    for count in (2, 1, 0):
        if count <= len(words) and not _PREPOSITIONS & {*words[:count]}:
            written = " ".join([found[0].rstrip("?!.,;:)"), *words[:count]])
            readings = read_quantity(written)
            if readings and (count == 0 or _says_more(readings[0], written)):
                return written, readings
    readings = read_quantity(found["number"])
    return (found["number"], readings) if readings else None


def _says_more(number: Quantity, written: str) -> bool:
    """Whether the words after a number are a unit or a scale."""
    return number.unit.is_known and (number.unit != PLAIN or len(written.split()) > 1)
