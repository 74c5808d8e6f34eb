"""The words of an English text that carry its matter, cut to stems so that plural and tense do not hide a match."""

import re
from dataclasses import dataclass

_FUNCTION_WORD = re.compile(
    "an?|the|of|in|on|at|to|for|from|by|with|as|and|or|but|so|than|then|that|this|these|those|there|here|its?|he|she|his"
    "|hers?|him|they|them|their|we|our|us|i|my|me|you|your|is|are|was|were|be|been|being|am|do|does|did|has|have|had"
    "|will|would|can|could|should|may|might|must|not|no|how|what|when|where|which|who|whom|whose|why|many|much|long|far"
)
_DETERMINER = re.compile("the|an?|his|her|its|their", re.IGNORECASE)
_PLURAL_OF_Y = re.compile(r"(?<=\w{2})ies$")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e)$")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word's stem ('' for a function word) and its characters `start` to before `end`."""

    stem: str
    start: int
    end: int
    is_determiner: bool


def words(text: str) -> list[Word]:
    """All words of a text with where they stand."""
    return [
        Word(_stem(found[0].casefold()), *found.span(), bool(_DETERMINER.fullmatch(found[0])))
        for found in re.finditer(r"\w+", text)
    ]


def keywords(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(word.stem for word in words(text) if word.stem)


def _stem(word: str) -> str:
    if _FUNCTION_WORD.fullmatch(word):
        return ""
    return _DOUBLED.sub(r"\1", _ENDING.sub("", _PLURAL_OF_Y.sub("y", word)))
