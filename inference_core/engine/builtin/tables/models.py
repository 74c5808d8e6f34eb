"""Linear models on standardized columns, one per known table. They refuse values far outside their training data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from inference_core.engine.builtin.tables.columns import match_columns
from inference_core.engine.builtin.tables.datasets import KnownTable
from inference_core.engine.builtin.tables.numbers import read_numbers
from inference_core.engine.contract import CannotAnswer
from inference_core.engine.inputs import Columns

_RIDGE_PENALTY = 10.0
_MOST_ITERATIONS = 1000


@dataclass(frozen=True, slots=True)
class TabularModel:
    """A fitted pipeline, and for each column, shape (columns,), the range in which its predictions are meaningful."""

    columns: list[str]
    pipeline: Any
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]

    def predict(self, columns: dict[str, list[Any]]) -> list[Any]:
        """One label or number per row. `columns` are in the model's order.

        Raises CannotAnswer for cells it cannot use.
        """
        values = read_numbers(columns)
        self._refuse_extrapolation(values, list(columns))
        predicted: list[Any] = self.pipeline.predict(values).tolist()
        return predicted

    def _refuse_extrapolation(self, values: NDArray[np.float64], names: list[str]) -> None:
        outside = np.argwhere((values < self.lowest) | (values > self.highest))
        if len(outside):
            row, column = outside[0]
            raise CannotAnswer(
                "value_out_of_range",
                value=float(values[row, column]),
                row=int(row) + 1,
                column=names[column],
                lowest=float(self.lowest[column]),
                highest=float(self.highest[column]),
            )


class TabularModels:
    """One model per known table; the columns of a request decide which one is used."""

    def __init__(self, models: dict[str, TabularModel]) -> None:
        self._models = models
        self._columns = {name: model.columns for name, model in models.items()}

    def predict(self, table: Columns) -> list[Any]:
        """One label or number per row. Raises CannotAnswer for columns or cells that no model can use."""
        name, columns = match_columns(table, self._columns)
        return self._models[name].predict(columns)


def fit_classifiers(tables: list[KnownTable]) -> TabularModels:
    """A logistic regression for each table."""
    return TabularModels({table.name: _fit(table, LogisticRegression(max_iter=_MOST_ITERATIONS)) for table in tables})


def fit_regressors(tables: list[KnownTable]) -> TabularModels:
    """A ridge regression for each table."""
    return TabularModels({table.name: _fit(table, Ridge(_RIDGE_PENALTY)) for table in tables})


def _fit(table: KnownTable, estimator: Any) -> TabularModel:
    pipeline = make_pipeline(StandardScaler(), estimator).fit(table.values, table.targets)
    least, most = table.values.min(axis=0), table.values.max(axis=0)
    # A value that is outside by up to the width of the range may be a rare case; one in a wrong unit is further off.
    # All columns are measurements that cannot be negative.
    return TabularModel(table.columns, pipeline, np.maximum(0, 2 * least - most), 2 * most - least)
