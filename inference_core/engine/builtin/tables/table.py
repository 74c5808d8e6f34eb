"""A table as questions see it: columns of text cells, some of which are numbers."""

from dataclasses import dataclass
from functools import cached_property

from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.lexical.numbers import read_amount
from inference_core.engine.contract import CannotAnswer


@dataclass(frozen=True)
class Column:
    """`numbers` holds the value of each cell; it is None unless every cell is a number, currency and units aside."""

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
        """Whether its cells name the rows: text, each another."""
        return self.numbers is None and len(set(self.cells)) == len(self.cells)


@dataclass(frozen=True)
class Table:
    """At least one column and one row; every column has as many cells."""

    columns: list[Column]

    @property
    def rows(self) -> range:
        return range(len(self.columns[0].cells))

    @cached_property
    def numeric(self) -> list[Column]:
        return [column for column in self.columns if column.numbers is not None]

    @cached_property
    def key(self) -> Column:
        """The column whose cells name the rows: the first that can, else the first at all."""
        return next((column for column in self.columns if column.is_key), self.columns[0])


def read_table(cells: dict[str, list[str]]) -> Table:
    """The table of {header: cells}. Raises `CannotAnswer` where it is empty or a column has more or fewer cells."""
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
