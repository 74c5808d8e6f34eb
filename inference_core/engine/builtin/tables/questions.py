"""What a question asks about a table, from its English words: a sum, the row with the most, rows above a bound..."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from operator import eq, ge, gt, le, lt

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.numbers.column import Readings
from inference_core.engine.builtin.numbers.leading import leading_quantity
from inference_core.engine.builtin.tables.beyond import LEAST, LESS, MOST, words_beyond

Comparison = Callable[[Decimal, Decimal], bool]

_AMOUNT = r"(?=(?P<bound>\S{0,9}\d.*))"
_LESS = f"{LESS}|under|below"
_BOUND = r"(?<!\S)(?P<bound>\S{0,9}\d\S{0,30}(?: [^\W\d]{1,20})?) or"
# The order matters: "no more than" would otherwise be read as "more than", and "smaller than" like any word with -er.
_BOUNDS: list[tuple[re.Pattern[str], Comparison]] = [
    (re.compile(pattern, re.IGNORECASE), comparison)
    for pattern, comparison in (
        (rf"(?:≥|>=|=>) ?{_AMOUNT}", ge),
        (rf"(?:≤|<=|=<) ?{_AMOUNT}", le),
        (rf"> ?{_AMOUNT}", gt),
        (rf"< ?{_AMOUNT}", lt),
        (rf"= ?{_AMOUNT}", eq),
        (rf"\b(?:at least|(?:no|not) (?:{_LESS})(?: than)?|not before|since) {_AMOUNT}", ge),
        (rf"\b(?:at most|(?:no|not) (?:more than|\w+er than|over|above|exceeding|after)|up to|until) {_AMOUNT}", le),
        (rf"\b(?:{_LESS})(?: \w+)? than or equal to {_AMOUNT}", le),
        (rf"\b(?:more|\w+er)(?: \w+)? than or equal to {_AMOUNT}", ge),
        (rf"{_BOUND} (?:{_LESS}|before)\b", le),
        (rf"{_BOUND} (?:more|over|above|after|later|\w+er)\b", ge),
        (rf"\b(?:(?:{_LESS}|before)(?: than)?|less \w+ than) {_AMOUNT}", lt),
        (rf"\b(?:more(?: \w+)? than|over|above|after|exceeds?|exceeding|\w+er than) {_AMOUNT}", gt),
        (rf"\b(?:exactly|precisely|equal to|equals) {_AMOUNT}", eq),
    )
]
_RANGE = re.compile(r"\bbetween (\S{0,9}\d\S{0,30}(?: [^\W\d]{1,20})?) and (?=\S{0,9}\d)", re.IGNORECASE)
_MOST = re.compile(rf"\b(?:{MOST})\b")
_LEAST = re.compile(rf"\b(?:{LEAST})\b")
_BY_AGE = re.compile(r"\b(?:oldest|youngest)\b")
_TOTAL = re.compile(r"\b(?:total|sum|together|altogether|in all|combined|overall)\b")
_AVERAGE = re.compile(r"\b(?:average|mean)\b")
_HOW_MANY = re.compile(r"\b(?:how many|count (?:of|the)|number of)\b")


class Pick(Enum):
    """Which end of a column of numbers the question asks for."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition on a column: its values must be above, below or equal to a number, `text`."""

    comparison: Comparison
    text: str
    readings: Readings


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """An analysed question; it may have several of these parts at once.

    `besides` is what it says besides its bounds. `beyond` are its words that ask for something that is not done here,
    if they are not names in the table.
    """

    text: str
    besides: str
    beyond: tuple[str, ...]
    pick: Pick | None
    picked_at: int
    by_age: bool
    bounds: tuple[Bound, ...]
    asks_for_total: bool
    asks_for_average: bool
    asks_for_number: bool


def read_question(text: str) -> TableQuestion:
    """Analyse the question. With a `pick`, `asks_for_number` is false: "highest number of units" counts nothing."""
    text = nfc(text)
    bounds, besides = _bounds(_RANGE.sub(r"at least \1 and at most ", text))
    lowered = besides.casefold()
    average = _AVERAGE.search(lowered)
    most, least = _MOST.search(lowered), _LEAST.search(lowered)
    found = least or most
    # "The average lowest temperature" is an average, "the highest average" is not.
    picks = found is not None and not (average and average.start() < found.start())
    pick = (Pick.LEAST if least else Pick.MOST) if picks else None
    beyond = [*words_beyond(lowered)]
    if pick and (bounds or (most and least)):
        beyond.append(found[0] if found else "")
    return TableQuestion(
        text=text,
        besides=besides,
        beyond=tuple(beyond),
        pick=pick,
        picked_at=found.end() if found else 0,
        by_age=bool(_BY_AGE.search(lowered)),
        bounds=bounds,
        asks_for_total=bool(_TOTAL.search(lowered)),
        asks_for_average=bool(average) and pick is None,
        asks_for_number=pick is None and bool(_HOW_MANY.search(lowered)),
    )


def _bounds(text: str) -> tuple[tuple[Bound, ...], str]:
    """The bounds of a question, and its text without them."""
    bounds: dict[int, Bound] = {}
    besides = list(text)
    for pattern, comparison in _BOUNDS:
        for found in pattern.finditer(text):
            start = found.start("bound")
            if start not in bounds and (amount := leading_quantity(found["bound"])):
                bounds[start] = Bound(comparison, *amount)
                for place in range(found.start(), max(found.end(), start + len(amount[0]))):
                    besides[place] = " "
    return tuple(bounds.values()), "".join(besides)
