"""Sentence similarity: the cosine between the vectors of one sentence and others."""

from typing import Annotated

import msgspec

from inference_core.engine.builtin.encoder.shared import Encoder, shared_encoder
from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, Skill

_MOST_SENTENCES = 128


class Comparison(msgspec.Struct, forbid_unknown_fields=True):
    source_sentence: NonEmpty
    sentences: Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=_MOST_SENTENCES)]


class SentenceSimilarityBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    inputs: Comparison
    parameters: Parameters = msgspec.field(default_factory=Parameters)


class SentenceSimilarity:
    """Cosines of sentence vectors: 1 says the same, around 0 has nothing to do with it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = f"cosine on {encoder.name}"

    def answer(self, body: SentenceSimilarityBody) -> list[float]:
        """One cosine per sentence, in their order.

        Raises `CannotAnswer` for a sentence longer than the encoder's window, of which it would compare only the
        beginning.
        """
        texts = [body.inputs.source_sentence, *body.inputs.sentences]
        longest = max(map(self._encoder.count_tokens, texts))
        if longest > self._encoder.window:
            raise CannotAnswer(
                f"A sentence has {longest} tokens but the encoder reads {self._encoder.window}: compare shorter texts."
            )
        rows = self._encoder.encode(texts)
        cosines: list[float] = (rows[1:] @ rows[0]).tolist()
        return cosines


SKILL = Skill(
    task="sentence-similarity",
    about="Cosine of sentence vectors; English best, 256 tokens a sentence at most.",
    body=SentenceSimilarityBody,
    load=lambda: SentenceSimilarity(shared_encoder()),
)
