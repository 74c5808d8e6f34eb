"""Answers an analysed question about a table: finds the rows, the column and the operation."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, reduce
from typing import Literal

import msgspec

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.lexical.keywords import keywords, words
from inference_core.engine.builtin.numbers.column import MARKS, Amounts, Readings, may_group_by_comma, read_with
from inference_core.engine.builtin.numbers.leading import leading_quantity
from inference_core.engine.builtin.numbers.quantity import EXACT
from inference_core.engine.builtin.numbers.units import PLAIN
from inference_core.engine.builtin.numbers.written import written
from inference_core.engine.builtin.tables.beyond import loose_or, other_column, other_unit, unnamed
from inference_core.engine.builtin.tables.bounds import within
from inference_core.engine.builtin.tables.numbers import unclear
from inference_core.engine.builtin.tables.questions import Bound, Pick, TableQuestion
from inference_core.engine.builtin.tables.table import Column, Table
from inference_core.engine.contract import CannotAnswer

# More than the nearness of an unrelated column, but less than a column that the question names.
_HINT = 0.3

_MORE_DECIMALS = 2
"""Decimals that an average may have in addition to those of its numbers."""

_CONVERTED_DECIMALS = 6

_WITH_A_DIGIT = re.compile(r"(?<!\S)(?=\S{0,9}\d)\S{1,60}")
_NEAR = 100
_MOST_BOUNDS = 2
_AROUND_NUMBERS = "?!.,;:()\"'“”’"

Aggregator = Literal["NONE", "SUM", "AVERAGE", "COUNT"]


class TableAnswer(msgspec.Struct):
    """`coordinates` are [row, column] of the `cells` used. Aggregated answers begin like "SUM > "."""

    answer: str
    coordinates: list[list[int]]
    cells: list[str]
    aggregator: Aggregator


@dataclass(frozen=True)
class _Naming:
    """The rows whose cell in `column` is named in the question."""

    column: Column
    rows: frozenset[int]


@dataclass(frozen=True)
class TableInquiry:
    """A question about a table. `nearness` says how close each column is to it in meaning."""

    question: TableQuestion
    table: Table
    nearness: list[float]

    def answer(self) -> TableAnswer:
        """Raises `CannotAnswer` if the question names no row and asks for nothing that the rows have."""
        question = self.question
        self._refuse_what_is_beyond()
        if question.asks_for_average:
            return self._average(self._number_column(), self._rows)
        if question.pick:
            return self._picked(question.pick)
        if question.asks_for_total:
            self._refuse_unreadable()
            if self._means_numbers():
                return self._sum(self._number_column(), self._rows)
        if question.asks_for_number:
            return self._number()
        if question.bounds:
            return _cells(self._target(self._number_column()), self._rows)
        if question.asks_for_total and not self._namings and (asked := self._mentioned):
            raise asked[0].unusable(asked[0].first_other_text or 0)
        if self._namings:
            return _cells(self._target(), self._rows)
        if self._mentioned:
            return _cells(max(self._mentioned, key=self._fit), list(self.table.rows))
        raise CannotAnswer("question_names_nothing")

    def _number(self) -> TableAnswer:
        """The answer to "how many": a cell of the named row, the sum of a column of numbers, or the number of rows."""
        if not self.question.bounds:
            if any(naming.column is self.table.key for naming in self._namings) and self.table.numeric:
                return _cells(self._number_column(), self._rows)
            if self._means_numbers() and not self._mentions_key():
                return self._sum(self._number_column(), self._rows)
        counted = _cells(self.table.key, self._rows)
        return _aggregated("COUNT", str(len(self._rows)), counted)

    def _picked(self, pick: Pick) -> TableAnswer:
        column = self._picked_column()
        numbers = dict(zip(self._rows, column.amounts(self._rows).values, strict=True))
        flipped = self.question.by_age and column.looks_like_years
        best = (max if (pick is Pick.MOST) is not flipped else min)(numbers.values())
        rows = [row for row, number in numbers.items() if number == best]
        return _cells(column if self._asks_for_value(column) else self._target(column), rows)

    def _sum(self, column: Column, rows: list[int]) -> TableAnswer:
        amounts = column.amounts(rows)
        return _aggregated("SUM", _written_sum(amounts), _cells(column, rows))

    def _average(self, column: Column, rows: list[int]) -> TableAnswer:
        amounts = column.amounts(rows)
        average = EXACT.divide(_total(amounts), Decimal(len(rows)))
        shown = written(average, amounts.like, amounts.like.decimals + _MORE_DECIMALS)
        return _aggregated("AVERAGE", shown, _cells(column, rows))

    @cached_property
    def _asked(self) -> frozenset[str]:
        return keywords(self.question.text)

    @cached_property
    def _asked_numbers(self) -> dict[str, Readings]:
        """What may be numbers in the question, besides its bounds, and what they mean; () for other words."""
        besides = self.question.besides
        found = ((word[0].strip(_AROUND_NUMBERS), word.start()) for word in _WITH_A_DIGIT.finditer(besides))
        return {word: (leading_quantity(besides[start : start + _NEAR]) or ("", ()))[1] for word, start in found}

    @cached_property
    def _mentioned(self) -> list[Column]:
        return [column for column in self.table.columns if self._is_mentioned(column)]

    @cached_property
    def _namings(self) -> list[_Naming]:
        namings = []
        for column in self.table.columns:
            rows = frozenset(row for row in self.table.rows if self._names(column, row))
            if rows:
                namings.append(_Naming(column, rows))
        return namings

    def _names(self, column: Column, row: int) -> bool:
        if column.numbers is not None:
            return bool(self._asked_in(column, row))
        name = keywords(column.cells[row])
        return bool(name) and name <= self._asked and not name <= column.keywords

    @cached_property
    def _asked_by_value(self) -> dict[tuple[str, str | None, Decimal], set[str]]:
        """The numbers of the question by mark, dimension and value, and without dimension for plain columns."""
        texts: dict[tuple[str, str | None, Decimal], set[str]] = defaultdict(set)
        for text, readings in self._asked_numbers.items():
            for mark in MARKS if readings else ():
                number = read_with(mark, readings)
                texts[mark, number.unit.dimension, EXACT.multiply(number.value, number.unit.factor)].add(text)
                texts[mark, None, number.value].add(text)
        return texts

    def _asked_in(self, column: Column, row: int) -> set[str]:
        """The numbers of the question that a cell has: as they are written, or also in another notation if the question
        mentions the column.
        """
        asked = {nfc(column.cells[row])} & self._asked_numbers.keys()
        if column.readings[row] and self._is_mentioned(column):
            number = read_with(column.mark, column.readings[row])
            unit = column.unit if number.unit == PLAIN else number.unit
            exact = (None if unit == PLAIN else unit.dimension), EXACT.multiply(number.value, unit.factor)
            for key in (exact, ("", number.value)):
                asked |= set().union(*(self._asked_by_value.get((mark, *key), ()) for mark in {".", column.mark}))
        return asked

    def _refuse_what_is_beyond(self) -> None:
        """Raises `CannotAnswer` if the question asks for more than one operation, or has a number that no cell has."""
        question = self.question
        names = " ".join([*(column.header for column in self.table.columns), *self.table.key.cells]).casefold()
        named = [naming.column.cells[row] for naming in self._namings for row in naming.rows]
        known = keywords(" ".join([*named, *(column.header for column in self.table.columns)]))
        beyond = unnamed(question.beyond, names, known)
        beyond += filter(None, (self._other_column(), other_unit(question.text.casefold(), self.table)))
        if (self._namings or question.bounds) and loose_or(
            question.besides.casefold(),
            [{keywords(naming.column.cells[row]) for row in naming.rows} for naming in self._namings],
        ):
            beyond.append("or")
        if (question.bounds or question.asks_for_total or question.asks_for_average) and self._means_several():
            beyond.append(" and ".join(column.header for column in self.table.numeric if self._is_mentioned(column)))
        beyond += [bound.text for bound in question.bounds[_MOST_BOUNDS:]]
        if beyond:
            raise CannotAnswer("question_asks_for_more", text=beyond[0])
        given = {
            text for column in self.table.numeric for row in self.table.rows for text in self._asked_in(column, row)
        }
        for text, found in self._asked_numbers.items():
            if found and text not in given and found[0].value != len(self.table.rows) and not keywords(text) <= known:
                raise CannotAnswer("question_number_unknown", text=text)

    def _other_column(self) -> str | None:
        picks = self.question.pick and self.table.numeric
        rows = frozenset().union(*(keywords(name.column.cells[row]) for name in self._namings for row in name.rows))
        headers = frozenset().union(*(naming.column.keywords for naming in self._namings))
        picked = self._picked_column() if picks else None
        return other_column(self.question.besides.casefold(), self.table, picked, rows | headers)

    @cached_property
    def _rows(self) -> list[int]:
        """The rows that match all names and the bound."""
        rows = [row for row in self.table.rows if all(row in naming.rows for naming in self._namings)]
        for bound in self.question.bounds:
            rows = self._bounded(rows, bound, self._number_column())
        if not rows:
            raise CannotAnswer("no_row_fits")
        return rows

    def _bounded(self, rows: list[int], bound: Bound, column: Column) -> list[int]:
        """The rows whose number is within the bound. The question is English, but may repeat the table's notation."""
        if not rows:
            return []
        found = [within(bound, read_with(mark, bound.readings), rows, column) for mark in {".", column.mark}]
        if any(other != found[0] for other in found):
            raise CannotAnswer("bound_ambiguous", text=bound.text)
        return found[0]

    def _number_column(self) -> Column:
        self._refuse_unreadable()
        if not self.table.numeric:
            raise CannotAnswer("no_column_of_numbers")
        return max(self.table.numeric, key=self._fit)

    def _picked_column(self) -> Column:
        """The column of numbers named first after "the highest", if any is."""
        best = self._number_column()
        after = [word.stem for word in words(self.question.besides) if word.start > self.question.picked_at]
        named = ([column for column in self.table.numeric if stem in column.keywords] for stem in after)
        return max(next(filter(None, named), [best]), key=self._fit)

    def _refuse_unreadable(self) -> None:
        """Raises `CannotAnswer` if the question names no column of numbers, but one that should be."""
        if self._means_numbers():
            return
        for column in self.table.columns:
            meant = self._is_mentioned(column) and column is not self.table.key
            if meant and column.looks_like_numbers(strictly=self.question.pick is not None):
                column.amounts(self.table.rows)

    def _target(self, *others: Column) -> Column:
        """The column that the question asks for, not one that it only uses to find the rows."""
        used = [naming.column for naming in self._namings] + list(others)
        free = [column for column in self.table.columns if column not in used]
        mentioned = [column for column in free if self._is_mentioned(column)]
        if others and not mentioned and self.table.key not in others:
            return self.table.key
        if others and mentioned:
            return min(mentioned, key=lambda column: (self._first_mention(column), -self._fit(column)))
        return max(mentioned or free or self.table.columns, key=self._fit)

    def _fit(self, column: Column) -> float:
        shared = len(column.keywords & self._asked) / max(1, len(column.keywords))
        return shared + self.nearness[column.index] + _HINT * self._suits_question_word(column)

    def _suits_question_word(self, column: Column) -> bool:
        first = self.question.text.casefold().split()[0]
        return (first == "when" and column.looks_like_years) or (first == "who" and column is self.table.key)

    def _is_mentioned(self, column: Column) -> bool:
        return bool(column.keywords & self._asked)

    def _first_mention(self, column: Column) -> int:
        return min(word.start for word in words(self.question.text) if word.stem in column.keywords)

    def _means_numbers(self) -> bool:
        return any(self._is_mentioned(column) for column in self.table.numeric)

    def _means_several(self) -> bool:
        """Whether the question mentions two columns of numbers, and not only by a word that both have."""
        mentioned = [column.keywords & self._asked for column in self.table.numeric]
        return bool(mentioned) and frozenset().union(*mentioned) not in mentioned

    def _mentions_key(self) -> bool:
        return self._is_mentioned(self.table.key)

    def _asks_for_value(self, column: Column) -> bool:
        """Whether the question asks for the value, as in "what is the highest price", and not for what has it."""
        others = [other for other in self.table.columns if other is not column and self._is_mentioned(other)]
        return self._is_mentioned(column) and not others and not re.match(r"(?i)\s*(?:which|who)\b", self.question.text)


def _total(amounts: Amounts) -> Decimal:
    return reduce(EXACT.add, amounts.values)


def _written_sum(amounts: Amounts) -> str:
    total = _total(amounts)
    exponent = EXACT.normalize(total).as_tuple().exponent
    decimals = min(max(0, -int(exponent)), _CONVERTED_DECIMALS)
    return written(total, amounts.like, max(decimals, amounts.like.decimals))


def _cells(column: Column, rows: list[int]) -> TableAnswer:
    cells = [column.cells[row] for row in rows]
    coordinates = [[row, column.index] for row in rows]
    return TableAnswer(answer=", ".join(cells), coordinates=coordinates, cells=cells, aggregator="NONE")


def _aggregated(aggregator: Aggregator, value: str, over: TableAnswer) -> TableAnswer:
    return msgspec.structs.replace(over, answer=f"{aggregator} > {value}", aggregator=aggregator)


def answer_in_every_notation(question: TableQuestion, table: Table, nearness: list[float]) -> TableAnswer:
    """The answer, if it is the same in every notation that the table's numbers may be written in.

    Raises what `TableInquiry.answer` raises, and `CannotAnswer` with the first unclear cell if the answers differ.
    """
    groups_commas = any(may_group_by_comma(bound.readings) for bound in question.bounds)
    tables = table.notations(groups_commas=groups_commas)
    answers = [_answer_or_refusal(TableInquiry(question, one, nearness)) for one in tables]
    first = answers[0]
    if all(str(other) == str(first) for other in answers):
        if isinstance(first, CannotAnswer):
            raise first
        return first
    column, row = next(iter(table.unclear_cells()))
    raise unclear(column.cells[row], column.readings[row], column.place(row))


def _answer_or_refusal(inquiry: TableInquiry) -> TableAnswer | CannotAnswer:
    try:
        return inquiry.answer()
    except CannotAnswer as refusal:
        return refusal
