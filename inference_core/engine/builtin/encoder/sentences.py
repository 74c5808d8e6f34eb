"""The two tasks of any encoder: the vectors of texts, and how close one sentence is to others."""

from typing import Annotated, Literal

import msgspec

from inference_core.engine.builtin.encoder.contract import Encoder, Side, unit_rows
from inference_core.engine.contract import CannotAnswer, NonEmpty, NonEmptyOr, Parameters

MOST_TEXTS = 128


class FeatureExtractionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The parameters are next to `inputs`; there are none for prompts and vector sizes."""

    inputs: NonEmptyOr | Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]
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
    """Vectors of 384 numbers: texts that the encoder finds close in meaning have similar directions.

    `name` is that of the encoder unless given.
    """

    def __init__(self, encoder: Encoder, name: str | None = None) -> None:
        self._encoder = encoder
        self.name = name or encoder.name

    def vectors(self, body: FeatureExtractionBody) -> list[float] | list[list[float]]:
        """One vector for a text, a list of vectors for a list; of length 1 unless `normalize` is false.

        Raises `CannotAnswer` for a text longer than the encoder's window unless `truncate` is true.
        """
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs
        if not texts[0].strip():
            raise CannotAnswer("field_empty", field="inputs")
        if not body.truncate and (tokens := self._beyond_the_window(texts)):
            raise CannotAnswer("text_has_too_many_tokens", count=tokens, most=self._encoder.window)
        rows = self._encoder.pool(texts, truncate=body.truncation_direction or "right")
        if body.normalize is not False:
            rows = unit_rows(rows)
        vectors: list[list[float]] = rows.tolist()
        return vectors[0] if isinstance(body.inputs, str) else vectors

    def similarities(self, body: SentenceSimilarityBody) -> list[float]:
        """One cosine per sentence, in their order: 1 means the same, around 0 means unrelated.

        Raises `CannotAnswer` for a sentence longer than the encoder's window: only its beginning would be compared.
        """
        texts = [body.inputs.source_sentence, *body.inputs.sentences]
        if tokens := self._beyond_the_window(texts):
            raise CannotAnswer("sentence_has_too_many_tokens", count=tokens, most=self._encoder.window)
        rows = self._encoder.encode(texts)
        cosines: list[float] = (rows[1:] @ rows[0]).tolist()
        return cosines

    def _beyond_the_window(self, texts: list[str]) -> int | None:
        """The number of tokens of the longest text if the encoder does not read them all."""
        longest = max(map(self._encoder.count_tokens, texts))
        return longest if longest > self._encoder.window else None
