"""The tasks of the client on tables of measurements, with huggingface_hub's names and signatures."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference_core.caller import Caller
from inference_core.media_outputs import numbers, texts
from inference_core.payloads import table_as_given


class TabularTasks(Caller):
    """One method per task. All raise the errors of `inference_core.errors`.

    A table is given as `{column: [cells]}` with one cell per row in every column, numbers or text.
    """

    async def tabular_classification(
        self, table: Mapping[str, Sequence[Any]], *, model: str | None = None
    ) -> list[str]:
        """Put every row of a table into a class.

        Returns:
            One label per row.
        """
        payload = {"table": table_as_given(table)}
        return await self._call("tabular-classification", payload, texts, model)

    async def tabular_regression(self, table: Mapping[str, Sequence[Any]], *, model: str | None = None) -> list[float]:
        """Predict a number for every row of a table.

        Returns:
            One number per row.
        """
        payload = {"table": table_as_given(table)}
        return await self._call("tabular-regression", payload, numbers, model)
