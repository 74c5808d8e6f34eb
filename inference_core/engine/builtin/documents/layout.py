"""Arranges the words of a page in rows of cells: what belongs together, what is next to it and what is below it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inference_core.engine.builtin.vision.boxes import Box, around, share_columns, share_rows
from inference_core.engine.builtin.vision.ocr import TextLine, TextWord

_FULL_STOP = re.compile(r"(?<=\d)\.$")

_WIDEST_SPACE = 1.1
"""In heights of the line: words with a wider gap belong to different cells."""

_LARGEST_STEP = 2.5
"""In heights of the line: words further down do not count as below a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that belong together in a row: indices `first` to `last` of the page's words."""

    text: str
    box: Box
    first: int
    last: int
    row: int


@dataclass(frozen=True, slots=True)
class Page:
    """Words in reading order, and the same words as cells, row by row."""

    words: list[TextWord]
    rows: list[list[Cell]]

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for cell in row)

    def right_of(self, cell: Cell) -> Cell | None:
        row = self.rows[cell.row]
        place = row.index(cell) + 1
        return row[place] if place < len(row) else None

    def below(self, cell: Cell) -> Cell | None:
        """The nearest cell below in the same columns; None if the gap is so large that it is another paragraph."""
        for row in self.rows[cell.row + 1 :]:
            for other in row:
                if share_columns(cell.box, other.box):
                    near = other.box.ymin - cell.box.ymax <= _LARGEST_STEP * cell.box.height
                    return other if near else None
        return None

    def text(self, indices: Sequence[int]) -> str:
        """The words at the indices; rows are separated by a comma and lose commas and full stops at their ends."""
        rows = (" ".join(self.words[index].text for index in run) for run in self._runs(indices))
        return ", ".join(_FULL_STOP.sub("", row.strip(" ,")) for row in rows)

    def boxes(self, indices: Sequence[int]) -> list[Box]:
        """One box per row around the words at the indices."""
        return [around([self.words[index].box for index in run]) for run in self._runs(indices)]

    def _runs(self, indices: Sequence[int]) -> list[list[int]]:
        runs: list[list[int]] = []
        for index in indices:
            before = self.words[runs[-1][-1]].box if runs else None
            if before and share_rows(before, self.words[index].box):
                runs[-1].append(index)
            else:
                runs.append([index])
        return runs


def page_of(lines: Sequence[TextLine]) -> Page:
    """The page that consists of the lines, given in reading order."""
    words: list[TextWord] = []
    rows: list[list[Cell]] = []
    before: Box | None = None
    for line in lines:
        if before is None or not share_rows(before, line.box):
            rows.append([])
        before = line.box
        for group in _split_at_gaps(line.words):
            box = around([word.box for word in group])
            first = len(words)
            words += group
            text = " ".join(word.text for word in group)
            rows[-1].append(Cell(text, box, first, len(words) - 1, len(rows) - 1))
    return Page(words, rows)


def lines_of(words: Sequence[TextWord]) -> list[TextLine]:
    """Groups words without lines into lines in reading order."""
    rows: list[list[TextWord]] = []
    for word in sorted(words, key=lambda word: word.box.ymin + word.box.ymax):
        if rows and share_rows(rows[-1][0].box, word.box):
            rows[-1].append(word)
        else:
            rows.append([word])
    lines: list[TextLine] = []
    for row in rows:
        row.sort(key=lambda word: word.box.xmin)
        text = " ".join(word.text for word in row)
        lines.append(TextLine(text, 1.0, around([word.box for word in row]), tuple(row)))
    return lines


def _split_at_gaps(words: Sequence[TextWord]) -> Iterator[list[TextWord]]:
    group: list[TextWord] = []
    for word in words:
        if group and word.box.xmin - group[-1].box.xmax > _WIDEST_SPACE * word.box.height:
            yield group
            group = []
        group.append(word)
    if group:
        yield group
