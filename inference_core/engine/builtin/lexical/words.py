"""The words of a text, split by one rule for all rooms but those whose model brings its own.

A word is a run of letters and digits of any script. What stands between two of them parts words, but for the characters
that the caller joins by, such as the hyphen of "black-and-white"; typographic apostrophes count as plain ones.
"""

import functools
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """`text` stands from character `start` to before `end`, there perhaps in capitals."""

    text: str
    start: int
    end: int


def words_of(text: str, *, joined_by: str = "", marks: str = "", folded: bool = False) -> list[Word]:
    """All words of a text in order.

    Args:
        joined_by: characters that stay within a word where letters or digits stand on both sides of them.
        marks: characters that are words of their own wherever they do not join.
        folded: give the words without the difference of small letters and capitals.
    """
    plain = text.replace("’", "'")
    found = _pattern(joined_by, marks).finditer(plain)
    return [Word(word[0].casefold() if folded else word[0], *word.span()) for word in found]


@functools.cache
def _pattern(joined_by: str, marks: str) -> re.Pattern[str]:
    joined = rf"(?:[{re.escape(joined_by)}][^\W_]+)*" if joined_by else ""
    alone = rf"|[{re.escape(marks)}]" if marks else ""
    return re.compile(rf"[^\W_]+{joined}{alone}")
