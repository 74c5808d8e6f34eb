"""A table for questions: columns of text cells, some of which are numbers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.numbers.column import (
    MARKS,
    Amounts,
    MixedUnits,
    Readings,
    in_one_unit,
    is_unclear,
    may_group_by_comma,
    possible_marks,
    read_cells,
    read_with,
)
from inference_core.engine.builtin.numbers.quantity import Quantity, is_missing
from inference_core.engine.builtin.numbers.suffix import read_suffix
from inference_core.engine.builtin.numbers.units import PLAIN, Unit
from inference_core.engine.builtin.tables.numbers import missing
from inference_core.engine.contract import CannotAnswer

_IN_BRACKETS = re.compile(r"[(\[]([^)\]]+)[)\]]")
_BEGINS_LIKE_A_NUMBER = re.compile(r"\s*[^\w\s]*\d")
_SIMILAR_TO_GROUPS = re.compile(r"-?\d{1,3}\.\d{3}")
_HAS_A_DIGIT = re.compile(r".*\d", re.DOTALL)
_COUNTED = (
    "population people persons inhabitants residents citizens voters votes employees workers students pupils visitors"
    " tourists passengers customers users members followers subscribers spectators attendance views downloads"
)
_BESIDES_COUNTED = "number total count city town"

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """`readings` says what each cell means if it is a number; `mark` is the decimal mark that decides between them."""

    index: int
    header: str
    cells: list[str]
    readings: list[Readings]
    mark: str = "."

    @cached_property
    def numbers(self) -> list[Quantity | None] | None:
        """The number in each cell, None in one that is empty; None unless the column holds numbers and nothing else."""
        if self.first_other_text is not None or not any(self.readings):
            return None
        numbers = [read_with(self.mark, readings) if readings else None for readings in self.readings]
        words = {number.unit.dimension for number in numbers if number and not number.unit.is_known}
        return numbers if len(words) <= 1 else None

    @cached_property
    def first_other_text(self) -> int | None:
        """The first row with a text that is neither a number nor missing."""
        rows = (row for row, readings in enumerate(self.readings) if not readings and not is_missing(self.cells[row]))
        return next(rows, None)

    def looks_like_numbers(self, *, strictly: bool) -> bool:
        """Whether half of its cells have a digit, `strictly` at their beginning, although some are not numbers."""
        shape = _BEGINS_LIKE_A_NUMBER if strictly else _HAS_A_DIGIT
        return 2 * sum(bool(shape.match(cell)) for cell in self.cells) >= len(self.cells)

    @cached_property
    def keywords(self) -> frozenset[str]:
        return keywords(self.header)

    @cached_property
    def unit(self) -> Unit:
        """The unit that the header has in brackets."""
        found = _IN_BRACKETS.search(self.header)
        suffix = read_suffix(found[1], joined=False, is_money=False) if found else None
        return suffix.unit if suffix and suffix.unit.is_known else PLAIN

    @property
    def looks_like_years(self) -> bool:
        numbers = self.numbers
        return numbers is not None and all(
            number is not None and number.unit == PLAIN and 1000 <= number.value <= 2100 for number in numbers
        )

    @property
    def is_key(self) -> bool:
        """Whether its cells name the rows: they are text, and all different."""
        return self.numbers is None and len(set(self.cells)) == len(self.cells)

    def unusable(self, row: int) -> CannotAnswer:
        if is_missing(self.cells[row]):
            return missing(self.cells[row], self.place(row))
        return CannotAnswer("cell_not_a_number", text=self.cells[row].strip()[:40], place=self.place(row))

    def place(self, row: int) -> str:
        return f"row {row + 1}, column {self.header!r}"

    def amounts(self, rows: Sequence[int]) -> Amounts:
        """The numbers of the rows in one unit.

        Raises `CannotAnswer` if a cell is empty or has another text, or if the units do not match.
        """
        found: list[Quantity] = []
        for row in rows:
            if not self.readings[row]:
                raise self.unusable(row)
            found.append(read_with(self.mark, self.readings[row]))
        try:
            return in_one_unit(found)
        except MixedUnits as mixed:
            one, other = (self.cells[rows[place]].strip() for place in (mixed.first, mixed.second))
            raise CannotAnswer("units_mixed", column=self.header, one=one, other=other) from None


@dataclass(frozen=True)
class Table:
    """At least one column and one row; all columns have the same number of cells."""

    columns: list[Column]

    @property
    def rows(self) -> range:
        return range(len(self.columns[0].cells))

    @cached_property
    def numeric(self) -> list[Column]:
        return [column for column in self.columns if column.numbers is not None]

    @cached_property
    def key(self) -> Column:
        """The column whose cells name the rows: the first key column, or else the first column."""
        return next((column for column in self.columns if column.is_key), self.columns[0])

    def notations(self, *, groups_commas: bool = False) -> "list[Table]":
        """The table in each notation that its numbers may be written in: one, or two if "1.234" may be a thousand.

        `groups_commas` says that the question has commas between thousands: "1,234" then is a thousand, if the table
        does not show anything else.
        """
        marks = {column.index: _marks(column) for column in self.numeric}
        shown = {found[0] for found in marks.values() if len(found) == 1}
        unclear = [index for index, found in marks.items() if len(found) > 1]
        if not shown and unclear:
            may = [self.columns[index] for index in unclear if _may_group_commas(self.columns[index])]
            groups_commas = groups_commas and len(may) == len(unclear)
            shown = {"."} if groups_commas or any(map(_counts_people, may)) else shown
        assumed = shown if len(shown) == 1 else MARKS if unclear else (".",)
        return [
            Table([_with_mark(column, marks.get(column.index, ()), mark) for column in self.columns])
            for mark in assumed
        ]

    def unclear_cells(self) -> Iterator[tuple[Column, int]]:
        """The cells with numbers that mean different things in different notations."""
        for column in self.numeric:
            if len(_marks(column)) > 1:
                yield from ((column, row) for row, readings in enumerate(column.readings) if len(readings) > 1)


def _may_group_commas(column: Column) -> bool:
    """Whether every number that may mean two things has commas, and not points, before its last three digits."""
    return all(may_group_by_comma(readings) for readings in column.readings if len(readings) > 1)


def _counts_people(column: Column) -> bool:
    """Whether the header names what is counted one by one, such as people or votes: "545,000" then has no decimals."""
    named = {stem for stem in column.keywords if not stem.isdecimal()}
    counted, besides = _counted()
    return not named.isdisjoint(counted) and named <= counted | besides


@cache
def _counted() -> tuple[frozenset[str], frozenset[str]]:
    return keywords(_COUNTED), keywords(_BESIDES_COUNTED)


def _marks(column: Column) -> tuple[str, ...]:
    """The decimal marks a column may have; none if it has no number that depends on it and shows none."""
    readings = [found for found in column.readings if found]
    marks = possible_marks(readings)
    return marks if len(marks) == 1 or is_unclear(readings) else ()


def _with_mark(column: Column, own: tuple[str, ...], assumed: str) -> Column:
    return replace(column, mark=own[0] if len(own) == 1 else assumed)


def read_table(cells: Mapping[str, Sequence[Cell]]) -> Table:
    """The table of {header: cells}. Raises `CannotAnswer` if it is empty or its columns differ in length."""
    texts = {header: list(map(_text, column)) for header, column in cells.items()}
    columns = [
        Column(index, header, column, read_cells(column)) for index, (header, column) in enumerate(texts.items())
    ]
    if not columns or not columns[0].cells:
        raise CannotAnswer("empty_table")
    for column in columns:
        if len(column.cells) != len(columns[0].cells):
            raise CannotAnswer(
                "columns_uneven",
                column=column.header,
                count=len(column.cells),
                first=columns[0].header,
                first_count=len(columns[0].cells),
            )
    return Table(columns)


def _text(cell: Cell) -> str:
    """A cell as text: null is empty, and a number of JSON is written so that its point groups no thousands."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return str(cell).lower()
    written = str(cell)
    return f"{written}0" if _SIMILAR_TO_GROUPS.fullmatch(written) else written
