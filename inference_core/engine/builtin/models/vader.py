"""Sentiment of English text by VADER (Hutto & Gilbert 2014): rated words, with rules for negation and emphasis."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.text.english import require_english
from inference_core.engine.classification_request import TextClassificationBody
from inference_core.engine.contract import InputSizes, Model, ServedTask
from inference_core.engine.packages import ENGLISH, VADER

_COMPOUND_ALPHA = 15
"""VADER turns the summed valence x into the compound score x / sqrt(x² + 15)."""

_NEUTRAL_COMPOUND = 0.05
"""VADER calls a text neutral if its compound score is between minus this and plus this."""

_LARGEST_COMPOUND = 0.9999
"""VADER rounds to four digits; for a score rounded to 1 the valence would be infinite."""


_AS_IN_ITS_LEXICON = {ord("’"): "'", 0xFE0F: None}
"""VADER knows "don't" with a plain apostrophe only, and emoji without variation selectors."""


class _Analyzer(Protocol):
    def polarity_scores(self, text: str) -> Mapping[str, float]: ...


class VaderSentiment:
    """Labels a text POSITIVE, NEUTRAL or NEGATIVE.

    The raw score of POSITIVE is the summed valence x of the text's words, that of NEGATIVE is -x, and that of NEUTRAL
    is the valence above which VADER no longer calls a text neutral (0.19). A text without rated words thus gets nearly
    equal scores after softmax, with NEUTRAL first at 0.38: nothing is known about it.
    """

    name = "VADER sentiment lexicon and rules (vaderSentiment)"

    def __init__(self, analyzer: _Analyzer) -> None:
        self._analyzer = analyzer

    def answer(self, body: TextClassificationBody) -> list[list[dict[str, Any]]]:
        """`[[{label, score}]]`, best first. Raises CannotAnswer for a text that is clearly not English."""
        require_english(body.inputs)
        raw = self._raw_scores(nfc(body.inputs).translate(_AS_IN_ITS_LEXICON))
        scores = _FUNCTIONS[body.parameters.function_to_apply or "softmax"](list(raw.values()))
        ranked = sorted(zip(raw, scores, strict=True), key=lambda labelled: -labelled[1])
        return [[{"label": label, "score": score} for label, score in ranked[: body.parameters.top_k]]]

    def _raw_scores(self, text: str) -> dict[str, float]:
        valence = _valence(self._analyzer.polarity_scores(text)["compound"])
        return {"POSITIVE": valence, "NEUTRAL": _valence(_NEUTRAL_COMPOUND), "NEGATIVE": -valence}


def _valence(compound: float) -> float:
    compound = max(-_LARGEST_COMPOUND, min(compound, _LARGEST_COMPOUND))
    return compound * math.sqrt(_COMPOUND_ALPHA / (1 - compound**2))


def _softmax(raw: list[float]) -> list[float]:
    weights = [math.exp(score - max(raw)) for score in raw]
    return [weight / sum(weights) for weight in weights]


def _sigmoid(raw: list[float]) -> list[float]:
    return [1 / (1 + math.exp(-score)) for score in raw]


_FUNCTIONS: Mapping[str, Callable[[list[float]], list[float]]] = {
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "none": lambda raw: raw,
}


def _load() -> VaderSentiment:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return VaderSentiment(SentimentIntensityAnalyzer())


MODEL = Model(
    id="builtin/vader",
    tasks=(
        ServedTask(
            id="text-classification",
            body=TextClassificationBody,
            answer=VaderSentiment.answer,
            answered_example={"inputs": "I love how quickly the support team solved my problem!"},
            refused_example={"inputs": "Der Zug nach München fährt heute leider nicht, weil es geschneit hat."},
        ),
    ),
    words="models.vader",
    licence="MIT",
    load=_load,
    level="basic",
    needs=VADER + ENGLISH,
    # VADER takes 1.2 s for 2,000 emoji, and four times as long for twice as many.
    sizes=InputSizes(characters=20_000, words=2_000),
)
