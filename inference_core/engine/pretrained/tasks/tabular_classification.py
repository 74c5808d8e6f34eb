"""Tabular classification with a classifier of scikit-learn from a .skops file."""

from inference_core.engine.contract import ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import SKOPS
from inference_core.engine.pretrained.estimators import Estimator
from inference_core.engine.pretrained.family import Family
from inference_core.engine.tabular_request import TabularClassificationBody


class TabularClassifier:
    """A model that gives each row a label."""

    def __init__(self, spec: ModelSpec) -> None:
        self._estimator = Estimator(spec, "classifier")
        self.name = self._estimator.name

    def answer(self, body: TabularClassificationBody) -> list[str]:
        """One label per row, as text also if the model's labels are numbers.

        Raises CannotAnswer as `Estimator.predictions` does.
        """
        return [str(label) for label in self._estimator.predictions(body.table)]


_IRISES = {
    "sepal length (cm)": ["5.1", "6.3"],
    "sepal width (cm)": ["3.5", "2.9"],
    "petal length (cm)": ["1.4", "5.6"],
    "petal width (cm)": ["0.2", "1.8"],
}

FAMILY = Family(
    tasks=(
        ServedTask(
            id="tabular-classification",
            body=TabularClassificationBody,
            answer=TabularClassifier.answer,
            answered_example={"table": _IRISES},
        ),
    ),
    load=TabularClassifier,
    needs=SKOPS,
    weights=("*.skops",),
)
