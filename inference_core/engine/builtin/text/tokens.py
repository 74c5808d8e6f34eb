"""Splits text into words and punctuation with their positions."""

import re
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.composed import CLUSTER, composed
from inference_core.engine.builtin.lexical.letters import RUN, WITHIN_WORDS

_PIECE = re.compile(
    rf"(?:[^\W\d_][{WITHIN_WORDS}]*\.){{2,}}"  # U.S.
    r"|['’]s\b"
    rf"|{RUN}(?:['’-](?!s\b){RUN})*"
    rf"|(?=[^\w\s]|_){CLUSTER}"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word in normal form C; the text it was found in has it at `[start:end]`.

    `spaced` says whether white space is before it.
    """

    text: str
    start: int
    end: int
    spaced: bool

    @property
    def capitalised(self) -> bool:
        return self.text[0].isupper()


def words_of(text: str) -> list[Word]:
    """Every word, possessive ending and punctuation mark of a text, in order."""
    own = composed(text)
    words = []
    for piece in _PIECE.finditer(own.text):
        start, end = own.span(*piece.span())
        words.append(Word(piece[0], start, end, own.text[: piece.start()][-1:].isspace()))
    return words
