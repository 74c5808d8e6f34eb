"""Fill-mask by a trigram language model: the word that fits best with the two words on each side of it."""

import re
from typing import Annotated, Any

import numpy as np
from msgspec import Meta, Struct, field
from numpy.typing import NDArray

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.trigram.model import ENGINE_NAME, TrigramModel, WordId, shared_trigram_model
from inference_core.engine.builtin.trigram.words import printable_words, read_words, spell
from inference_core.engine.contract import CannotAnswer, InputSizes, Model, NonEmpty, Parameters, ServedTask

_MASK = re.compile(r"\[MASK\]|<mask>")
_UNKNOWN_WORD = " 0 "  # unknown to the model, whose words have no digits
_MAX_MASKS = 8
_TOP_K = 5


class FillMaskParameters(Parameters):
    """`top_k`: how many words to propose. `targets`: score only these words; their scores then do not sum to 1."""

    top_k: Annotated[int, Meta(ge=1, le=100)] | None = None
    targets: Annotated[list[NonEmpty], Meta(min_length=1, max_length=1000)] | None = None


class FillMaskBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: FillMaskParameters = field(default_factory=FillMaskParameters)


class TrigramMaskFiller:
    """Scores every word w in a b _ c d, where a, b, c and d are its neighbours, by P(w | a b) P(c | b w) P(d | w c).

    The scores of the whole vocabulary sum to 1: a score is the word's probability, given its four neighbours.
    """

    name = ENGINE_NAME

    def __init__(self, model: TrigramModel) -> None:
        self._model = model
        self._printable = printable_words(model)

    def answer(self, body: FillMaskBody) -> list[Any]:
        """For one mask a list of `{score, token, token_str, sequence}`, best first; for several masks a list of lists.

        Raises CannotAnswer if there is no mask or too many, if a target is not in the vocabulary, and if a mask has no
        known word next to it.
        """
        masks = list(_MASK.finditer(body.inputs))
        if not masks:
            raise CannotAnswer("no_mask")
        if len(masks) > _MAX_MASKS:
            raise CannotAnswer("too_many_masks", count=len(masks), most=_MAX_MASKS)
        candidates = self._candidates(body.parameters.targets)
        filled = [self._fill(mask, candidates, body.parameters.top_k or _TOP_K) for mask in masks]
        return filled[0] if len(filled) == 1 else filled

    def _candidates(self, targets: list[str] | None) -> NDArray[np.intp]:
        if targets is None:
            return np.flatnonzero(self._printable)
        words = [nfc(target).strip().lower() for target in targets]
        unknown = [word for word in words if word not in self._model.ids]
        if unknown:
            raise CannotAnswer("targets_unknown", targets=unknown)
        return np.array(list(dict.fromkeys(self._model.ids[word] for word in words)))

    def _fill(self, mask: re.Match[str], candidates: NDArray[np.intp], top_k: int) -> list[dict[str, Any]]:
        before = read_words(_MASK.sub(_UNKNOWN_WORD, mask.string[: mask.start()]), self._model)
        after = read_words(_MASK.sub(_UNKNOWN_WORD, mask.string[mask.end() :]), self._model)[1:]
        scores = self._scores(before, after)
        best = candidates[np.argsort(-scores[candidates], kind="stable")[:top_k]]
        return [self._filled(mask, int(word), float(scores[word]), before[-1]) for word in best]

    def _scores(self, before: list[WordId], after: list[WordId]) -> NDArray[np.float64]:
        """The probability of each word of the vocabulary, shape (V,)."""
        second_last, last = [None, *before][-2:]
        first_after, second_after = [*after, None, None][:2]
        if {last, first_after} <= {None, self._model.start, self._model.end}:
            raise CannotAnswer("mask_without_known_neighbour")
        logits = self._model.next_word(second_last, last).astype(np.float64)
        if first_after is not None:
            logits += self._model.word_before(last, first_after)
            if second_after is not None and first_after != self._model.end:
                logits += self._model.two_words_before(first_after, second_after)
        weights: NDArray[np.float64] = np.exp(logits - logits.max())
        weights /= weights.sum()
        return weights

    def _filled(self, mask: re.Match[str], word: int, score: float, before: WordId) -> dict[str, Any]:
        opens_sentence = before == self._model.start
        written = spell(self._model.words[word], opens_sentence=opens_sentence, opens_text=True)
        sequence = mask.string[: mask.start()] + written + mask.string[mask.end() :]
        return {"score": score, "token": word, "token_str": written, "sequence": sequence}


MODEL = Model(
    id="builtin/trigram-fill-mask",
    tasks=(
        ServedTask(
            id="fill-mask",
            body=FillMaskBody,
            answer=TrigramMaskFiller.answer,
            answered_example={"inputs": "I would like a cup of [MASK]."},
            refused_example={"inputs": "I would like a cup of tea."},
        ),
    ),
    words="models.trigram_fill_mask",
    licence="BSD-2-Clause",
    load=lambda: TrigramMaskFiller(shared_trigram_model()),
    level="basic",
    sizes=InputSizes(characters=20_000, masks=_MAX_MASKS),
)
