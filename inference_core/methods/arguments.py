"""Building calls from arguments. Only those that were set are sent, because some servers refuse null fields."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from inference_core.errors import InvalidInputError
from inference_core.media.inputs import Content
from inference_core.providers.call import JSON, Call, Upload

T = TypeVar("T")


def without_none(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def task_call(task: str, inputs: Any, read: Callable[[bytes], T], /, **parameters: Any) -> Call[T]:
    """A call of a task, with the parameters that are not None; `read` decodes its answer."""
    return Call(task, inputs, read, without_none(**parameters))


def file_call(
    task: str,
    file: Content,
    read: Callable[[bytes], T],
    parameters: Mapping[str, Any],
    extra_fields: Mapping[str, Any] = {},
    accept: str = JSON,
) -> Call[T]:
    """A call of a task on a picture or sound. It may have megabytes, so it is encoded and decoded in a thread."""
    return Call(task, Upload(file), read, parameters, extra_fields, accept, is_heavy=True)


def table_of_text(table: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """A table as `{column: [cells as text]}`; raises InvalidInputError if the columns have different lengths."""
    return _even({str(name): ["" if cell is None else str(cell) for cell in cells] for name, cells in table.items()})


def table_as_given(table: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """A table as `{column: [cells]}`, with numpy's numbers as Python's; raises as `table_of_text` does."""
    return _even({str(name): [_plain(cell) for cell in cells] for name, cells in table.items()})


def _plain(cell: Any) -> Any:
    is_scalar = getattr(cell, "shape", None) == () and hasattr(cell, "item")
    return cell.item() if is_scalar else cell


def _even(columns: dict[str, list[T]]) -> dict[str, list[T]]:
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInputError("uneven_table", lengths=lengths)
    return columns
