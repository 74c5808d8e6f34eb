"""Models of scikit-learn in files that skops wrote, and the tables that they read."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inference_core.engine.builtin.tables.numbers import missing, place_of, read_numbers
from inference_core.engine.contract import CannotAnswer, CannotLoad
from inference_core.engine.inputs import Columns
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.work.stopping import stop_if_unwanted

_AT_ONCE = 1000
"""Rows that are predicted before it asks whether anybody still waits."""

_MOST_NAMED = 12


class Estimator:
    """A model that was trained on a table whose columns have names."""

    def __init__(self, spec: ModelSpec, kind: Literal["classifier", "regressor"]) -> None:
        from sklearn.utils import get_tags

        self._model = _loaded(spec)
        tags = get_tags(self._model)
        if tags.estimator_type != kind:
            raise CannotLoad("model_not_for_task", model=spec.id, task=spec.served[0])
        names = getattr(self._model, "feature_names_in_", None)
        if names is None:
            raise CannotLoad("model_without_column_names", model=spec.id)
        self._columns = [str(name) for name in names]
        self._known = dict(_known_values(self._model))
        self._has_gaps = tags.input_tags.allow_nan
        self.name = f"{spec.id} ({_kind(self._model)} of scikit-learn)"

    def predictions(self, table: Columns) -> list[Any]:
        """What the model says of each row.

        Raises CannotAnswer for columns that are missing or that it does not have, and for cells that are not what it
        was trained with.
        """
        import numpy as np

        frame = self._frame(table)
        parts = []
        for first in range(0, len(frame), _AT_ONCE):
            stop_if_unwanted()
            parts.append(np.asarray(self._predicted(frame.iloc[first : first + _AT_ONCE])))
        said = np.concatenate(parts)
        if said.ndim > 1 and said.shape[1] > 1:
            raise CannotAnswer("several_predictions", count=said.shape[1])
        rows: list[Any] = said.reshape(len(frame)).tolist()
        return rows

    def _predicted(self, rows: Any) -> Any:
        try:
            return self._model.predict(rows)
        except ValueError:
            # The first part of a pipeline says whether a cell may be empty, and knows nothing of the others.
            for column in self._columns:
                for row in rows.index[rows[column].isna()]:
                    raise missing("", place_of(int(row), column)) from None
            raise

    def _frame(self, table: Columns) -> Any:
        import pandas

        self._require_columns(table)
        read: dict[str, Any] = {}
        for column in self._columns:
            known = self._known.get(column)
            if known is not None and known.are_texts:
                read[column] = pandas.Series(_texts(column, table[column]), dtype=object)
            else:
                read[column] = read_numbers({column: table[column]}, gaps=self._has_gaps)[:, 0]
            if known is not None and known.are_all:
                _require_known(column, list(read[column]), known.values)
        return pandas.DataFrame(read)

    def _require_columns(self, table: Columns) -> None:
        lacking = [column for column in self._columns if column not in table]
        if lacking:
            raise CannotAnswer("columns_lacking", lacking=_list(lacking), known=_list(self._columns))
        others = [column for column in table if column not in self._columns]
        if others:
            raise CannotAnswer("columns_not_in_model", others=_list(others), known=_list(self._columns))


def _kind(model: Any) -> str:
    """The name of its class, of a pipeline that of its last step."""
    steps = getattr(model, "steps", None)
    return type(steps[-1][1] if steps else model).__name__


def _loaded(spec: ModelSpec) -> Any:
    from skops.io import get_untrusted_types, load

    file = _file(spec)
    if untrusted := get_untrusted_types(file=file):
        raise CannotLoad("model_with_untrusted_types", model=spec.id, types=_list(untrusted))
    return load(file, trusted=[])


def _file(spec: ModelSpec) -> Path:
    source = Path(spec.source)
    files = sorted(source.rglob("*.skops")) if source.is_dir() else [source]
    if len(files) != 1 or not _is_of_skops(files[0]):
        raise CannotLoad("model_not_one_skops_file", model=spec.id)
    return files[0]


def _is_of_skops(file: Path) -> bool:
    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as opened:
        return "schema.json" in opened.namelist()


@dataclass(frozen=True, slots=True)
class _Known:
    """The values of a column that the model was trained with; `are_all` if it can do nothing with others."""

    values: list[Any]
    are_all: bool

    @property
    def are_texts(self) -> bool:
        return not self.values or any(isinstance(value, str) for value in self.values)


def _known_values(model: Any) -> Iterator[tuple[str, _Known]]:
    """What the model's parts know of columns that do not simply hold numbers."""
    from sklearn.compose import ColumnTransformer

    for part in _parts(model):
        if hasattr(part, "categories_") and hasattr(part, "feature_names_in_"):
            are_all = getattr(part, "handle_unknown", "") == "error"
            for column, values in zip(part.feature_names_in_, part.categories_, strict=True):
                yield str(column), _Known(values.tolist(), are_all)
        if isinstance(part, ColumnTransformer):
            # What reads the column itself, not a table of one column, reads texts.
            yield from ((column, _Known([], are_all=False)) for *_, column in part.transformers_ if _is_name(column))


def _is_name(columns: Any) -> bool:
    return isinstance(columns, str)


def _parts(held: Any) -> Iterator[Any]:
    """The estimator and all that are inside it."""
    from sklearn.base import BaseEstimator

    if isinstance(held, BaseEstimator):
        yield held
        held = vars(held)
    if isinstance(held, dict):
        held = list(held.values())
    if isinstance(held, list | tuple):
        for one in held:
            yield from _parts(one)


def _texts(column: str, cells: list[Any]) -> list[str]:
    for row, cell in enumerate(cells):
        if cell is None:
            raise missing("", place_of(row, column))
        if not isinstance(cell, str):
            raise CannotAnswer("cell_not_text", value=str(cell)[:40], place=place_of(row, column))
    return cells


def _require_known(column: str, cells: list[Any], known: list[Any]) -> None:
    for row, cell in enumerate(cells):
        if cell not in known and cell == cell:  # NaN, an empty cell, is not equal to itself
            raise CannotAnswer(
                "cell_value_unknown",
                value=str(cell)[:40],
                place=place_of(row, column),
                known=_list([str(value) for value in known]),
            )


def _list(names: list[str]) -> list[str]:
    listed = [name[:60] for name in names[:_MOST_NAMED]]
    return [*listed, *(["…"] if len(names) > _MOST_NAMED else [])]
