"""Replaces the neural encoder on a machine without its files. It compares letters, not meaning."""

import functools
import zlib
from collections.abc import Sequence

import numpy as np

from inference_core.engine.builtin.encoder.contract import DIMENSIONS, Floats, Side, unit_rows
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.lexical.words import words_of


class WordHashing:
    """Hashed words and letter triples (the hashing trick: Weinberger et al., 2009), 384 dimensions.

    Texts are close if they share words or word stems; it does not know synonyms. The same text gives the same row in
    every process. A text without any visible character gives a row of zeros.
    """

    name = "word-hashing fallback (no encoder files)"
    window = 50_000

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 per text, shape (len(texts), 384)."""
        return unit_rows(self.pool(texts))

    def pool(self, texts: Sequence[str], *, truncate: Side = "right") -> Floats:
        """The sum of the rows of a text's words, shape (len(texts), 384)."""
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            words = _words(text)
            for word in words[: self.window] if truncate == "right" else words[-self.window :]:
                for place, weight in _hashed(word):
                    row[place] += weight
        return rows

    def count_tokens(self, text: str) -> int:
        """The number of words of the text, or of characters if it has no word."""
        return len(_words(text))


def _words(text: str) -> list[str]:
    return [word.text for word in words_of(text, folded=True)] or nfc(text).split()


@functools.lru_cache(maxsize=20_000)
def _hashed(word: str) -> tuple[tuple[int, float], ...]:
    """Positions in a row and signed weights of the word's features: the word counts as much as all triples."""
    marked = f"<{word}>"
    triples = [marked[start : start + 3] for start in range(len(marked) - 2)]
    # Short words are mostly grammar; with so few dimensions they would hide the rest.
    importance = min(len(word), 6) / 6
    features = [(marked, importance)] + [(triple, importance / len(triples)) for triple in triples]
    return tuple(_signed(zlib.crc32(feature.encode()), weight) for feature, weight in features)


def _signed(digest: int, weight: float) -> tuple[int, float]:
    return digest % DIMENSIONS, weight if digest & 0x8000_0000 else -weight
