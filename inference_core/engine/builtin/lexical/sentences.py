"""Splits a text into sentences with their positions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.composed import composed
from inference_core.engine.builtin.lexical.letters import WITHIN_WORDS

_TERMINATOR = re.compile(
    r"""
    (?<![.!?…]) (?P<mark>[.!?…]++) [\])}"'’”»]*+ (?=\s)   # Latin: the mark, closing quotes, then space
    | [。！？]++ [」』）”]*+                               # Chinese and Japanese put no space
    | \n (?=[ \t\r]*\n) | \n (?=[ \t]*(?:[-*•]|\d+[.)])[ \t])   # a blank line or the next item of a list
    """,
    re.VERBOSE,
)
_NEXT_WORD = re.compile(r"""\s+[\[({"'‘“«¿¡]*(\w+)""")
_LAST_WORD = re.compile(rf"[\w{WITHIN_WORDS}.&-]+$")
_DOTTED = re.compile(r"(?:\w\.)*\w")

_NEVER_LAST = re.compile(
    "mr|mrs|ms|mx|dr|prof|rev|hon|st|mt|gen|col|capt|lt|sgt|maj|sen|rep|gov|pres|figs?|eq|vol|ch|sec|pp|vs|cf|viz|approx"
    "|dept|est|univ|al|e\\.g|i\\.e",
    re.IGNORECASE,
)
_LAST_UNLESS_A_NUMBER_FOLLOWS = re.compile(
    "nos?|art|p|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
_OPENER = re.compile(
    "an?|after|all|although|and|another|as|at|because|before|but|by|during|each|even|every|finally|for|from|hers?|he|his"
    "|here|how|however|if|in|its?|many|most|my|no|now|on|one|our|she|since|so|some|such|that|the|their|then|there|these"
    "|they|this|those|though|to|today|we|what|when|where|while|why|with|yet|you",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is the slice `[start:end]` of the caller's text, without outer white space."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a text, in order; only white space is between them.

    It uses rules, not a model: abbreviations, initials, decimals, list numbers and quoted speech do not end a sentence;
    blank lines and list items do. Single line breaks count as spaces.
    """
    own = composed(text)
    found = (own.span(start, end) for start, end in _sentences(own.text))
    return [Sentence(text[start:end], start, end) for start, end in found]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _TERMINATOR.finditer(text):
        if found["mark"] and not _is_end(text, start, found):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    content = text[start:end]
    stripped = content.strip()
    if stripped:
        first = start + len(content) - len(content.lstrip())
        yield first, first + len(stripped)


def _is_end(text: str, start: int, found: re.Match[str]) -> bool:
    following = _NEXT_WORD.match(text, found.end())
    next_word = following[1] if following else ""
    if next_word[:1].islower():
        return False
    return found["mark"] != "." or not _is_abbreviation(text[start : found.start()], next_word)


def _is_abbreviation(before: str, next_word: str) -> bool:
    """Whether the full stop after `before` belongs to an abbreviation and does not end the sentence."""
    # Only the end matters, and a limited length is fast in long texts without full stops.
    last = _LAST_WORD.search(before[-40:])
    if last is None:
        return False
    word = last[0]
    if word.isdecimal() and before.strip() == word:
        return True
    if _NEVER_LAST.fullmatch(word):
        return True
    if _LAST_UNLESS_A_NUMBER_FOLLOWS.fullmatch(word):
        return next_word[:1].isdecimal()
    return bool(_DOTTED.fullmatch(word)) and word[0].isupper() and not _OPENER.fullmatch(next_word)
