"""Makes different spellings of the same words equal before texts are compared."""

import re
import unicodedata

_CONTRACTIONS = (
    (re.compile(r"\b(can)'?t\b", re.IGNORECASE), r"\1 not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"\b(\w+)n't\b", re.IGNORECASE), r"\1 not"),
    (re.compile(r"\b(i)'m\b", re.IGNORECASE), r"\1 am"),
    (re.compile(r"\b(i|you|we|they|he|she)'d\b", re.IGNORECASE), r"\1 would"),
    (re.compile(r"\b(i|you|we|they|he|she|it)'ll\b", re.IGNORECASE), r"\1 will"),
    (re.compile(r"\b(you|we|they)'re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(what|where|when|who|how|it|he|she|that)'s\b", re.IGNORECASE), r"\1 is"),
)


def expand_contractions(text: str) -> str:
    """English "I'm" as "I am", "don't" as "do not" and so on."""
    text = text.replace("’", "'")
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    return text


def fold(text: str) -> str:
    """The text in lower case without accents. The length of a text in normal form C stays the same."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[0] for character in text)
