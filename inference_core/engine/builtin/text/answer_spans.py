"""Finds where in a sentence the answer to a question may be: rules for English, no model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from inference_core.engine.builtin.lexical.keywords import Word, keywords, words
from inference_core.engine.builtin.lexical.letters import WITHIN_WORDS
from inference_core.engine.builtin.text.answer_shapes import expected_shapes

_WHAT_OR_WHO = re.compile(r"\b(?:what|which|who|whom)\b", re.IGNORECASE)
_PERSON = re.compile(r"\bwhom?\b|\b(?:called|named)\b", re.IGNORECASE)
_KIND = re.compile(rf"\bwhich ([\w{WITHIN_WORDS}]+)", re.IGNORECASE)
_ASKS_FOR_OBJECT = re.compile(r"\b(?:what|which|whom?)\b.*\b(?:do|does|did)\b", re.IGNORECASE)
_ASKS_FOR_SUBJECT = re.compile(r"\bwho\b(?! (?:is|was|are|were|do|does|did)\b)", re.IGNORECASE)
_PIECE = re.compile(r"(?:[^,;:.!?()\"“”]|[,:.](?=\w))+")
_WRONG_SIDE_PENALTY = 2.0
_LONGEST_TITLE = 3
_FORMS_OF_BE = frozenset({"is", "are", "was", "were", "been", "being"})


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `sentence[start:end]`."""

    start: int
    end: int


def answer_spans(question: str, sentence: str) -> list[Span]:
    """Where the answer may be, nearest to the question's words first; empty if only the whole sentence answers.

    Both texts must be in normal form C.
    """
    reading = _Reading(question, sentence, words(sentence), keywords(question))
    for guess in reading.guesses():
        spans = [reading.trimmed(span) for span in guess if reading.says_something_new(span)]
        if spans:
            return sorted(spans, key=reading.distance)
    return []


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence that may answer a question; `asked` are the question's keywords."""

    question: str
    sentence: str
    words: list[Word]
    asked: frozenset[str]

    def guesses(self) -> Iterator[list[Span]]:
        """From strict to loose: the shape for the question word, the kind asked for, words not in the question."""
        shapes = list(expected_shapes(self.question))
        for shape in shapes:
            part = "answer" if "answer" in shape.groupindex else 0
            yield [Span(*found.span(part)) for found in shape.finditer(self.sentence)]
        if kind := _KIND.search(self.question):
            yield self._of_kind(keywords(kind[1]))
        # If the question asks for a time or an amount and the sentence has none, another phrase is not an answer.
        if _WHAT_OR_WHO.search(self.question) and (not shapes or _PERSON.search(self.question)):
            yield [span for piece in _PIECE.finditer(self.sentence) for span in self._not_in_question(piece)]

    def says_something_new(self, span: Span) -> bool:
        # A shape can be found inside a word, such as digits in "DK50": that is not an answer.
        has_words = any(self.words[index].stem for index in self._inside(span))
        return has_words and not keywords(self.sentence[span.start : span.end]) <= self.asked

    def trimmed(self, span: Span) -> Span:
        """The span without function words at its ends, but with an article before it and the end of the sentence."""
        inside = self._inside(span)
        content = [index for index in inside if self.words[index].stem]
        start, end = span.start, span.end
        if content[0] > inside[0]:
            before = self.words[content[0] - 1]
            start = before.start if before.is_determiner else self.words[content[0]].start
        if content[-1] < inside[-1] < len(self.words) - 1:
            end = self.words[content[-1]].end
        return Span(start, end)

    def distance(self, span: Span) -> float:
        """The number of words to the nearest of the question's words: 0 inside, more on the unexpected side.

        If two spans are equally near, the mean distance to the question's words decides.
        """
        inside = self._inside(span)
        leads = _WRONG_SIDE_PENALTY if _ASKS_FOR_OBJECT.search(self.question) else 0
        follows = self._cost_of_following(inside[0])
        gaps: list[float] = []
        for index, word in enumerate(self.words):
            if word.stem not in self.asked:
                continue
            if index < inside[0]:
                gaps.append(inside[0] - index + follows)
            elif index > inside[-1]:
                gaps.append(index - inside[-1] + leads)
            else:
                gaps.append(0)
        return min(gaps) + 0.1 * sum(gaps) / len(gaps) if gaps else len(self.words)

    def _cost_of_following(self, first: int) -> float:
        """The answer to "who built" is before the verb, or after it with "by": "was built by the smith Ada"."""
        if not _ASKS_FOR_SUBJECT.search(self.question):
            return 0
        before = [self._text(word) for word in self.words[max(0, first - _LONGEST_TITLE) : first]]
        if "by" not in before or not all(word.islower() for word in before):
            return _WRONG_SIDE_PENALTY
        return -len(self.words) if self._is_passive() else -_WRONG_SIDE_PENALTY

    def _is_passive(self) -> bool:
        """Whether one of the question's words follows a form of "to be", like a participle."""
        return any(
            self._text(first) in _FORMS_OF_BE and second.stem in self.asked for first, second in pairwise(self.words)
        )

    def _text(self, word: Word) -> str:
        return self.sentence[word.start : word.end]

    def _of_kind(self, kind: frozenset[str]) -> list[Span]:
        """For "which route": the word "route" and the new word before it, as in "river route"."""
        return [
            Span(before.start, word.end)
            for before, word in pairwise(self.words)
            if word.stem in kind and before.stem not in self.asked | {""}
        ]

    def _not_in_question(self, piece: re.Match[str]) -> Iterator[Span]:
        """The parts of a piece of the sentence that are between the question's words."""
        inside = [self.words[index] for index in self._inside(Span(*piece.span()))]
        for is_asked, group in groupby(inside, key=lambda word: word.stem in self.asked):
            if not is_asked:
                run = list(group)
                if _PERSON.search(self.question):
                    run = run[_last_determiner(run) :]
                yield Span(run[0].start, run[-1].end)

    def _inside(self, span: Span) -> list[int]:
        return [index for index, word in enumerate(self.words) if span.start <= word.start < span.end]


def _last_determiner(run: list[Word]) -> int:
    """Where the last noun phrase begins, such as "a waiter" in "on the stairs a waiter"; 0 without a determiner."""
    return max((index for index, word in enumerate(run[:-1]) if word.is_determiner), default=0)
