"""Tables that people drop: in whatever encoding, with whatever separator, with or without names of the columns."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import fmean

from inference_core.errors import CodedError
from tasks.gallery.limits import LONGEST_TEXT, MOST_COLUMNS
from tasks.gallery.numbers import written

MOST_ROWS = 1_000
"""Of one batch: what a person still looks through, and a server answers within an hour or so."""

LARGEST_TABLE = 32 * 2**20
"""Bytes."""

Record = list[str]

# That of UTF-32 first: it begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, new and old, and other documents of offices."""

_NO_LETTER = re.compile(r"[\x01-\x08\x0e-\x1f\x7f\ufffd]")
_BEGINNING = 4000
_MOST_ODD = 0.02
"""The share of characters that no text has, in one with a few bytes wrong."""

_SEPARATORS = (";", "\t", ",", "|")
_NO_SEPARATOR = "\x1f"
_DECLARED = re.compile(r"sep=(.)\r?\n")
_LOOKED_AT = 50
_LEAST_ALIKE = 0.5
"""The share of rows that have as many cells as the first, if the separator is the right one."""

_LONGEST_NAME = 40
_NUMBER = re.compile(r"\s*[-+−]?[\d.,\s%]+\s*")

csv.field_size_limit(LARGEST_TABLE)  # what is too long for a task is refused row by row


def decoded(content: bytes, name: str) -> str:
    """The text of a file. Raises CodedError if it is none."""
    if content.startswith(_PACKED):
        raise CodedError("batch_workbook", name=name)
    text = content.decode(_encoding(content), "replace")
    if "\0" in text or len(_NO_LETTER.findall(text[:_BEGINNING])) > _MOST_ODD * len(text[:_BEGINNING]):
        raise CodedError("batch_not_text", name=name)
    return text


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    # Of UTF-16 without a mark each second byte is zero, at least in spaces and digits; in no text both are.
    is_zero = 0 in content[:2000:2], 0 in content[1:2000:2]
    if is_zero in ((False, True), (True, False)):
        return "utf-16-le" if is_zero[1] else "utf-16-be"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def read_table(content: bytes, name: str) -> list[Record]:
    """The rows that are not empty, the first of which may name the columns; all have as many cells as the longest.

    Cells are cut behind what is too long for a task.

    Raises:
        CodedError: it is no table, or too large.
    """
    if len(content) > LARGEST_TABLE:
        raise CodedError("batch_table_too_large", name=name, most=LARGEST_TABLE // 2**20)
    text = decoded(content, name)
    rows = _records(text)
    records = [[cell[: LONGEST_TEXT + 1] for cell in row[: MOST_COLUMNS + 1]] for row in islice(rows, MOST_ROWS + 1)]
    if not records:
        raise CodedError("batch_empty", name=name)
    width = max(map(len, records))
    if width > MOST_COLUMNS:
        raise CodedError("table_too_wide", label=name, most=written(MOST_COLUMNS, ","))
    check_count(len(records) + sum(1 for _ in rows) - 1)
    return [[*record, *[""] * (width - len(record))] for record in records]


def check_count(rows: int) -> None:
    """Raises CodedError if that is too much for one batch."""
    if rows > MOST_ROWS:
        raise CodedError("batch_too_many", given=written(rows, ","), most=written(MOST_ROWS, ","))


def _records(text: str) -> Iterator[Record]:
    if declared := _DECLARED.match(text):
        text, separator = text[declared.end() :], declared[1]
    else:
        separator = max(_SEPARATORS, key=lambda one: _fitness(text, one))
        if _fitness(text, separator)[0] < _LEAST_ALIKE:
            separator = _NO_SEPARATOR
    return _split(text, separator)


def _split(text: str, separator: str) -> Iterator[Record]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    return (row for row in rows if any(cell.strip() for cell in row))


def _fitness(text: str, separator: str) -> tuple[float, int]:
    """How well a separator fits: the share of rows that it divides as it does the first, and in how many cells."""
    widths = [len(row) for row in islice(_split(text, separator), _LOOKED_AT)]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def names_columns(records: Sequence[Record]) -> bool:
    """Whether the first row looks like names of columns; a person may know better."""
    first, others = records[0], records[1 : _LOOKED_AT + 1]
    names = [cell.strip() for cell in first if cell.strip()]
    if not others or len(set(names)) < len(names) or not all(map(_is_name, names)):
        return False
    # Of a single column, nothing else tells a name from the first of the texts.
    return len(first) > 1 or len(names[0]) < fmean(len(record[0]) for record in others)


def _is_name(cell: str) -> bool:
    return len(cell) <= _LONGEST_NAME and not cell.endswith((".", "!", "?", "…")) and not _NUMBER.fullmatch(cell)


def likely_column(names: Sequence[str], records: Sequence[Record], called: Sequence[str]) -> int:
    """The column that has one of the names, or otherwise the one with the longest cells."""
    wanted = {one.casefold() for one in called}
    for at, name in enumerate(names):
        if name.strip().casefold() in wanted:
            return at
    some = records[:_LOOKED_AT]
    return max(range(len(names)), key=lambda at: sum(len(record[at]) for record in some))
