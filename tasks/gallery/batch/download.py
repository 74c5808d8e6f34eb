"""All answers of a batch as one file: a table, or where answers are files an archive with them and the table."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inference_core import words
from tasks.gallery.api.results import FILES
from tasks.gallery.batch.outcomes import columns
from tasks.gallery.batch.rows import Batch, Row

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_MARK = "\ufeff"
"""By which spreadsheets know the encoding."""

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NO_NAME = re.compile(r"[^\w-]+")
_LONGEST_NAME = 40


def is_archive(batch: Batch) -> bool:
    return batch.task.view in FILES


def table(batch: Batch) -> str:
    """A CSV file: what each row was, what became of it, and the whole answer. Call it in a thread."""
    has_notes = any(row.outcome and row.outcome.note for row in batch.rows)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(map(_harmless, _header(batch, has_notes)))
    for number, row in enumerate(batch.rows, 1):
        writer.writerow(map(_harmless, [str(number), *row.cells, *_ending(batch, number, row, has_notes)]))
    return _MARK + written.getvalue()


def _header(batch: Batch, has_notes: bool) -> list[str]:
    own = ["state", "made"] if is_archive(batch) else ["state"]
    last = [*(["note"] if has_notes else []), "problem", "model", "seconds", *([] if is_archive(batch) else ["json"])]
    return [_column("row"), *batch.columns, *map(_column, own), *columns(batch.task.view), *map(_column, last)]


def _column(name: str) -> str:
    return words.text(f"batch.columns.{name}")


def _ending(batch: Batch, number: int, row: Row, has_notes: bool) -> list[str]:
    found, is_file = row.outcome, is_archive(batch)
    own = [words.text(f"batch.states.{row.state}"), *([_name(batch, number, row)] if is_file else [])]
    cells = found.cells if found else [""] * len(columns(batch.task.view))
    notes = [found.note if found else ""] if has_notes else []
    last = [found.model, f"{found.seconds:.3f}"] if found else ["", ""]
    json = [] if is_file else [found.json if found else ""]
    return [*own, *cells, *notes, row.problem, *last, *json]


def _harmless(cell: str) -> str:
    """The cell, with a mark before what a spreadsheet would run as a formula."""
    if not _FORMULA.match(cell):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell


def archive(batch: Batch) -> Iterator[bytes]:
    """The bytes of a ZIP archive with the files that were made, and a table of them. Iterate it in threads."""
    written = _Pipe()
    with zipfile.ZipFile(written, "w") as packed:
        for number, row in enumerate(batch.rows, 1):
            if name := _name(batch, number, row):
                with suppress(FileNotFoundError):  # swept just now
                    packed.write(_made(row) or "", name)
                yield written.taken()
        packed.writestr("contents.csv", table(batch), zipfile.ZIP_DEFLATED)
    yield written.taken()


class _Pipe(io.RawIOBase):
    """What is written comes out in pieces, so that no archive is ever held as a whole."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: "ReadableBuffer") -> int:
        self._bytes += content
        return len(bytes(content))

    def taken(self) -> bytes:
        """What was written since the last time."""
        content = bytes(self._bytes)
        self._bytes.clear()
        return content


def _made(row: Row) -> Path | None:
    """The file that was made for a row, if it has not been swept."""
    made = Path(row.outcome.file) if row.outcome and row.outcome.file else None
    return made if made and made.is_file() else None


def _name(batch: Batch, number: int, row: Row) -> str:
    """What this file is called in the archive, "" if there is none."""
    if (made := _made(row)) is None:
        return ""
    said = Path(row.name).stem if batch.takes_files else row.name
    return f"{number:04}-{_NO_NAME.sub('-', said[:_LONGEST_NAME]).strip('-') or 'file'}{made.suffix}"
