"""Trials of tables: questions about them, and the two tabular tasks."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np

from inference_core.engine.builtin.tables.datasets import KnownTable, labelled_tables, measured_tables
from inference_core.engine.builtin.tables.models import TabularModels, fit_classifiers, fit_regressors
from inference_core.engine.contract import CannotAnswer
from inference_core.engine.inputs import Columns
from tests.benchmarks.judging.asking import Engine
from tests.benchmarks.judging.figures import explained
from tests.benchmarks.judging.item_files import items
from tests.benchmarks.judging.levels import EXPLAINED, SHARE, SHARE_BY_PROXY
from tests.benchmarks.judging.measures import plain
from tests.benchmarks.judging.trials import Body, Outcome, Row, Trial, asked, each

_QUESTIONS, _LABELS, _NUMBERS = "table-question-answering", "tabular-classification", "tabular-regression"
_SOURCE = (
    "a fifth of the rows of scikit-learn's tables, fitted on the others; the technique was chosen on the same tables"
)

Fit = Callable[[list[KnownTable]], TabularModels]


def trials(engine: Engine) -> Iterator[Trial]:
    yield _questions(engine)
    yield _classification()
    yield _regression()


def _questions(engine: Engine) -> Trial:
    asked_about = [(table["columns"], one) for table in items("tables")["tables"] for one in table["questions"]]
    bodies: list[Body] = [{"inputs": {"query": one["question"], "table": columns}} for columns, one in asked_about]
    return Trial(
        task=_QUESTIONS,
        measure="answer exactly right",
        outcome=asked(engine, _QUESTIONS, bodies, each([partial(_is_right, one["right"]) for _, one in asked_about])),
        rule=SHARE,
        source="tables and questions of our own",
    )


def _is_right(accepted: Sequence[str], answer: Mapping[str, Any]) -> bool:
    """Numbers are compared as numbers, other answers as words; an aggregation is right by its value or by its cells."""
    given = answer["answer"].rpartition(">")[2].strip()
    return any(plain(given) == plain(one) or _number(given) == _number(one) is not None for one in accepted)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").strip("$€ "))
    except ValueError:
        return None


def _classification() -> Trial:
    tables = labelled_tables()
    largest = sum(Counter(table.targets.tolist()).most_common(1)[0][1] for table in tables)
    return Trial(
        task=_LABELS,
        measure="label right",
        outcome=lambda model: _held_out(tables, fit_classifiers, lambda right, given: (float(right == given),)),
        trivial=largest / sum(len(table.targets) for table in tables),
        rule=SHARE_BY_PROXY,  # the tables that people bring have other columns, which it refuses
        source=_SOURCE,
    )


def _regression() -> Trial:
    return Trial(
        task=_NUMBERS,
        measure="variance explained (R²)",
        outcome=lambda model: _held_out(measured_tables(), fit_regressors, lambda right, given: (right, given)),
        statistic=explained,
        rule=EXPLAINED,
        source=_SOURCE,
    )


def _held_out(tables: Sequence[KnownTable], fit: Fit, row: Callable[[Any, Any], Row]) -> Outcome:
    """The program that fits the built-in model, asked about rows that it was not fitted on.

    A row that it refuses, because its numbers are unlikely, gets the answer None.
    """
    chosen = items("tabular")
    rng = np.random.default_rng(chosen["seed"])
    rows, refusals, begun = [], [], perf_counter()
    for table in tables:
        fold = rng.permutation(len(table.targets)) % chosen["folds"]
        for number in range(chosen["folds"]):
            models = fit([_rows_of(table, fold != number)])
            asked_rows = _rows_of(table, fold == number)
            for values, right in zip(asked_rows.values, asked_rows.targets, strict=True):
                try:
                    given = models.predict(
                        Columns({name: [float(v)] for name, v in zip(table.columns, values, strict=True)})
                    )[0]
                except CannotAnswer as error:
                    refusals.append(str(error))
                    given = table.targets.mean() if table.targets.dtype.kind == "f" else None
                rows.append(row(right, given))
    return Outcome(np.array(rows, np.float64), refusals, (perf_counter() - begun) / len(rows))


def _rows_of(table: KnownTable, chosen: Any) -> KnownTable:
    return KnownTable(table.name, table.columns, table.values[chosen], table.targets[chosen])
