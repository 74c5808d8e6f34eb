"""The rows of a batch, made of the files that somebody drops: a row for each file, or for each row of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Picture, Previous, Sound, Table, Text
from tasks.gallery.batch.rows import Row
from tasks.gallery.batch.tables import check_count, decoded, likely_column, names_columns, read_table
from tasks.gallery.inputs import label_of
from tasks.registry import Parameter, Task

_TABLES = (".csv", ".tsv", ".tab")

Dropped = tuple[str, str]
"""The path of a file, and what it was called."""


def many_of(task: Task) -> Parameter | None:
    """The input of which there may be many, None if the task has none."""
    if any(isinstance(one.field, Previous | Table) for one in task.inputs):
        return None  # each goes on from what was before, or holds many rows already
    return next((one for one in task.inputs if isinstance(one.field, Picture | Sound | Text)), None)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows, and the names of what they were given with. Of a table, which column counts, and whether it has names."""

    columns: Sequence[str]
    rows: Sequence[Row]
    column: int = 0
    has_names: bool = False


def is_table(dropped: Sequence[Dropped]) -> bool:
    return any(Path(name).suffix.lower() in _TABLES for _, name in dropped)


def of_files(parameter: Parameter, dropped: Sequence[Dropped]) -> Source:
    """A row for each file. Raises CodedError."""
    check_count(len(dropped))
    is_text = isinstance(parameter.field, Text)
    rows = [Row(_content(*one) if is_text else one[0], (one[1],), one[1]) for one in dropped]
    return Source([words.text("batch.columns.file")], rows)


def _content(path: str, name: str) -> str:
    return decoded(Path(path).read_bytes(), name)


def of_table(
    parameter: Parameter, dropped: Sequence[Dropped], column: int | None = None, has_names: bool | None = None
) -> Source:
    """A row for each row of a table. What is not said of it is guessed. Raises CodedError."""
    if len(dropped) > 1:
        raise CodedError("batch_one_table")
    path, name = dropped[0]
    records = read_table(Path(path).read_bytes(), name)
    if has_names is None:
        has_names = names_columns(records)
    below = records[1:] if has_names else records
    if not below:
        raise CodedError("batch_empty", name=name)
    check_count(len(below))
    columns = [one.strip() if has_names else "" for one in records[0]]
    columns = [one or words.text("batch.columns.unnamed", number=at) for at, one in enumerate(columns, 1)]
    if column is None or column >= len(columns):
        column = likely_column(columns, below, (parameter.name, label_of(parameter)))
    rows = [Row(record[column], record, record[column]) for record in below]
    return Source(columns, rows, column, has_names)
