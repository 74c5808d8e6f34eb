"""Tabular regression: a number for each row of a table that has the columns of the diabetes data set."""

from typing import TYPE_CHECKING

from inference_core.engine.contract import Model, ServedTask
from inference_core.engine.packages import NUMBERS, SKLEARN
from inference_core.engine.tabular_request import TabularRegressionBody

if TYPE_CHECKING:
    from inference_core.engine.builtin.tables.models import TabularModels


class TabularRegression:
    """Predicts how far the disease has progressed after a year, as a score without unit; 25 to 346 in the data.

    In 10-fold cross-validation: R² .48, mean absolute error 44.
    """

    name = "ridge regression on scikit-learn's diabetes data"

    def __init__(self, models: "TabularModels") -> None:
        self._models = models

    def answer(self, body: TabularRegressionBody) -> list[float]:
        """One score per row. Raises CannotAnswer for unknown columns, cells without a number, and unlikely numbers."""
        return self._models.predict(body.table)


def _load() -> TabularRegression:
    from inference_core.engine.builtin.tables.datasets import measured_tables
    from inference_core.engine.builtin.tables.models import fit_regressors

    return TabularRegression(fit_regressors(measured_tables()))


_VALUES = {"age": 48, "sex": 1, "bmi": 21.6, "bp": 87, "s1": 183, "s2": 103.2, "s3": 70, "s4": 3, "s5": 3.9, "s6": 69}
_PATIENT = {name: [str(value)] for name, value in _VALUES.items()}

MODEL = Model(
    id="builtin/known-tables-regression",
    tasks=(
        ServedTask(
            id="tabular-regression",
            body=TabularRegressionBody,
            answer=TabularRegression.answer,
            answered_example={"table": _PATIENT},
            refused_example={"table": {"height": ["1.8"], "weight": ["75"]}},
        ),
    ),
    words="models.known_tables_regression",
    licence="BSD-3-Clause",
    load=_load,
    level="basic",
    needs=NUMBERS + SKLEARN,
)
