"""Answers a question about a page: with the value whose label is nearest, or words of the nearest sentence."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference_core.engine.builtin.documents.fields import Field, fields_of, spelled_out
from inference_core.engine.builtin.documents.layout import Page
from inference_core.engine.builtin.documents.prose import PageSentence, sentences_of
from inference_core.engine.builtin.documents.values import Kind, asked_kind
from inference_core.engine.builtin.encoder.shared import Encoder, WordHashing
from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.text.answer_spans import Span, answer_spans

_ENCODED = 64
_MOST_SPANS = 3
_STEEPNESS = 6.0
_CODE = re.compile(r"[^\W\d]\d")  # the rules for spans would read a number
_JOINT = re.compile(r",? (?:at |on |from |to |until )?")
_KIND_WORDS = keywords("number date name address time amount")
_HAVE_LABELS = keywords("due delivery expiry valid birth start end departure arrival return")  # not "Date" alone
_SHORTEST_BEGINNING = 4
_SYNONYMS = {r"\bborn\b": "date of birth", r"\bpaid\b": "payable", r"^where\b": "address"}
_QUESTION_WORDS = re.compile(
    r"^(?:(?:please|tell me|what|which|who|whom|whose|how much|how many|how long|how|when|where|until|at|by|in|to|on"
    r"|for|is|are|was|were|does|do|did|has|have|be|must|should|it|this|that|there|the|a|an)\b[ ,]*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """Words of the page, by their indices, and the part of their text that is the answer.

    `nearness` orders answers; below the cut-off they do not count as answers.
    """

    text: str
    words: tuple[int, ...]
    nearness: float


class PageQuestions:
    """Answers questions about pages; `cut_off` is the nearness below which the page most likely holds no answer."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.cut_off = 0.62 if isinstance(encoder, WordHashing) else 0.52

    def answers(self, question: str, page: Page) -> list[PageAnswer]:
        """All possible answers, nearest first, each value once."""
        kind = asked_kind(question)
        fields = _likeliest(question, fields_of(page), kind, page)
        # Values with an unmistakable shape are already among the fields, wherever they are.
        sentences = [] if kind and kind.is_unmistakable else sentences_of(page)[:_ENCODED]
        core = _core(question)
        rows = self._encoder.encode(
            [core, question, *(field.label for field in fields), *(sentence.text for sentence in sentences)]
        )
        of_fields = rows[2 : 2 + len(fields)] @ rows[0]
        of_sentences = rows[2 + len(fields) :] @ rows[1]
        found = [
            *(
                _field_answer(core, kind, page, field, float(cosine))
                for field, cosine in zip(fields, of_fields, strict=True)
            ),
            *(
                answer
                for sentence, cosine in zip(sentences, of_sentences, strict=True)
                for answer in _sentence_answers(question, sentence, float(cosine))
            ),
        ]
        best: dict[tuple[int, ...], PageAnswer] = {}
        for answer in sorted(found, key=lambda answer: -answer.nearness):
            best.setdefault(answer.words, answer)
        return list(best.values())

    def score(self, nearness: float) -> float:
        """A score between 0 and 1; it is one half at the cut-off."""
        return 1 / (1 + math.exp(_STEEPNESS * (self.cut_off - nearness)))


def _core(question: str) -> str:
    """The question without its question words, in the words that labels use."""
    for said, written in _SYNONYMS.items():
        question = re.sub(said, written, question, flags=re.IGNORECASE)
    return spelled_out(_QUESTION_WORDS.sub("", question).strip(" ?")) or question


def _likeliest(question: str, fields: Sequence[Field], kind: Kind | None, page: Page) -> list[Field]:
    """If there are many fields: those that share words with the question or have the kind it asks for."""
    asked = keywords(spelled_out(question))

    def relevance(field: Field) -> float:
        fits = kind is not None and kind.found_in(page.text(field.words)) is not None
        return len(asked & keywords(field.label)) + 0.5 * fits + 0.5 * field.confidence

    return sorted(fields, key=relevance, reverse=True)[:_ENCODED]


def _field_answer(core: str, kind: Kind | None, page: Page, field: Field, cosine: float) -> PageAnswer:
    asked, said, value = _content_words(core), _content_words(field.label), page.text(field.words)
    nearness = 0.6 * cosine + 0.25 * _covered(said, asked) + 0.15 * _covered(asked, said)
    nearness -= 0.25 * (1 - field.confidence)
    if said <= _KIND_WORDS & keywords(core):
        nearness += -0.15 if asked & _HAVE_LABELS else 0.1
    elif not _covered(asked, said):
        nearness -= 0.1
    elif not _covered(asked & _HAVE_LABELS, said) and asked & _HAVE_LABELS:  # "Invoice date" is not "due date"
        nearness -= 0.2
    if kind is not None:
        nearness += 0.15 if kind.found_in(value) else -0.6 if kind.is_unmistakable else -0.3
    if keywords(value) & asked:  # an answer must say something new
        nearness -= 0.2
    return PageAnswer(value, field.words, nearness)


def _covered(stems: frozenset[str], others: frozenset[str]) -> float:
    """The share of the stems that are among the others or begin like one of them: "arriv" and "arrival"."""
    alike = [stem for stem in stems if any(stem == other or _begin_alike(stem, other) for other in others)]
    return len(alike) / max(1, len(stems))


def _begin_alike(stem: str, other: str) -> bool:
    length = min(len(stem), len(other))
    return length >= _SHORTEST_BEGINNING and stem[:length] == other[:length]


def _content_words(text: str) -> frozenset[str]:
    """The keywords without those that only say the kind of a value, unless there are no others."""
    found = keywords(text)
    return found - _KIND_WORDS or found


def _sentence_answers(question: str, sentence: PageSentence, cosine: float) -> list[PageAnswer]:
    asked = keywords(question)
    shared = len(asked & keywords(sentence.text)) / max(1, len(asked))
    nearness = 0.7 * cosine + 0.3 * shared + 0.1
    spans = [] if _CODE.search(sentence.text) else _joined(answer_spans(question, sentence.text), sentence.text)
    if not spans:
        return [PageAnswer(sentence.text, sentence.words, nearness - 0.2)]
    return [
        PageAnswer(sentence.text[span.start : span.end], sentence.covered(span.start, span.end), nearness - 0.1 * rank)
        for rank, span in enumerate(spans[:_MOST_SPANS])
    ]


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """The spans, joined if only a preposition is between them: "Thursday" and "5 pm" in "Thursday at 5 pm"."""
    joined: list[Span] = []
    for span in spans:
        for other in joined:
            first, second = sorted((span, other), key=lambda each: each.start)
            if _JOINT.fullmatch(text[first.end : second.start]):
                joined[joined.index(other)] = Span(first.start, second.end)
                break
        else:
            joined.append(span)
    return joined
