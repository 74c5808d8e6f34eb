"""Feature extraction: a text's vector, as the sentence encoder pools it."""

from typing import Annotated, Literal

import msgspec

from inference_core.engine.builtin.encoder.contract import Side, unit_rows
from inference_core.engine.builtin.encoder.shared import Encoder, shared_encoder
from inference_core.engine.contract import CannotAnswer, NonEmpty, Skill

_MOST_TEXTS = 128


class FeatureExtractionBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The parameters stand beside `inputs`. The encoder knows no prompts and one size of vector: neither is taken."""

    inputs: NonEmpty | Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=_MOST_TEXTS)]
    normalize: bool | None = None
    truncate: bool | None = None
    truncation_direction: Side | None = None
    encoding_format: Literal["float"] | None = None


class FeatureExtraction:
    """Vectors of 384 numbers whose angles follow the texts' meanings."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name

    def answer(self, body: FeatureExtractionBody) -> list[float] | list[list[float]]:
        """One vector for a text, a list of vectors for a list; of length 1 unless `normalize` is false.

        Raises `CannotAnswer` for a text longer than the encoder's window unless `truncate` is true.
        """
        texts = [body.inputs] if isinstance(body.inputs, str) else body.inputs
        if not body.truncate:
            self._refuse_long(texts)
        rows = self._encoder.pool(texts, truncate=body.truncation_direction or "right")
        if body.normalize is not False:
            rows = unit_rows(rows)
        vectors: list[list[float]] = rows.tolist()
        return vectors[0] if isinstance(body.inputs, str) else vectors

    def _refuse_long(self, texts: list[str]) -> None:
        longest = max(map(self._encoder.count_tokens, texts))
        if longest > self._encoder.window:
            raise CannotAnswer(
                f"A text has {longest} tokens but the encoder reads {self._encoder.window}: "
                "shorten it or set `truncate` to true."
            )


SKILL = Skill(
    task="feature-extraction",
    about="Sentence vectors of 384 numbers; the encoder reads English best and 256 tokens of a text at most.",
    body=FeatureExtractionBody,
    load=lambda: FeatureExtraction(shared_encoder()),
)
