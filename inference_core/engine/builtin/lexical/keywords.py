"""The content words of an English text as stems, so that plural and tense do not prevent a match."""

import functools
import re
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.words import words_of

# scikit-learn's ENGLISH_STOP_WORDS would remove what questions ask for: numbers, "name", "amount", "because"...
_FUNCTION_WORD = re.compile(
    "an?|the|of|in|on|at|to|for|from|by|with|as|and|or|but|so|than|then|that|this|these|those|there|here|its?|he|she|his"
    "|hers?|him|they|them|their|we|our|us|i|my|me|you|your|is|are|was|were|be|been|being|am|do|does|did|has|have|had"
    "|will|would|can|could|should|may|might|must|not|no|how|what|when|where|which|who|whom|whose|why|many|much|long|far"
)
_DETERMINER = re.compile("the|an?|his|her|its|their")


@dataclass(frozen=True, slots=True)
class Word:
    """A word's stem ('' for a function word); the word is `text[start:end]`."""

    stem: str
    start: int
    end: int
    is_determiner: bool


def words(text: str) -> list[Word]:
    """All words of a text with their positions."""
    return [
        Word(_stem(word.text), word.start, word.end, bool(_DETERMINER.fullmatch(word.text)))
        for word in words_of(text, folded=True)
    ]


def keywords(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    return frozenset(word.stem for word in words(text) if word.stem)


@functools.lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    if _FUNCTION_WORD.fullmatch(word):
        return ""
    import snowballstemmer

    # A stemmer stores its current word, so threads must not share one.
    stem: str = snowballstemmer.stemmer("english").stemWord(word)
    return stem
