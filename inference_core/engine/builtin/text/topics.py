"""Topics that a language model does not write about in front of people."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import Encoder
from inference_core.engine.builtin.lexical.sentences import split_sentences
from inference_core.engine.contract import CannotAnswer
from inference_core.engine.work.stopping import stop_if_unwanted

_TOPICS = ("topic_self_harm", "topic_weapons", "topic_drugs", "topic_sex", "topic_hate")
_CLOSEST = 3
_TOO_CLOSE = 0.35
"""Measured by tests/benchmarks/unfit_topics.py; most is gained by more examples."""

_LONGEST = 300
"""Characters of a sentence; longer ones are compared piece by piece."""

_AT_ONCE = 64
"""Sentences that are compared before somebody may leave."""


class RefusedTopics:
    """Compares sentences with the examples in `data/refused_topics.toml`, by the cosine of sentence vectors.

    A sentence has a refused topic if its three closest examples of that are closer on average than its three closest
    examples of sentences that are fit to answer.
    """

    def __init__(self, encoder: Encoder) -> None:
        examples: dict[str, list[str]] = tomllib.loads(read_data("refused_topics.toml"))
        self._encoder = encoder
        refused = [(topic, text) for topic in _TOPICS for text in examples[topic]]
        self._codes = [topic for topic, _ in refused]
        self._refused = encode_prepared(encoder, [text for _, text in refused])
        self._fit = encode_prepared(encoder, examples["fit"])

    def require_fit(self, texts: Iterable[str]) -> None:
        """Raises CannotAnswer, with the code of the topic, if a sentence of the texts has a refused one."""
        sentences = (sentence.text for text in texts for sentence in split_sentences(text))
        found = list(dict.fromkeys(piece for sentence in sentences for piece in _pieces(sentence)))
        for start in range(0, len(found), _AT_ONCE):
            stop_if_unwanted()
            self._require_fit(found[start : start + _AT_ONCE])

    def _require_fit(self, sentences: Sequence[str]) -> None:
        vectors = self._encoder.encode(sentences)
        refused = vectors @ self._refused.T
        closeness = _closest(refused)
        (unfit,) = np.nonzero((closeness > _TOO_CLOSE) & (closeness > _closest(vectors @ self._fit.T)))
        if len(unfit):
            raise CannotAnswer(self._codes[int(refused[unfit[0]].argmax())])


def _pieces(sentence: str) -> Iterator[str]:
    for start in range(0, len(sentence), _LONGEST):
        yield sentence[start : start + _LONGEST]


def _closest(similarities: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each row's highest values."""
    closest: NDArray[np.float32] = np.sort(similarities, axis=1)[:, -_CLOSEST:].mean(axis=1)
    return closest
