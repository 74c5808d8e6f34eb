"""Trials of tasks that read texts."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from inference_core.engine.builtin.lexical.sentences import split_sentences
from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.figures import f1_of_all, mean, rank_correlation, ratio
from tests.benchmarks.judging.item_files import items
from tests.benchmarks.judging.levels import CHARACTERS_SHARED, CORRELATION, SHARE
from tests.benchmarks.judging.measures import chrf, has_word, plain, shared_words
from tests.benchmarks.judging.trials import Body, Row, Trial, asked, each

_SENTIMENT, _NAMES, _TOPICS = "text-classification", "token-classification", "zero-shot-classification"
_QUESTIONS, _MASKS, _SUMMARIES = "question-answering", "fill-mask", "summarization"
_TRANSLATION, _SIMILARITY, _VECTORS = "translation", "sentence-similarity", "feature-extraction"
_MARKED = re.compile(r"\[(PER|LOC|ORG) ([^\]]+)\]")
_LANGUAGES = ("de", "fr", "es")


def trials(engine: Engine) -> Iterator[Trial]:
    yield _sentiment(engine)
    yield _names(engine)
    yield from _questions(engine)
    yield _topics(engine)
    yield _similarity(engine)
    yield _search(engine)
    yield _masks(engine)
    yield _translation(engine)
    yield _summaries(engine)


def _sentiment(engine: Engine) -> Trial:
    sentences = [(text, label) for label, texts in items("sentiment").items() for text in texts]
    judges = [partial(_first_is, label) for _, label in sentences]
    return Trial(
        task=_SENTIMENT,
        measure="positive, neutral or negative right",
        outcome=asked(engine, _SENTIMENT, [{"inputs": text} for text, _ in sentences], each(judges)),
        trivial=1 / 3,
        rule=SHARE,
        source="own sentences",
    )


def _first_is(label: str, answer: Sequence[Any]) -> bool:
    ranked = answer[0] if isinstance(answer[0], list) else answer
    return bool(ranked[0]["label"] == label)


def _names(engine: Engine) -> Trial:
    sentences = [_unmarked(sentence) for sentence in items("names")["sentences"]]

    def rows(answers: Sequence[Answer]) -> Iterator[Row]:
        for (_, names), answer in zip(sentences, answers, strict=True):
            found = {(one["start"], one["end"], one["entity_group"]) for one in answer.content or ()}
            found = {one for one in found if one[2] in ("PER", "LOC", "ORG")}
            yield len(found & names), len(found), len(names)

    bodies: list[Body] = [{"inputs": text, "parameters": {"aggregation_strategy": "simple"}} for text, _ in sentences]
    return Trial(
        task=_NAMES,
        measure="names with their place and kind (F1)",
        outcome=asked(engine, _NAMES, bodies, rows),
        statistic=f1_of_all,
        rule=SHARE,
        source="own sentences",
    )


def _unmarked(sentence: str) -> tuple[str, set[tuple[int, int, str]]]:
    """The sentence without marks, and its names as (start, end, kind)."""
    text, names, last = "", set(), 0
    for mark in _MARKED.finditer(sentence):
        text += sentence[last : mark.start()]
        names.add((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        last = mark.end()
    return text + sentence[last:], names


def _questions(engine: Engine) -> Iterator[Trial]:
    asked_about = [(" ".join(one["text"].split()), q) for one in items("questions")["texts"] for q in one["questions"]]
    bodies: list[Body] = [{"inputs": {"question": q["question"], "context": text}} for text, q in asked_about]
    unanswerable = [not q["right"] for _, q in asked_about]

    def rows(score: Any) -> Any:
        def judged(answers: Sequence[Answer]) -> Iterator[Row]:
            for (_, question), answer in zip(asked_about, answers, strict=True):
                said = answer.content["answer"] if answer.content else ""
                scores = [score(right, said) for right in question["right"]]
                yield (max(scores) if scores else float(not said),)

        return judged

    trial = partial(
        Trial, task=_QUESTIONS, source="own texts; some questions have no answer in them, and are to be refused"
    )
    trivial = sum(unanswerable) / len(unanswerable)
    yield trial(
        measure="words of the answer (F1)",
        outcome=asked(engine, _QUESTIONS, bodies, rows(shared_words)),
        trivial=trivial,
        rule=SHARE,
    )
    exact = rows(lambda right, said: float(plain(right) == plain(said)))
    yield trial(measure="answer exactly right", outcome=asked(engine, _QUESTIONS, bodies, exact), trivial=trivial)


def _topics(engine: Engine) -> Trial:
    texts = items("topics")["texts"]
    bodies: list[Body] = [
        {"inputs": one["text"], "parameters": {"candidate_labels": _shuffled(one["text"], one["labels"])}}
        for one in texts
    ]
    return Trial(
        task=_TOPICS,
        measure="right label of two to four",
        outcome=asked(engine, _TOPICS, bodies, each([partial(_first_is, one["labels"][0]) for one in texts])),
        trivial=float(np.mean([1 / len(one["labels"]) for one in texts])),
        rule=SHARE,
        source="own texts: 20 topics, 10 requests, 8 feelings",
    )


def _shuffled(seed: str, labels: Sequence[str]) -> list[str]:
    return random.Random(seed).sample(labels, len(labels))


def _similarity(engine: Engine) -> Trial:
    pairs = items("similar")["pairs"]

    def rows(answers: Sequence[Answer]) -> list[Row]:
        return [
            (right, answer.content[0] if answer.content else 0.0)
            for (right, _, _), answer in zip(pairs, answers, strict=True)
        ]

    bodies: list[Body] = [{"inputs": {"source_sentence": one, "sentences": [other]}} for _, one, other in pairs]
    return Trial(
        task=_SIMILARITY,
        measure="rank correlation with a person's judgement",
        outcome=asked(engine, _SIMILARITY, bodies, rows),
        statistic=rank_correlation,
        rule=CORRELATION,
        source="own pairs, judged by their author",
    )


def _search(engine: Engine) -> Trial:
    pairs = items("similar")["answers"]
    texts = [text for pair in pairs for text in pair]

    def rows(answers: Sequence[Answer]) -> Iterator[Row]:
        vectors = np.array([answer.content or [0.0] for answer in answers]).reshape(len(texts), -1)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        nearness = vectors[::2] @ vectors[1::2].T
        yield from ((float(near == index),) for index, near in enumerate(nearness.argmax(axis=1)))

    return Trial(
        task=_VECTORS,
        measure="the answer to a question is the nearest of 15",
        outcome=asked(engine, _VECTORS, [{"inputs": text} for text in texts], rows),
        trivial=1 / len(pairs),
        rule=SHARE,
        source="own questions and answers",
    )


def _masks(engine: Engine) -> Trial:
    sentences = items("masks")["sentences"]

    def hits(words: Sequence[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        return any(one["token_str"].strip().lower() in words for one in answer[:5])

    return Trial(
        task=_MASKS,
        measure="a fitting word among five",
        outcome=asked(
            engine,
            _MASKS,
            [{"inputs": one["text"]} for one in sentences],
            each([partial(hits, one["right"]) for one in sentences]),
        ),
        rule=SHARE,
        source="own sentences: 10 phrases, 10 that need their sense, 10 facts",
    )


def _translation(engine: Engine) -> Trial:
    sentences = [
        (one["en"], one[language], language) for one in items("translations")["sentences"] for language in _LANGUAGES
    ]

    def score(right: str, answer: Any) -> float:
        return chrf(right, (answer[0] if isinstance(answer, list) else answer)["translation_text"])

    bodies: list[Body] = [
        {"inputs": text, "parameters": {"src_lang": "en", "tgt_lang": language}} for text, _, language in sentences
    ]
    return Trial(
        task=_TRANSLATION,
        measure="characters shared with a right translation (chrF)",
        outcome=asked(engine, _TRANSLATION, bodies, each([partial(score, right) for _, right, _ in sentences])),
        statistic=mean,
        rule=CHARACTERS_SHARED,
        source="own sentences from English into German, French and Spanish",
    )


def _summaries(engine: Engine) -> Trial:
    texts = [(" ".join(one["text"].split()), one["facts"]) for one in items("summaries")["texts"]]

    def kept(summary: str, facts: Sequence[Sequence[str]]) -> Row:
        return sum(has_word(summary, fact) for fact in facts), len(facts)

    def rows(answers: Sequence[Answer]) -> list[Row]:
        summaries = [answer.content[0]["summary_text"] if answer.content else "" for answer in answers]
        return [kept(summary, facts) for summary, (_, facts) in zip(summaries, texts, strict=True)]

    beginnings = [(_beginning(text), facts) for text, facts in texts]
    trivial = ratio(np.array([kept(beginning, facts) for beginning, facts in beginnings], np.float64))
    return Trial(
        task=_SUMMARIES,
        measure="facts kept",
        outcome=asked(engine, _SUMMARIES, [{"inputs": text} for text, _ in texts], rows),
        statistic=ratio,
        trivial=trivial,
        rule=SHARE,
        source="own texts; the trivial way is the first third of the sentences",
    )


def _beginning(text: str) -> str:
    sentences = [sentence.text for sentence in split_sentences(text)]
    return " ".join(sentences[: max(1, round(len(sentences) / 3))])
