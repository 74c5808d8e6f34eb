"""The rule by which a model's level comes from its figures.

A level says what a person may expect who brings inputs of their own:

- "strong": it can be relied on; of ten inputs, at most one or two go wrong, and the sample is large enough to say so.
- "basic": it is more often useful than not, and clearly better than the trivial way to answer.
- "toy": it shows a technique. It fails or refuses most of what people bring, or is no better than the trivial way, or
  nobody here can say how good it is.

Each kind of measure has one pair of thresholds, which is the same for all tasks. A refusal counts as not right: people
wanted an answer. A measure that only stands in for what people want (a recogniser that reads back speech) shows that
something works, not how good it is: it gives "basic" at best. So do items that a model knows, as they are
its publisher's or it was tuned with such. The level of a task is the lowest of its counted measures; a model that
serves two tasks has the lower level. A task without a counted measure gives "toy".
"""

from collections.abc import Iterable
from dataclasses import dataclass

from inference_core.engine.contract import Level
from tests.benchmarks.judging.figures import Figure

LEVELS: tuple[Level, ...] = ("toy", "basic", "strong")


@dataclass(frozen=True, slots=True)
class Rule:
    """Thresholds of one kind of measure.

    Attributes:
        strong: the figure must be at least this (at most, if less is better).
        basic: the same for "basic".
        surely: for "strong", the worse end of the interval must be at least this.
        less_is_better: whether the figure counts errors.
        is_proxy: whether it stands in for what people want; then "basic" is the highest level.
    """

    strong: float
    basic: float
    surely: float
    less_is_better: bool = False
    is_proxy: bool = False

    def level(self, figure: Figure, trivial: float) -> Level:
        """`trivial` is what the trivial way to answer gets; "basic" is for models that are clearly better."""
        sign = -1 if self.less_is_better else 1
        worse_end = figure.high if self.less_is_better else figure.low
        if sign * figure.value < sign * self.basic or sign * worse_end <= sign * trivial:
            return "toy"
        is_strong = sign * figure.value >= sign * self.strong and sign * worse_end >= sign * self.surely
        return "strong" if is_strong and not self.is_proxy else "basic"


SHARE = Rule(strong=0.85, basic=0.5, surely=0.7)
"""Shares of right answers, hits and F1. With 0.5 every second input succeeds; with 0.85, of six inputs one fails."""

SHARE_BY_PROXY = Rule(strong=0.85, basic=0.5, surely=0.7, is_proxy=True)

WORDS_WRONG = Rule(strong=0.1, basic=0.4, surely=0.15, less_is_better=True)
"""One word in ten wrong is read without effort; with more than four in ten wrong, the sense is lost."""

WORDS_WRONG_BY_PROXY = Rule(strong=0.1, basic=0.4, surely=0.15, less_is_better=True, is_proxy=True)

CONFIDENTLY_WRONG = Rule(strong=0.1, basic=0.34, surely=0.3, less_is_better=True)
"""The share of answers that are wrong and do not show it. They cost more trust than a refusal does."""

CORRELATION = Rule(strong=0.8, basic=0.5, surely=0.7)
"""Rank correlation with people's judgement: counting shared words gets about 0.5 on the STS benchmark, good
encoders more than 0.8."""

EXPLAINED = Rule(strong=0.8, basic=0.3, surely=0.7)
"""The share of the variance that is explained, as is usual for data about people (0.3) and for measurements (0.8)."""

CHARACTERS_SHARED = Rule(strong=0.6, basic=0.4, surely=0.55)
"""chrF against one right translation: good systems get 0.55 to 0.65 on news, a word-by-word translation about 0.4."""


def lowest(levels: Iterable[Level]) -> Level:
    """The lowest level; "toy" if there is none."""
    return min(levels, key=LEVELS.index, default="toy")
