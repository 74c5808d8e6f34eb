"""Summarization by extraction: the most important sentences of the text, unchanged and in their order."""

import re
from typing import Annotated, Literal

import msgspec
import numpy as np

from inference_core.engine.builtin.encoder.contract import Floats
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.shared import Encoder, shared_encoder
from inference_core.engine.builtin.lexical.sentences import split_sentences
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER

_MAX_CHARACTERS = 30_000
_MAX_SENTENCES = 400
_MIN_SENTENCES = 3
_MAX_SUMMARY_SENTENCES = 5

_NOISE = 0.1
_DAMPING = 0.5
_RELEVANCE = 0.7

Words = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class GenerateParameters(Parameters):
    """Limits on the length of the summary, in words."""

    min_length: Words | None = None
    max_length: Words | None = None


class SummarizationParameters(Parameters):
    """`truncation` other than `do_not_truncate`: of a text that is too long, only the first part is read.

    `clean_up_tokenization_spaces` removes the spaces before punctuation that tokenized texts have.
    """

    clean_up_tokenization_spaces: bool | None = None
    generate_parameters: GenerateParameters = msgspec.field(default_factory=GenerateParameters)
    truncation: Literal["do_not_truncate", "longest_first", "only_first"] | None = None

    @property
    def truncates(self) -> bool:
        return self.truncation not in (None, "do_not_truncate")


class SummarizationBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    inputs: NonEmpty
    parameters: SummarizationParameters = msgspec.field(default_factory=SummarizationParameters)


class Summarization:
    """LexRank (Erkan and Radev, 2004) on sentence vectors, biased towards the vector of the whole text (Otterbacher et
    al., 2009), then maximal marginal relevance (Carbonell and Goldstein, 1998) to avoid repetition.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = f"extractive LexRank on {encoder.name}"

    def answer(self, body: SummarizationBody) -> list[dict[str, str]]:
        """[{summary_text}]: a third of the sentences, but at most five, unless the parameters ask for another length.

        Raises `CannotAnswer` if the text is too short or too long, and if no sentences have the requested length.
        """
        sentences = _sentences(body.inputs, truncate=body.parameters.truncates)
        order = self._best_first(body.inputs, sentences)
        chosen = _choose(sentences, order, body.parameters.generate_parameters)
        summary = " ".join(sentences[index] for index in sorted(chosen))
        if body.parameters.clean_up_tokenization_spaces:
            summary = re.sub(r" +([.,;:!?)\]])", r"\1", summary)
        return [{"summary_text": summary}]

    def _best_first(self, text: str, sentences: list[str]) -> list[int]:
        document, *_ = rows = self._encoder.encode([text, *sentences])
        rows = rows[1:]
        similarity = rows @ rows.T
        return _marginal_relevance(_lexrank(similarity, rows @ document), similarity)


def _read_texts(body: SummarizationBody) -> list[str]:
    return [body.inputs[:_MAX_CHARACTERS] if body.parameters.truncates else body.inputs]


def _sentences(text: str, *, truncate: bool) -> list[str]:
    """The sentences, each on one line and without duplicates."""
    kept = text[:_MAX_CHARACTERS] if truncate else text
    sentences = list(dict.fromkeys(" ".join(sentence.text.split()) for sentence in split_sentences(kept)))
    if truncate:
        sentences = sentences[:_MAX_SENTENCES]
    if not _MIN_SENTENCES <= len(sentences) <= _MAX_SENTENCES:
        raise CannotAnswer("too_few_or_many_sentences", count=len(sentences), least=_MIN_SENTENCES, most=_MAX_SENTENCES)
    return sentences


def _lexrank(similarity: Floats, to_document: Floats) -> Floats:
    """How central each sentence is, 1 for the best: a random walk along similarities that restarts on the topic."""
    links = np.where(similarity > _NOISE, similarity, 0)
    np.fill_diagonal(links, _NOISE)
    steps = links / links.sum(axis=1, keepdims=True)
    restart = np.maximum(to_document, _NOISE) ** 2
    restart /= restart.sum()
    rank: Floats = restart
    for _ in range(50):
        rank = _DAMPING * (rank @ steps) + (1 - _DAMPING) * restart
    best: np.float32 = rank.max()
    return rank / best


def _marginal_relevance(rank: Floats, similarity: Floats) -> list[int]:
    """All sentences, best first: each is central and differs from those before it."""
    order: list[int] = []
    redundancy = np.zeros_like(rank)
    centrality = _RELEVANCE * rank
    while len(order) < len(rank):
        value = centrality - (1 - _RELEVANCE) * redundancy
        value[order] = -np.inf
        order.append(int(value.argmax()))
        redundancy = np.maximum(redundancy, similarity[order[-1]])
    return order


def _choose(sentences: list[str], order: list[int], lengths: GenerateParameters) -> list[int]:
    most = lengths.max_length or sum(len(sentence.split()) for sentence in sentences)
    least = lengths.min_length or 0
    target = min(max(1, round(len(sentences) / 3)), _MAX_SUMMARY_SENTENCES)
    chosen: list[int] = []
    words = 0
    for index in order:
        if len(chosen) >= target and words >= least:
            break
        size = len(sentences[index].split())
        if words + size <= most:
            chosen.append(index)
            words += size
    if not chosen or words < least:
        raise CannotAnswer("no_sentences_of_length", least=least, most=most)
    return chosen


_REPORT = (
    "The city council met on Monday to discuss the new tram line. The line will connect the harbour with the "
    "university in twenty minutes. Residents of the old town fear noise during the three years of construction. "
    "The mayor promised quiet rails and free parking outside the centre. The council votes on the plan in June."
)

MODEL = Model(
    id="builtin/minilm-lexrank",
    tasks=(
        ServedTask(
            id="summarization",
            body=SummarizationBody,
            answer=Summarization.answer,
            texts=_read_texts,
            too_long="text_too_long_untruncated",
            answered_example={"inputs": _REPORT},
            refused_example={"inputs": "It rained all day."},
        ),
    ),
    words="models.minilm_lexrank",
    licence="Apache-2.0",
    load=lambda: Summarization(shared_encoder()),
    level="toy",
    needs=ENCODER,
    sizes=InputSizes(
        characters=_MAX_CHARACTERS,
        min_sentences=_MIN_SENTENCES,
        sentences=_MAX_SENTENCES,
        total_tokens=MiniLM.most_tokens,
    ),
    lane=Lane("language", __name__),
)
