"""Reads CMU Sphinx's binary trie language models (the `.lm.bin` files of pocketsphinx) into numpy arrays.

The format, "Trie Language Model", is a trie over *reversed* n-grams like KenLM's (Heafield 2011): the children of a
word are the words seen before it, and their children the words seen before both. Entries are packed
bit fields; probabilities and back-off weights are 16-bit codes into tables of logarithms to base 1.0001.
"""

import math
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_MAGIC = b"Trie Language Model"
_TRIGRAM_ORDER = 3
_QUANTISED_16_BIT = 1
_CODE_BITS = 16
_TO_NATURAL = np.float32(math.log(1.0001))
_UNIGRAM = np.dtype([("logp", "<f4"), ("backoff", "<f4"), ("first_bigram", "<u4")])


@dataclass(frozen=True, slots=True)
class TrigramTrie:
    """A trigram model in the order of the file; logarithms are natural.

    For V words, B bigrams and T trigrams: the bigrams that end in word w are rows
    `first_bigram[w]:first_bigram[w + 1]`, each with the word before it in `bigram_previous`; the trigrams that end in
    bigram b are rows `first_trigram[b]:first_trigram[b + 1]`, each with the word before it in `trigram_previous`.
    """

    words: list[str]
    unigram_logp: Floats
    unigram_backoff: Floats
    first_bigram: Ints
    bigram_previous: Ints
    bigram_logp: Floats
    bigram_backoff: Floats
    first_trigram: Ints
    trigram_previous: Ints
    trigram_logp: Floats


def pocketsphinx_model() -> Path:
    """The path of pocketsphinx's US English model, found without importing it, which would load audio libraries.

    Raises FileNotFoundError when pocketsphinx is not installed or has no such file.
    """
    spec = find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The package pocketsphinx is not installed; its language model is needed here.")
    path = Path(spec.origin).parent / "model" / "en-us" / "en-us.lm.bin"
    if not path.is_file():
        raise FileNotFoundError(f"The installed pocketsphinx has no language model at {path}.")
    return path


def read_trie(path: Path) -> TrigramTrie:
    """Decode a model file. Raises ValueError for anything but a 16-bit quantised trigram trie."""
    raw = path.read_bytes()
    order_at = len(_MAGIC)
    if not raw.startswith(_MAGIC) or raw[order_at] != _TRIGRAM_ORDER:
        raise ValueError(f"{path} is not a trigram model of the kind 'Trie Language Model'.")
    word_count, bigram_capacity, trigram_capacity, quantisation = struct.unpack_from("<4I", raw, order_at + 1)
    if quantisation != _QUANTISED_16_BIT:
        raise ValueError(f"{path} is quantised in a way this reader does not know ({quantisation}).")

    tables = np.frombuffer(raw, "<f4", 3 << _CODE_BITS, order_at + 17).reshape(3, -1) * _TO_NATURAL
    bigram_logps, bigram_backoffs, trigram_logps = tables
    unigrams_at = order_at + 17 + tables.nbytes
    unigrams = np.frombuffer(raw, _UNIGRAM, word_count + 1, unigrams_at)
    first_bigram = unigrams["first_bigram"].astype(np.int32)

    word_bits, pointer_bits = word_count.bit_length(), trigram_capacity.bit_length()
    bigrams = _Records(raw, unigrams_at + unigrams.nbytes, word_bits + 2 * _CODE_BITS + pointer_bits)
    bigram_count = int(first_bigram[-1])
    first_trigram = bigrams.field(word_bits + 2 * _CODE_BITS, pointer_bits, bigram_count + 1)
    trigrams = _Records(raw, bigrams.end(bigram_capacity), word_bits + _CODE_BITS)
    trigram_count = int(first_trigram[-1])

    return TrigramTrie(
        words=_words(raw, trigrams.end(trigram_capacity), word_count),
        unigram_logp=unigrams["logp"][:-1] * _TO_NATURAL,
        unigram_backoff=unigrams["backoff"][:-1] * _TO_NATURAL,
        first_bigram=first_bigram,
        bigram_previous=bigrams.field(0, word_bits, bigram_count),
        bigram_backoff=bigram_backoffs[bigrams.field(word_bits, _CODE_BITS, bigram_count)],
        bigram_logp=bigram_logps[bigrams.field(word_bits + _CODE_BITS, _CODE_BITS, bigram_count)],
        first_trigram=first_trigram,
        trigram_previous=trigrams.field(0, word_bits, trigram_count),
        trigram_logp=trigram_logps[trigrams.field(word_bits, _CODE_BITS, trigram_count)],
    )


@dataclass(frozen=True, slots=True)
class _Records:
    """Bit-packed records of `bits` bits each, the first at byte `start`."""

    raw: bytes
    start: int
    bits: int

    def field(self, offset: int, width: int, count: int) -> Ints:
        """The field of `width` (at most 32) bits that begins `offset` bits into each of the first `count` records."""
        values = np.empty(count, np.int32)
        # Eight records take exactly `bits` bytes, so every eighth record begins at the same bit of a byte.
        for lane in range(8):
            byte, shift = divmod(lane * self.bits + offset, 8)
            rows = values[lane::8]
            window = np.ndarray(rows.shape, "<u8", self.raw, self.start + byte, (self.bits,))
            rows[:] = (window >> np.uint64(shift)) & np.uint64((1 << width) - 1)
        return values

    def end(self, count: int) -> int:
        """The byte after `count` records, their closing record and eight bytes of padding."""
        return self.start + ((count + 1) * self.bits + 7) // 8 + 8


def _words(raw: bytes, start: int, count: int) -> list[str]:
    (length,) = struct.unpack_from("<I", raw, start)
    return raw[start + 4 : start + 4 + length].decode("utf-8", "replace").split("\0")[:count]
