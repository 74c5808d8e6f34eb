"""Trials with drawn pages: reading them, and answering questions about them."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.figures import ratio
from tests.benchmarks.judging.item_files import items
from tests.benchmarks.judging.levels import SHARE
from tests.benchmarks.judging.made_pictures import page, words_on
from tests.benchmarks.judging.measures import plain, words_of
from tests.benchmarks.judging.trials import Body, Row, Trial, asked, each

_READING, _QUESTIONS = "image-to-text", "document-question-answering"
_SOURCE = "pages and questions of our own"


def trials(engine: Engine) -> Iterator[Trial]:
    pages = [(described, base64.b64encode(page(described)).decode()) for described in items("pages")["pages"]]
    yield _questions(engine, pages)
    yield _reading(engine, pages)


def _questions(engine: Engine, pages: Sequence[tuple[Mapping[str, Any], str]]) -> Trial:
    def is_right(accepted: Sequence[str], answer: Sequence[Mapping[str, Any]]) -> bool:
        return bool(answer) and plain(answer[0]["answer"]) in {plain(one) for one in accepted}

    questions = [(picture, one) for described, picture in pages for one in described["questions"]]
    bodies: list[Body] = [{"inputs": {"image": picture, "question": one["question"]}} for picture, one in questions]
    return Trial(
        task=_QUESTIONS,
        measure="answer exactly right",
        outcome=asked(engine, _QUESTIONS, bodies, each([partial(is_right, one["right"]) for _, one in questions])),
        rule=SHARE,
        source=_SOURCE,
    )


def _reading(engine: Engine, pages: Sequence[tuple[Mapping[str, Any], str]]) -> Trial:
    def rows(answers: Sequence[Answer]) -> Iterator[Row]:
        for (described, _), answer in zip(pages, answers, strict=True):
            written = Counter(words_of(words_on(described)))
            read = Counter(words_of(answer.content[0]["generated_text"] if answer.content else ""))
            yield (written & read).total(), written.total()

    return Trial(
        task=_READING,
        measure="printed words read",
        outcome=asked(engine, _READING, [{"inputs": picture} for _, picture in pages], rows),
        statistic=ratio,
        source=_SOURCE,
    )
