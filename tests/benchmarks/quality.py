"""How good the answers of the built-in models are: every model of a task on the same items, with intervals.

    python tests/benchmarks/quality.py [--only TASK] [--check] [--markdown]

The items are in tests/benchmarks/judging/items. They were written before any model was run on them; each file says
where its items come from and what is not independent. A model that is added later is measured without a change here.
The photographs of three packages are used if they are installed, which the gallery does not need:

    pip install --no-deps --target FOLDER foolbox==3.3.4 imgaug==0.4.0 scikit-image==0.26.0
    PYTHONPATH=FOLDER python tests/benchmarks/quality.py

The rule by which a model's `level` comes from its figures is in tests/benchmarks/judging/levels.py. `--check` fails if
a declaration has another level, or if the recommended model of a task should not be: by one of the measures that count
for the level it has to be clearly better than the second (the interval of their difference on the same items is above
0) and by none clearly worse. Where no difference can be seen, the quicker one is to be recommended.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from inference_core.engine.contract import Level, Model
from tests.benchmarks.judging import of_pages, of_pictures, of_sound, of_tables, of_texts, of_writing
from tests.benchmarks.judging.asking import Engine
from tests.benchmarks.judging.figures import Figure, difference, figure
from tests.benchmarks.judging.levels import lowest
from tests.benchmarks.judging.trials import Outcome, Trial
from tests.support import processes

_SETS: tuple[Callable[[Engine], Iterator[Trial]], ...] = (
    of_sound.trials,
    of_pictures.trials,
    of_pages.trials,
    of_texts.trials,
    of_writing.trials,
    of_tables.trials,
)
_RECOMMENDED_ALL_THE_SAME = {"audio-classification": "it also knows singing, of which no package here has a sound"}
_HEADER = ("Task", "Measure", "Model", "Figure", "95 % interval", "n", "Refused", "Seconds", "Level")


@dataclass(frozen=True, slots=True)
class Result:
    """What one model got in one trial."""

    trial: Trial
    model: Model
    outcome: Outcome
    figure: Figure

    @property
    def cells(self) -> tuple[str, ...]:
        """As in the table; seconds are per item."""
        interval = f"{self.figure.low:.2f} to {self.figure.high:.2f}"
        less = " (less is better)" if self.trial.less_is_better else ""
        return (
            self.trial.task,
            self.trial.measure + less,
            f"`{self.model.id}`",
            f"{self.figure.value:.2f}",
            interval,
            str(self.figure.n),
            str(len(self.outcome.refusals)),
            f"{self.outcome.seconds:.2f}",
        )


def measured(engine: Engine, only: str) -> Iterator[Result]:
    """The results of every trial whose task has `only` in its name; the recommended model first."""
    for trials in _SETS:
        for trial in trials(engine):
            if only in trial.task:
                for model in engine.models[trial.task]:
                    outcome = trial.outcome(model.id)
                    yield Result(trial, model, outcome, figure(outcome.rows, trial.statistic))


def levels(results: Sequence[Result]) -> dict[str, Level]:
    """The level of every model that was measured, by its id; a model is as good as at its weakest task."""
    tasks = dict.fromkeys((result.model.id, result.trial.task) for result in results)
    by_task = [(id, _level(id, task, results)) for id, task in tasks]
    return {id: lowest(level for other, level in by_task if other == id) for id, _ in by_task}


def _level(id: str, task: str, results: Sequence[Result]) -> Level:
    of_model = [one for one in results if (one.model.id, one.trial.task) == (id, task)]
    found = (one.trial.level(id, one.figure) for one in of_model)
    return lowest(level for level in found if level)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The recommended model of a task and the second, on the same items.

    `gains` says by how much the first is better, by each measure that counts for the level; `quicker` whether it is.
    """

    gains: list[Figure]
    quicker: bool

    @property
    def is_reason_enough(self) -> bool:
        """Whether the first is clearly better, or no worse as far as can be seen and quicker."""
        is_worse = any(gain.high < 0 for gain in self.gains)
        return not is_worse and (self.quicker or any(gain.low > 0 for gain in self.gains))

    def __str__(self) -> str:
        gains = ", ".join(f"{gain.value:.2f} ({gain.low:.2f} to {gain.high:.2f})" for gain in self.gains)
        return f"by {gains}{', but quicker' if self.quicker else ', and not quicker'}"


def comparisons(results: Sequence[Result]) -> dict[str, Comparison]:
    """The comparison of every task that has several models."""
    found: dict[str, Comparison] = {}
    for _, group in groupby(results, lambda result: id(result.trial)):
        first, *others = group
        if others and first.trial.rule:
            rows = first.outcome.rows, others[0].outcome.rows
            gain = difference(*(reversed(rows) if first.trial.less_is_better else rows), first.trial.statistic)
            quicker = first.outcome.seconds < others[0].outcome.seconds
            found.setdefault(first.trial.task, Comparison([], quicker)).gains.append(gain)
    return found


def judged(results: Sequence[Result], only: str) -> Iterator[str]:
    """What is wrong with the declarations of the models."""
    declared = {result.model.id: result.model.level for result in results}
    for id, level in levels(results).items():
        is_whole = not only or all(
            only in task.id for result in results if result.model.id == id for task in result.model.tasks
        )
        if is_whole and declared[id] != level:
            yield f"{id} declares the level {declared[id]}: by its figures it is {level}"
    for task, comparison in comparisons(results).items():
        if not comparison.is_reason_enough and task not in _RECOMMENDED_ALL_THE_SAME:
            yield f"{task}: the recommended model is not clearly better than the second: {comparison}"


def as_text(result: Result) -> str:
    task, measure, model, value, interval, n, refused, seconds = result.cells
    shown = f"{model.strip('`'):38}{value:>6}  ({interval})  n={n:4} refused={refused:4} {seconds} s"
    refusals = result.outcome.refusals
    said = f"\n    refused all: {refusals[0][:160]}" if len(refusals) == result.figure.n else ""
    return f"{task}: {measure}\n  {shown}{said}"


def as_markdown(results: Sequence[Result]) -> Iterator[str]:
    """The table for docs/engine.md; the first row of a model has its level."""
    yield f"Measured on {date.today():%-d %B %Y}, on {os.cpu_count()} cores."
    yield ""
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    left = dict(levels(results))
    for result in results:
        yield f"| {' | '.join(result.cells)} | {left.pop(result.model.id, '')} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", metavar="TASK", help="leave out tasks without it in their name")
    arguments.add_argument("--check", action="store_true", help="fail if a level or a recommendation is wrong")
    arguments.add_argument("--markdown", action="store_true", help="print the table for docs/engine.md")
    options = arguments.parse_args()
    results = []
    with processes.engine() as server:
        for result in measured(Engine(server.url), options.only):
            results.append(result)
            print(as_text(result), file=sys.stderr if options.markdown else sys.stdout, flush=True)
    if options.markdown:
        print("\n".join(as_markdown(results)))
    else:
        print("\n", *(f"{id}: {level}\n" for id, level in levels(results).items()))
    wrong = list(judged(results, options.only))
    print("\n".join(wrong), file=sys.stderr)
    sys.exit(1 if options.check and wrong else 0)


if __name__ == "__main__":
    main()
