"""Splits a text into words, by one rule for all packages except those whose model has its own.

A word is a run of letters and digits of any script with their combining marks. Any other character separates words,
except the characters that the caller wants to keep, such as the hyphens of "black-and-white". Typographic apostrophes
count as plain ones. Words are in normal form C, whatever form the text has.
"""

import functools
import re
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.composed import caseless, composed
from inference_core.engine.builtin.lexical.letters import RUN


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is the word at `[start:end]`, where it may have capital letters or another normal form."""

    text: str
    start: int
    end: int


def words_of(text: str, *, joined_by: str = "", marks: str = "", folded: bool = False) -> list[Word]:
    """All words of a text in order.

    Args:
        joined_by: characters that stay in a word if they are between letters or digits.
        marks: characters that are separate words where they do not join.
        folded: return the words without a difference between capital and small letters.
    """
    own = composed(text)
    plain = own.text.replace("’", "'")
    found = _pattern(joined_by, marks).finditer(plain)
    return [Word(caseless(word[0]) if folded else word[0], *own.span(*word.span())) for word in found]


@functools.cache
def _pattern(joined_by: str, marks: str) -> re.Pattern[str]:
    joined = rf"(?:[{re.escape(joined_by)}]{RUN})*" if joined_by else ""
    alone = rf"|[{re.escape(marks)}]" if marks else ""
    return re.compile(rf"{RUN}{joined}{alone}")
