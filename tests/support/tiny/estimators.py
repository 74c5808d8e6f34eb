"""Small models of scikit-learn, trained on the spot, in files of skops."""

from pathlib import Path
from typing import Any

import pandas
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skops.io import dump

FISH = {
    "Species": ["Bream", "Bream", "Perch", "Perch", "Pike", "Pike"],
    "Length": [25.4, 31.5, 18.0, 22.5, 40.1, 59.0],
    "Height": [11.5, 13.9, 5.2, 6.7, 6.5, 10.8],
}
_GRAMS = [242.0, 500.0, 90.0, 150.0, 430.0, 1650.0]


def irises(folder: Path) -> None:
    """A classifier of four numbers."""
    data = load_iris(as_frame=True)
    save(folder, make_pipeline(StandardScaler(), LogisticRegression()).fit(data.data, species(data)))


def species(data: Any) -> list[str]:
    return [str(data.target_names[target]) for target in data.target]


def fish(folder: Path) -> None:
    """A regressor of a text and two numbers, one of which may be missing."""
    prepared = make_column_transformer(
        (OneHotEncoder(), ["Species"]), (KNNImputer(), ["Length"]), ("passthrough", ["Height"])
    )
    save(folder, make_pipeline(prepared, Ridge()).fit(pandas.DataFrame(FISH), _GRAMS))


def save(folder: Path, model: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    dump(model, folder / "model.skops")
