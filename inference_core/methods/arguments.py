"""What goes on the wire: only what was set, since some servers refuse a field that is null."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from inference_core.errors import InvalidInputError
from inference_core.media.inputs import Content
from inference_core.providers.call import JSON, Call, Upload

T = TypeVar("T")


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def asking(task: str, inputs: Any, read: Callable[[bytes], T], /, **parameters: Any) -> Call[T]:
    """The call of a task with those parameters that are not None; `read` decodes its answer."""
    return Call(task, inputs, read, given(**parameters))


def asking_file(
    task: str,
    file: Content,
    read: Callable[[bytes], T],
    parameters: Mapping[str, Any],
    beside: Mapping[str, Any] = {},
    accept: str = JSON,
) -> Call[T]:
    """The call of a task on a picture or sound: megabytes, which the event loop does not wait for."""
    return Call(task, Upload(file), read, parameters, beside, accept, is_heavy=True)


def table_of_text(table: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """A table as `{column: [cells as text]}`; raises InvalidInputError if the columns differ in length."""
    return _even({str(name): ["" if cell is None else str(cell) for cell in cells] for name, cells in table.items()})


def table_as_given(table: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """A table as `{column: [cells]}`, numpy's numbers as Python's; raises InvalidInputError as `table_of_text` does."""
    return _even({str(name): [_plain(cell) for cell in cells] for name, cells in table.items()})


def _plain(cell: Any) -> Any:
    is_scalar = getattr(cell, "shape", None) == () and hasattr(cell, "item")
    return cell.item() if is_scalar else cell


def _even(columns: dict[str, list[T]]) -> dict[str, list[T]]:
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidInputError("uneven_table", lengths=lengths)
    return columns
