"""A translation memory: finds the translation of a sentence that is almost the same as a known one."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import Encoder
from inference_core.engine.builtin.lexical.composed import fold, folded
from inference_core.engine.builtin.lexical.letters import WITHIN_WORDS
from inference_core.engine.builtin.lexical.normalize import expand_contractions
from inference_core.engine.builtin.lexical.words import words_of

_PIECE = re.compile(rf"\{{(\w+)\}}|([\w{WITHIN_WORDS}]+)")
_NAME = r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,2}"
_SLOTS = {"name": _NAME, "number": r"[2-9]|[1-9]\d+"}

_NEARLY_THE_SAME = 0.94
"""Cosine similarity (all-MiniLM-L6-v2) above which a sentence counts as a phrase of the book.

Measured on 39 pairs: sentences with another meaning reach 0.93 ("I am very hungry." for "I am hungry."), rewordings
have 0.81 to 0.98. To be safe, rewordings below the cut-off are not accepted.
"""

_CRUCIAL_WORD = re.compile(
    r"\d+|no|not|never|nothing|without|i|we|you|he|she|they|my|our|your|his|her|their|very|too"
    r"|was|were|will|yesterday|today|tomorrow|left|right|open|closed"
)
"""Words that change the meaning of a sentence but hardly its vector."""

Phrase = Mapping[str, str]


class Nearest(NamedTuple):
    """A phrase, its similarity to a sentence (cosine), and whether that is enough to use it for the sentence."""

    phrase: Phrase
    similarity: float
    same_meaning: bool


class PhraseBook:
    """Phrases in English, German, French and Spanish; the keys of a phrase are the languages' two-letter codes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.phrases: list[Phrase] = tomllib.loads(read_data("phrases.toml"))["phrases"]
        self._patterns = {
            language: [_pattern(phrase[language]) for phrase in self.phrases] for language in self.phrases[0]
        }
        self._vectors = encode_prepared(encoder, [phrase["en"] for phrase in self.phrases])

    def find(self, sentence: str, source: str, target: str) -> str | None:
        """The translation of a sentence; it equals a phrase except for case, accents and slots."""
        written = expand_contractions(sentence)
        compared = folded(written)
        for phrase, pattern in zip(self.phrases, self._patterns[source], strict=True):
            match = pattern.fullmatch(compared.text)
            if match is not None:
                slots = {name: written[slice(*compared.span(*match.span(name)))] for name in match.groupdict()}
                if all(_is_name_or_number(value) for value in slots.values()):
                    return phrase[target].format(**slots)
        return None

    def nearest(self, sentence: str) -> Nearest:
        """The phrase closest in meaning to an English sentence."""
        similarities = self._vectors @ self._encoder.encode([sentence])[0]
        best = int(np.argmax(similarities))
        phrase, similarity = self.phrases[best], float(similarities[best])
        near = similarity >= _NEARLY_THE_SAME and "{" not in phrase["en"]
        return Nearest(phrase, similarity, near and _crucial_words(sentence) == _crucial_words(phrase["en"]))


def _pattern(phrase: str) -> re.Pattern[str]:
    """A pattern for a folded sentence with the words of a phrase; each slot is a named group."""
    words = [
        f"(?P<{slot}>{_SLOTS[slot]})" if slot else re.escape(word)
        for slot, word in _PIECE.findall(fold(expand_contractions(phrase)))
    ]
    return re.compile(r"\W*" + r"\W+".join(words) + r"\W*")


def _is_name_or_number(value: str) -> bool:
    return value.isdigit() or all(word[0].isupper() for word in _words(value))


def _crucial_words(sentence: str) -> Counter[str]:
    """What a reworded sentence must keep: numbers, names, negations, persons and similar words."""
    words = _words(expand_contractions(sentence))
    inner = words[1:]
    crucial = [word.lower() for word in words if _CRUCIAL_WORD.fullmatch(word.lower())]
    return Counter(crucial + [word for word in inner if word[0].isupper() and word != "I"])


def _words(text: str) -> list[str]:
    return [word.text for word in words_of(text)]
