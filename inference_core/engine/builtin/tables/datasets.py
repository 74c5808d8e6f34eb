"""The tables that the tabular models are trained on: scikit-learn's data sets. What their columns and targets mean:

| table         | rows | predicts                                                                                  |
|---------------|------|-------------------------------------------------------------------------------------------|
| iris          | 150  | the species, from lengths in cm                                                           |
| wine          | 178  | which of three cultivars of one Italian region, unnamed: class_0, class_1 or class_2      |
| breast cancer | 569  | malignant or benign, from cell nuclei measured in an image                                |
| diabetes      | 442  | disease progression one year after baseline, a score without unit from 25 to 346, of women |
|               |      | and men of `age` (years), `sex` (1 or 2), `bmi` (kg/m²), `bp` (mean blood pressure) and   |
|               |      | six blood serum measurements `s1` to `s6`                                                 |

Linnerud, the other table with named columns, is left out: its 20 rows predict nothing (R² -1.5).
scikit-learn takes more than a second to import, so import this module only when a model is loaded.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_iris,
    load_wine,
)


@dataclass(frozen=True, slots=True)
class KnownTable:
    """Rows with a known target: `values` has shape (rows, columns), `targets` (rows,) of labels or numbers."""

    name: str
    columns: list[str]
    values: NDArray[np.float64]
    targets: NDArray[Any]


def labelled_tables() -> list[KnownTable]:
    """The tables whose targets are labels."""
    return [
        _labelled("iris", load_iris()),
        _labelled("wine", load_wine()),
        _labelled("breast cancer", load_breast_cancer()),
    ]


def measured_tables() -> list[KnownTable]:
    """The tables whose targets are numbers."""
    diabetes = load_diabetes(scaled=False)
    return [KnownTable("diabetes", list(diabetes.feature_names), diabetes.data, diabetes.target)]


def _labelled(name: str, bundle: Any) -> KnownTable:
    columns = [str(column) for column in bundle.feature_names]
    return KnownTable(name, columns, bundle.data, bundle.target_names[bundle.target])
