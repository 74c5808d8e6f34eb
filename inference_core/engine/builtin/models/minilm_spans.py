"""Question answering: finds the sentence of the context nearest to the question, and the answer in it."""

import math
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated

import msgspec

from inference_core.engine.builtin.encoder.shared import Encoder, WordHashing, shared_encoder
from inference_core.engine.builtin.lexical.composed import Composed, composed, nfc
from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.lexical.sentences import Sentence, split_sentences
from inference_core.engine.builtin.text.answer_spans import Span, answer_spans
from inference_core.engine.contract import CannotAnswer, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER, STEMMER

_MAX_SENTENCE_LENGTH = 2_000
_LINE = re.compile(r"\s")
_ENCODED_CHARACTERS = 16_000
_ANSWERING_SENTENCES = 3
_WORDS_WEIGHT = 0.3
_STEEPNESS = 10.0

# Below this the context probably has no answer: measured on 44 questions with an answer and 18 without.
_CUT_OFF_NEURAL = 0.33
_CUT_OFF_WORDS = 0.27


class QuestionAndContext(msgspec.Struct, forbid_unknown_fields=True):
    question: NonEmpty
    context: NonEmpty


class QuestionAnsweringParameters(Parameters):
    """`max_answer_len` counts words."""

    top_k: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    max_answer_len: Annotated[int, msgspec.Meta(ge=1)] | None = None
    handle_impossible_answer: bool | None = None


class QuestionAnsweringBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    inputs: QuestionAndContext
    parameters: QuestionAnsweringParameters = msgspec.field(default_factory=QuestionAnsweringParameters)


class Answer(msgspec.Struct):
    """`context[start:end]` is the answer. `score`, from 0 to 1, ranks the answers; it is not a probability."""

    answer: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Hit:
    """A sentence and how near it is to the question, by cosine and shared keywords; at most 1."""

    sentence: Sentence
    nearness: float


class QuestionAnswering:
    """Ranks sentences by vectors and shared words, then finds the answer by rules for English question words.

    If no rule finds anything, the whole sentence is the answer.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._cut_off = _CUT_OFF_WORDS if isinstance(encoder, WordHashing) else _CUT_OFF_NEURAL
        self.name = f"span rules in the nearest sentence on {encoder.name}"

    def answer(self, body: QuestionAnsweringBody) -> object:
        """{answer, score, start, end}, or a list of them, best first, if `top_k` is more than 1.

        Raises `CannotAnswer` if no sentence is near enough to the question; with `handle_impossible_answer` the answer
        is empty instead. Also raises it if all answers are longer than `max_answer_len`.
        """
        parameters = body.parameters
        question, context = nfc(body.inputs.question), composed(body.inputs.context)
        hits = self._nearest(question, context.text)
        if hits[0].nearness >= self._cut_off:
            answers = self._answers(question, hits, parameters.max_answer_len)
        elif parameters.handle_impossible_answer:
            answers = [Answer(answer="", score=1 - self._score(hits[0].nearness), start=0, end=0)]
        else:
            raise CannotAnswer("no_answer_in_context")
        top_k = parameters.top_k or 1
        own = [_in_own_text(answer, context, body.inputs.context) for answer in answers[:top_k]]
        found = msgspec.to_builtins(own)
        return found if top_k > 1 else found[0]

    def _nearest(self, question: str, context: str) -> list[_Hit]:
        """The sentences of the context, the nearest to the question first."""
        sentences = [sentence for sentence in split_sentences(context) if len(sentence.text) <= _MAX_SENTENCE_LENGTH]
        if not sentences:
            raise CannotAnswer("sentences_too_long", most=_MAX_SENTENCE_LENGTH)
        asked = keywords(question)
        shared = [(len(asked & keywords(sentence.text)) / max(1, len(asked)), sentence) for sentence in sentences]
        # Only the sentences with most words in common are encoded, so that a long context takes about two seconds.
        shared = _first(sorted(shared, key=lambda pair: -pair[0]), _ENCODED_CHARACTERS)
        rows = self._encoder.encode([question, *(sentence.text for _, sentence in shared)])
        cosines = rows[1:] @ rows[0]
        hits = [
            _Hit(sentence, (1 - _WORDS_WEIGHT) * float(cosine) + _WORDS_WEIGHT * words)
            for cosine, (words, sentence) in zip(cosines, shared, strict=True)
        ]
        return sorted(hits, key=lambda hit: -hit.nearness)

    def _answers(self, question: str, hits: list[_Hit], longest: int | None) -> list[Answer]:
        """The answers in the nearest sentences. A whole sentence gets half the score."""
        answers: list[Answer] = []
        for hit in hits[:_ANSWERING_SENTENCES]:
            score = self._score(hit.nearness)
            sentence = hit.sentence
            spans = [
                span
                for span in answer_spans(question, _LINE.sub(" ", sentence.text))
                if _is_short_enough(span, sentence, longest)
            ]
            answers += [_answer(span, sentence, score / (1 + rank)) for rank, span in enumerate(spans)]
            whole = Span(0, len(sentence.text))
            if not spans and _is_short_enough(whole, sentence, longest):
                answers.append(_answer(whole, sentence, score / 2))
        if not answers:
            raise CannotAnswer("no_short_answer", most=longest)
        return sorted(answers, key=lambda answer: -answer.score)

    def _score(self, nearness: float) -> float:
        return 1 / (1 + math.exp(_STEEPNESS * (self._cut_off - nearness)))


def _in_own_text(answer: Answer, context: Composed, written: str) -> Answer:
    """The answer at its place in the context as the caller wrote it."""
    start, end = context.span(answer.start, answer.end)
    return Answer(answer=written[start:end], score=answer.score, start=start, end=end)


def _first(shared: list[tuple[float, Sentence]], most: int) -> list[tuple[float, Sentence]]:
    """The first sentences, of at most `most` characters in all."""
    lengths = accumulate(len(sentence.text) for _, sentence in shared)
    return [one for one, length in zip(shared, lengths, strict=True) if length <= most]


def _is_short_enough(span: Span, sentence: Sentence, longest: int | None) -> bool:
    return longest is None or len(sentence.text[span.start : span.end].split()) <= longest


def _answer(span: Span, sentence: Sentence, score: float) -> Answer:
    start, end = sentence.start + span.start, sentence.start + span.end
    return Answer(answer=sentence.text[span.start : span.end], score=score, start=start, end=end)


_CONTEXT = (
    "The lighthouse of Norhaven was built in 1874 by the engineer Ada Lindqvist. It stands 31 metres tall at the mouth "
    "of the harbour. Until 1962 a keeper lived in the small house beside it."
)

MODEL = Model(
    id="builtin/minilm-spans",
    tasks=(
        ServedTask(
            id="question-answering",
            body=QuestionAnsweringBody,
            answer=QuestionAnswering.answer,
            answered_example={"inputs": {"question": "Who built the lighthouse?", "context": _CONTEXT}},
            refused_example={"inputs": {"question": "What is the capital of Peru?", "context": _CONTEXT}},
        ),
    ),
    words="models.minilm_spans",
    licence="Apache-2.0",
    load=lambda: QuestionAnswering(shared_encoder()),
    level="basic",
    needs=ENCODER + STEMMER,
    lane=Lane("language", __name__),
)
