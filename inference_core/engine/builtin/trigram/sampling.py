"""Draws the next word from a model's distribution, with the options of text-generation-inference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]

_MIN_REPETITION = 1e-6
"""Beyond this the products leave the range of a float; a word is then certain or impossible already."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a word is drawn. `None` switches a filter off; with a `temperature` of None the likeliest word is taken.

    Filters apply in this order: temperature, `top_k`, `top_p` (nucleus sampling, Holtzman et al. 2020), `typical_p`
    (locally typical sampling, Meister et al. 2023).
    """

    temperature: float | None
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None

    def draw(self, logits: Logits, rng: np.random.Generator) -> int:
        """The index of a word drawn by unnormalised log probabilities, shape (V,); minus infinity is never drawn."""
        if self.temperature is None:
            return int(logits.argmax())
        candidates, weights = self._candidates(logits / np.float32(self.temperature))
        reached = np.cumsum(weights)
        chosen = np.searchsorted(reached, rng.random() * reached[-1], side="right")
        return int(candidates[min(chosen, len(candidates) - 1)])

    def _candidates(self, logits: Logits) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """The words that pass the filters, and their probabilities, which need not sum to 1."""
        candidates = _largest(logits, self.top_k)
        weights = np.exp(logits[candidates].astype(np.float64) - logits[candidates].max())
        if self.top_p is not None and self.top_p < 1:
            candidates, weights = _reaching(self.top_p, candidates, weights, order=-weights)
        if self.typical_p is not None:
            candidates, weights = _reaching(self.typical_p, candidates, weights, order=_surprisal_deviation(weights))
        return candidates, weights


def penalise(logits: Logits, counts: NDArray[np.int32], repetition: float, frequency: float) -> None:
    """Make words that occurred before less likely, in place; `counts`, shape (V,), says how often each occurred.

    The logit of every such word is divided by `repetition`, or multiplied if it is negative (CTRL, Keskar et al. 2019);
    `frequency` is subtracted once per occurrence.
    """
    repetition = min(max(repetition, _MIN_REPETITION), 1 / _MIN_REPETITION)
    seen = np.flatnonzero(counts > 0)
    repeated = logits[seen]
    repeated = np.where(repeated < 0, repeated * repetition, repeated / repetition)
    logits[seen] = repeated - frequency * counts[seen]


def _largest(logits: Logits, count: int | None) -> NDArray[np.intp]:
    if count is None or count >= len(logits):
        return np.arange(len(logits))
    return np.argpartition(logits, -count)[-count:]


def _reaching(
    share: float, candidates: NDArray[np.intp], weights: NDArray[np.float64], *, order: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The first candidates in `order` whose weights add up to at least `share` of the total."""
    ranking = np.argsort(order, kind="stable")
    reached = np.cumsum(weights[ranking])
    kept = ranking[: np.searchsorted(reached, share * reached[-1]) + 1]
    return candidates[kept], weights[kept]


def _surprisal_deviation(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each word's surprisal is from the expected surprisal, the entropy."""
    probabilities = weights / weights.sum()
    surprise = -np.log(np.maximum(probabilities, np.finfo(np.float64).tiny))
    distance: NDArray[np.float64] = np.abs(surprise - (probabilities * surprise).sum())
    return distance
