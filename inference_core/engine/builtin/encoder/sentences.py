"""What any encoder does for callers: the vectors of texts, and how close one sentence is to others."""

from typing import Annotated, Literal

import msgspec

from inference_core.engine.builtin.encoder.contract import Encoder, Side, unit_rows
from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters

MOST_TEXTS = 128


class FeatureExtractionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The parameters stand beside `inputs`. The encoder knows no prompts and one size of vector: neither is taken."""

    inputs: NonEmpty | Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]
    normalize: bool | None = None
    truncate: bool | None = None
    truncation_direction: Side | None = None
    encoding_format: Literal["float"] | None = None


class Comparison(msgspec.Struct, forbid_unknown_fields=True):
    source_sentence: NonEmpty
    sentences: Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]


class SentenceSimilarityBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    inputs: Comparison
    parameters: Parameters = msgspec.field(default_factory=Parameters)


class SentenceEngine:
    """Vectors of 384 numbers whose angles follow the texts' meanings, as far as the encoder sees it.

    `name` is the encoder's own unless given.
    """

    def __init__(self, encoder: Encoder, name: str | None = None) -> None:
        self._encoder = encoder
        self.name = name or encoder.name

    def vectors(self, body: FeatureExtractionBody) -> list[float] | list[list[float]]:
        """One vector for a text, a list of vectors for a list; of length 1 unless `normalize` is false.

        Raises `CannotAnswer` for a text longer than the encoder's window unless `truncate` is true.
        """
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs
        if not body.truncate and (tokens := self._beyond_the_window(texts)):
            raise CannotAnswer("text_has_too_many_tokens", count=tokens, most=self._encoder.window)
        rows = self._encoder.pool(texts, truncate=body.truncation_direction or "right")
        if body.normalize is not False:
            rows = unit_rows(rows)
        vectors: list[list[float]] = rows.tolist()
        return vectors[0] if isinstance(body.inputs, str) else vectors

    def similarities(self, body: SentenceSimilarityBody) -> list[float]:
        """One cosine per sentence, in their order: 1 says the same, around 0 has nothing to do with it.

        Raises `CannotAnswer` for a sentence longer than the encoder's window, of which it would compare only the
        beginning.
        """
        texts = [body.inputs.source_sentence, *body.inputs.sentences]
        if tokens := self._beyond_the_window(texts):
            raise CannotAnswer("sentence_has_too_many_tokens", count=tokens, most=self._encoder.window)
        rows = self._encoder.encode(texts)
        cosines: list[float] = (rows[1:] @ rows[0]).tolist()
        return cosines

    def _beyond_the_window(self, texts: list[str]) -> int | None:
        """The tokens of the longest text if the encoder does not read them all."""
        longest = max(map(self._encoder.count_tokens, texts))
        return longest if longest > self._encoder.window else None
