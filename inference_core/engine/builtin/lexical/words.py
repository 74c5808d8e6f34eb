"""Splits a text into words, by one rule for all packages except those whose model has its own.

A word is a run of letters and digits of any script. Any other character separates words, except the characters that the
caller wants to keep, such as the hyphens of "black-and-white". Typographic apostrophes count as plain ones.
"""

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is the word at `[start:end]`, where it may have capital letters."""

    text: str
    start: int
    end: int


def words_of(text: str, *, joined_by: str = "", marks: str = "", folded: bool = False) -> list[Word]:
    """All words of a text in order.

    Args:
        joined_by: characters that stay in a word if they are between letters or digits.
        marks: characters that are separate words where they do not join.
        folded: return the words case-folded.
    """
    plain = text.replace("’", "'")
    found = _pattern(joined_by, marks).finditer(plain)
    return [Word(word[0].casefold() if folded else word[0], *word.span()) for word in found]


@functools.cache
def _pattern(joined_by: str, marks: str) -> re.Pattern[str]:
    joined = rf"(?:[{re.escape(joined_by)}][^\W_]+)*" if joined_by else ""
    alone = rf"|[{re.escape(marks)}]" if marks else ""
    return re.compile(rf"[^\W_]+{joined}{alone}")
