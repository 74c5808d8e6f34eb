"""What goes on the wire: only what was set, since some servers refuse a field that is null."""

from collections.abc import Mapping, Sequence
from typing import Any

from inference_core.errors import InvalidInputError


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def with_parameters(inputs: Any, **parameters: Any) -> dict[str, Any]:
    """`{"inputs": …}`, and `"parameters"` if any was set."""
    chosen = given(**parameters)
    return {"inputs": inputs, "parameters": chosen} if chosen else {"inputs": inputs}


def table_of_text(table: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """A table as `{column: [cells as text]}`; raises InvalidInputError if the columns differ in length."""
    columns = {str(name): ["" if cell is None else str(cell) for cell in cells] for name, cells in table.items()}
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInputError(f"Every column of a table needs as many cells as the others, but they have {lengths}.")
    return columns
