"""Tabular classification: a label for each row of a table that has the columns of a data set learned while loading."""

from typing import TYPE_CHECKING

from inference_core.engine.contract import Model, ServedTask
from inference_core.engine.packages import NUMBERS, SKLEARN
from inference_core.engine.tabular_request import TabularClassificationBody

if TYPE_CHECKING:
    from inference_core.engine.builtin.tables.models import TabularModels


class TabularClassification:
    """Share of correct rows in 10-fold cross-validation: iris .95, wine .98, breast cancer .98."""

    name = "logistic regression on scikit-learn's iris, wine and breast cancer data"

    def __init__(self, models: "TabularModels") -> None:
        self._models = models

    def answer(self, body: TabularClassificationBody) -> list[str]:
        """One label per row. Raises CannotAnswer for unknown columns, cells without a number, and unlikely numbers."""
        return self._models.predict(body.table)


def _load() -> TabularClassification:
    from inference_core.engine.builtin.tables.datasets import labelled_tables
    from inference_core.engine.builtin.tables.models import fit_classifiers

    return TabularClassification(fit_classifiers(labelled_tables()))


_IRISES = {
    "sepal length (cm)": ["5.1", "6.3"],
    "sepal width (cm)": ["3.5", "2.9"],
    "petal length (cm)": ["1.4", "5.6"],
    "petal width (cm)": ["0.2", "1.8"],
}

MODEL = Model(
    id="builtin/known-tables-classification",
    tasks=(
        ServedTask(
            id="tabular-classification",
            body=TabularClassificationBody,
            answer=TabularClassification.answer,
            answered_example={"table": _IRISES},
            refused_example={"table": {"height": ["1.8"], "weight": ["75"]}},
        ),
    ),
    words="models.known_tables_classification",
    licence="BSD-3-Clause",
    load=_load,
    level="basic",
    needs=NUMBERS + SKLEARN,
)
