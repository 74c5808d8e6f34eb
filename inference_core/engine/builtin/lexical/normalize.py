"""Makes different spellings of the same words equal before texts are compared."""

import re

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
