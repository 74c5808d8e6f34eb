"""The client's tasks on tables of measurements, with huggingface_hub's names and signatures."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from inference_core.answers.values import numbers, texts
from inference_core.errors import InvalidAnswerError
from inference_core.methods.arguments import table_as_given
from inference_core.methods.base import ClientBase
from inference_core.providers.call import Call

T = TypeVar("T")


class TabularTasks(ClientBase):
    """One method per task. All raise the errors of `inference_core.errors`.

    A table is given as `{column: [cells]}`: numbers or text, one cell per row in every column.
    """

    async def tabular_classification(
        self, table: Mapping[str, Sequence[Any]], *, model: str | None = None
    ) -> list[str]:
        """Classify every row of a table.

        Returns:
            One label per row.
        """
        columns = table_as_given(table)
        return _one_per_row(columns, await self._run(Call("tabular-classification", columns, texts), model))

    async def tabular_regression(self, table: Mapping[str, Sequence[Any]], *, model: str | None = None) -> list[float]:
        """Predict a number for every row of a table.

        Returns:
            One number per row.
        """
        columns = table_as_given(table)
        return _one_per_row(columns, await self._run(Call("tabular-regression", columns, numbers), model))


def _one_per_row(columns: Mapping[str, Sequence[Any]], predictions: list[T]) -> list[T]:
    rows = max(map(len, columns.values()), default=0)
    if len(predictions) != rows:
        raise InvalidAnswerError("wrong_number_of_rows", predicted=len(predictions), rows=rows)
    return predictions
