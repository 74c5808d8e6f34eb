"""Tells from its commonest little words whether a text is in another language than English."""

import functools
import re
import tomllib
import unicodedata

from inference_core.engine.builtin.data import read_data
from inference_core.engine.contract import CannotAnswer

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_HITS = 2


def require_english(text: str) -> None:
    """Raises CannotAnswer for a text that is evidently not English."""
    if has_only_foreign_letters(text):
        raise CannotAnswer("This engine reads English only and this is another script: write the text in English.")
    language = other_language(text)
    if language is not None:
        raise CannotAnswer(f"This engine reads English only and this text looks {language}: write the text in English.")


def other_language(text: str) -> str | None:
    """German, French or Spanish if the text has more of its little words than of English ones, at least two; else None.

    A handful of languages and words: None means "perhaps English", no more.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {language: sum(word in little for word in words) for language, little in _all_little_words().items()}
    language = max(hits, key=hits.__getitem__)
    return language if hits[language] >= max(_FEWEST_HITS, hits["English"] + 1) else None


def has_only_foreign_letters(text: str) -> bool:
    """Whether a text has letters, none of which is of the Latin alphabet."""
    letters = {character for character in text if character.isalpha()}
    return bool(letters) and not any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def little_words(language: str) -> frozenset[str]:
    """The commonest little words of English, German, French or Spanish."""
    return _all_little_words()[language]


@functools.cache
def _all_little_words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(read_data("little_words.toml"))
    return {language: frozenset(words.split()) for language, words in lists.items()}
