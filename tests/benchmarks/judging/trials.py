"""A trial: one measure of a task, which every model of the task takes with the same items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference_core.engine.contract import Level
from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.figures import Figure, Rows, Statistic, mean
from tests.benchmarks.judging.levels import Rule, lowest

Body = Mapping[str, Any]
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model got in a trial: a row per item, what it said to those it refused, and its seconds per item."""

    rows: Rows
    refusals: Sequence[str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One measure of a task. The first trial of a task decides which of two models is better.

    Attributes:
        measure: what is counted, as the table says it.
        outcome: runs a model, named by its id, on all items.
        statistic: makes a figure of the rows.
        trivial: the figure of the trivial way to answer, such as always the same.
        rule: how a level comes from the figure; None if the figure is only shown.
        source: where the items come from, and what is not independent in them.
        known_to: the ids of models for which the items are not independent: "basic" is the best they can get here.
        less_is_better: whether the figure counts errors.
    """

    task: str
    measure: str
    outcome: Callable[[str], Outcome]
    statistic: Statistic = mean
    trivial: float = 0.0
    rule: Rule | None = None
    source: str
    known_to: frozenset[str] = frozenset()
    less_is_better: bool = False

    def level(self, model: str, figure: Figure) -> Level | None:
        """The level of a model by its figure in this trial; None if the trial does not count."""
        if self.rule is None:
            return None
        level = self.rule.level(figure, self.trivial)
        return lowest((level, "basic")) if model in self.known_to else level


def asked(
    engine: Engine, task: str, bodies: Sequence[Body], judge: Callable[[Sequence[Answer]], Iterable[Row]]
) -> Callable[[str], Outcome]:
    """An outcome of bodies that are sent to the engine; `judge` makes a row of each answer."""

    def outcome(model: str) -> Outcome:
        answers = [engine.ask(model, task, body) for body in bodies]
        rows = np.array(list(judge(answers)), dtype=np.float64)
        refusals = [answer.refusal for answer in answers if answer.content is None]
        return Outcome(rows, refusals, sum(answer.seconds for answer in answers) / len(answers))

    return outcome


def each(judges: Sequence[Callable[[Any], float]], if_refused: float = 0.0) -> Callable[[Sequence[Answer]], list[Row]]:
    """Judges each answer by its own function, which gives its score, from 0 to 1."""

    def rows(answers: Sequence[Answer]) -> list[Row]:
        pairs = zip(judges, answers, strict=True)
        return [(if_refused if answer.content is None else float(judge(answer.content)),) for judge, answer in pairs]

    return rows
