"""A table for questions: columns of text cells, some of which are numbers."""

from dataclasses import dataclass
from functools import cached_property

from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.lexical.numbers import read_amount
from inference_core.engine.contract import CannotAnswer


@dataclass(frozen=True)
class Column:
    """`numbers` holds the value of each cell, without currency and unit; None unless every cell is a number."""

    index: int
    header: str
    cells: list[str]

    @cached_property
    def numbers(self) -> list[float] | None:
        values = [read_amount(cell) for cell in self.cells]
        return None if None in values else [value for value in values if value is not None]

    @cached_property
    def keywords(self) -> frozenset[str]:
        return keywords(self.header)

    @property
    def looks_like_years(self) -> bool:
        return self.numbers is not None and all(1000 <= number <= 2100 for number in self.numbers)

    @property
    def is_key(self) -> bool:
        """Whether its cells name the rows: they are text, and all different."""
        return self.numbers is None and len(set(self.cells)) == len(self.cells)


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


def read_table(cells: dict[str, list[str]]) -> Table:
    """The table of {header: cells}. Raises `CannotAnswer` if it is empty or its columns differ in length."""
    columns = [Column(index, header, column) for index, (header, column) in enumerate(cells.items())]
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
