"""Splits text into words and punctuation with their positions."""

import re
from dataclasses import dataclass

_PIECE = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|['’]s\b"
    r"|[^\W_]+(?:['’-](?!s\b)[^\W_]+)*"
    r"|[^\w\s]|_"
)


@dataclass(frozen=True, slots=True)
class Word:
    """`text[start:end]` of the text it was found in; `spaced` says whether white space is before it."""

    text: str
    start: int
    end: int
    spaced: bool

    @property
    def capitalised(self) -> bool:
        return self.text[0].isupper()


def words_of(text: str) -> list[Word]:
    """Every word, possessive ending and punctuation mark of a text, in order."""
    pieces = _PIECE.finditer(text)
    return [Word(p.group(), p.start(), p.end(), p.start() > 0 and text[p.start() - 1].isspace()) for p in pieces]
