"""Words that models must not print in front of people: those of `data/unprintable.txt`."""

import functools
import re
from collections.abc import Generator, Iterable

from inference_core.engine.builtin.data import read_data
from inference_core.engine.contract import Finish, Token

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LEFT_OUT = "…"
_LONGEST = 40
"""Characters of a word that are waited for: none on the list is as long, and some scripts have no spaces."""


def is_printable(word: str) -> bool:
    """Whether a word is on no line of the list, in whatever case."""
    return not _unprintable().fullmatch(word.lower())


def printable(items: Iterable[Token | Finish]) -> Generator[Token | Finish]:
    """The items of a generation, with an ellipsis in place of each word that is not printable.

    A word may be spread over tokens, so a token arrives when the next word begins or this one is long. Alternatives
    that are not printable are left out.
    """
    word: list[Token] = []
    for item in items:
        if not (isinstance(item, Token) and _goes_on(word, item.text)):
            yield from _checked(word)
            word = []
        if isinstance(item, Token):
            word.append(item)
        else:
            yield item


def _goes_on(word: list[Token], text: str) -> bool:
    is_long = sum(len(token.text) or 1 for token in word) > _LONGEST  # a token without text is part of a character
    return not is_long and (not text or text[0].isalpha() or text[0] in "'’-")


def _checked(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        token.top = token.top and [one for one in token.top if is_printable(one.text.strip())]
    text = "".join(token.text for token in tokens)
    shown = _WORD.sub(lambda word: word[0] if is_printable(word[0]) else _LEFT_OUT, text)
    if shown != text:
        for token in tokens:
            token.text, token.top = "", None
        tokens[0].text = shown
    return tokens


@functools.cache
def _unprintable() -> re.Pattern[str]:
    lines = read_data("unprintable.txt").splitlines()
    return re.compile("|".join(rf"(?:{line})" for line in lines if line and not line.startswith("#")))
