"""Converts normal text to the trigram model's lower-case words without punctuation, and back."""

import re

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.lexical.letters import RUN
from inference_core.engine.builtin.printable import is_printable
from inference_core.engine.builtin.trigram.model import TrigramModel, WordId

_PIECE = re.compile(rf"'?{RUN}(?:['.-]{RUN})*\.?|[!?.…]")
_INITIAL = re.compile(r"[a-z]\.(?:'s)?")
_FIRST_PERSON = re.compile(r"i(?:'(?:m|d|ll|ve|s))?")
_JOINED_TO_THE_WORD_BEFORE = frozenset({"'s"})


def read_words(text: str, model: TrigramModel) -> list[WordId]:
    """The ids of a text's words in the model's vocabulary, None for an unknown word.

    The list begins with the mark for the start of a sentence and has both marks where a sentence ends.
    """
    words: list[WordId] = [model.start]
    for piece in _PIECE.findall(nfc(text).replace("’", "'").lower()):
        words += _known_words(piece, model)
    return words


def _known_words(piece: str, model: TrigramModel) -> list[WordId]:
    if piece in model.ids:
        return [model.ids[piece]]
    word = piece.rstrip(".!?…").removeprefix("'")
    ending: list[WordId] = [model.end, model.start] if piece[-1] in ".!?…" else []
    if not word:
        return ending
    if word in model.ids or "-" not in word:
        return [model.ids.get(word), *ending]
    return [*(model.ids.get(part) for part in word.split("-")), *ending]


def spell(word: str, *, opens_sentence: bool, opens_text: bool) -> str:
    """A word of the model as it is printed, including the space before it."""
    if _INITIAL.fullmatch(word) or _FIRST_PERSON.fullmatch(word) or opens_sentence:
        word = word[0].upper() + word[1:]
    joined = opens_text or word in _JOINED_TO_THE_WORD_BEFORE
    return word if joined else f" {word}"


def printable_words(model: TrigramModel) -> NDArray[np.bool_]:
    """Which words may be shown, shape (V,): not sentence marks, and not the words of `data/unprintable.txt`.

    The model was trained on conversations that include swearing and slurs, which must not appear in a demonstration.
    """
    printable = np.array([is_printable(word) for word in model.words])
    printable[[model.start, model.end]] = False
    return printable
