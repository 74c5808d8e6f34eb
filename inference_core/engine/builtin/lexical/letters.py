"""Classes of characters that `re` does not know, to be put into the square brackets of a pattern."""

import unicodedata

# No assigned character beyond these has a category that is looked for here.
_SEARCHED = (range(0x41, 0x1F000), range(0xE0100, 0xE01F0))


def _ranges(*categories: str) -> str:
    """The characters of Unicode's categories, as ranges: "A-ZÀ-Ö"."""
    ranges: list[list[int]] = []
    found = (code for block in _SEARCHED for code in block if unicodedata.category(chr(code)) in categories)
    for code in found:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS = _ranges("Mn", "Mc", "Me")
"""Combining marks: accents, vowel signs, variation selectors."""

CAPITALS = _ranges("Lu", "Lt")
"""Capital letters of every script."""

WITHIN_WORDS = f"{MARKS}\u200c\u200d"
"""What may follow a letter in a word: marks, and the joiners that Persian and Indian words contain."""

RUN = rf"(?:[^\W_]+(?:[{WITHIN_WORDS}]+[^\W_]*)*)"
"""A pattern for a run of letters and digits with their marks."""
