"""Tabular regression with a regressor of scikit-learn from a .skops file."""

import math

from inference_core.engine.contract import CannotAnswer, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import SKOPS
from inference_core.engine.pretrained.estimators import Estimator
from inference_core.engine.pretrained.family import Family
from inference_core.engine.tabular_request import TabularRegressionBody


class TabularRegressor:
    """A model that gives each row a number."""

    def __init__(self, spec: ModelSpec) -> None:
        self._estimator = Estimator(spec, "regressor")
        self.name = self._estimator.name

    def answer(self, body: TabularRegressionBody) -> list[float]:
        """One number per row.

        Raises CannotAnswer as `Estimator.predictions` does, and if the model computes what is no number.
        """
        numbers = [float(number) for number in self._estimator.predictions(body.table)]
        for row, number in enumerate(numbers, start=1):
            if not math.isfinite(number):
                raise CannotAnswer("prediction_not_finite", row=row)
        return numbers


_FISH = {"Species": ["Bream", "Perch"], "Length": ["25.4", "18"], "Height": ["11.52", "5.22"]}

FAMILY = Family(
    tasks=(
        ServedTask(
            id="tabular-regression",
            body=TabularRegressionBody,
            answer=TabularRegressor.answer,
            answered_example={"table": _FISH},
        ),
    ),
    load=TabularRegressor,
    needs=SKOPS,
    weights=("*.skops",),
)
