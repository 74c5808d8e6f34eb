"""What a question asks about a table, from its English words: a sum, the row with the most, rows above a bound..."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from operator import ge, gt, le, lt

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.numbers.column import Readings
from inference_core.engine.builtin.numbers.leading import leading_quantity

Comparison = Callable[[Decimal, Decimal], bool]

_AMOUNT = r"(?P<bound>\S*\d.*)"
# The order matters: "smaller than" would otherwise be read as "more", like any other word ending in -er.
_BOUNDS: list[tuple[re.Pattern[str], Comparison]] = [
    (re.compile(rf"\b(?:at least|no less than) {_AMOUNT}", re.IGNORECASE), ge),
    (re.compile(rf"\b(?:at most|no more than|up to) {_AMOUNT}", re.IGNORECASE), le),
    (
        re.compile(
            rf"\b(?:less|under|below|fewer|smaller|lower|younger|shorter|cheaper|lighter|before)(?: than)? {_AMOUNT}"
        ),
        lt,
    ),
    (re.compile(rf"\b(?:more than|over|above|after|exceeds?|exceeding|\w+er than) {_AMOUNT}", re.IGNORECASE), gt),
]
_MOST = re.compile(
    r"\b(?:most|highest|largest|biggest|greatest|tallest|longest|oldest|heaviest|fastest|widest|deepest|maximum|max|top"
    r"|best|latest|newest|richest|priciest|strongest|hottest)\b"
)
_LEAST = re.compile(
    r"\b(?:least|fewest|lowest|smallest|shortest|youngest|lightest|slowest|narrowest|cheapest|minimum|min|worst|earliest"
    r"|poorest|weakest|coldest)\b"
)
_BY_AGE = re.compile(r"\b(?:oldest|youngest)\b")
_TOTAL = re.compile(r"\b(?:total|sum|altogether|in all|combined|overall)\b")
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
    """An analysed question; it may have several of these parts at once."""

    text: str
    pick: Pick | None
    by_age: bool
    bound: Bound | None
    asks_for_total: bool
    asks_for_average: bool
    asks_for_number: bool


def read_question(text: str) -> TableQuestion:
    """Analyse the question. With a `pick`, `asks_for_number` is false: "highest number of units" counts nothing."""
    text = nfc(text)
    lowered = text.casefold()
    bound = _bound(text)
    pick = None if bound else _pick(lowered)
    return TableQuestion(
        text=text,
        pick=pick,
        by_age=bool(_BY_AGE.search(lowered)),
        bound=bound,
        asks_for_total=bool(_TOTAL.search(lowered)),
        asks_for_average=bool(_AVERAGE.search(lowered)),
        asks_for_number=pick is None and bool(_HOW_MANY.search(lowered)),
    )


def _pick(lowered: str) -> Pick | None:
    if _LEAST.search(lowered):
        return Pick.LEAST
    return Pick.MOST if _MOST.search(lowered) else None


def _bound(text: str) -> Bound | None:
    for pattern, comparison in _BOUNDS:
        if (found := pattern.search(text)) and (amount := leading_quantity(found["bound"])):
            return Bound(comparison, *amount)
    return None
