"""A view in little: what fits on a card, and the answer in a few words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import shorten

import numpy as np
from numpy.typing import NDArray

from inference_core.media.sounds import decode_sound
from tasks.gallery.front.results import Labels, Marked, Pictured, Shown, Table, Turns, Wave, Words
from tasks.views import (
    BeforeAfter,
    GeneratedPicture,
    GeneratedSound,
    Grid,
    LabelScores,
    Messages,
    PlainText,
    Regions,
    Span,
    Spans,
    Summary,
    Transcript,
    Vectors,
    View,
)

_LABELS, _ROWS, _NUMBERS, _PEAKS = 3, 3, 3, 44
_LONGEST_TEXT, _LONGEST_CELL, _LONGEST_HEADLINE = 150, 28, 60
_BEFORE_THE_FIRST_MARK = 45


def digest(view: View) -> Shown:
    """The view in the form of the file of results."""
    match view:
        case PlainText(text=text) | Summary(text=text) | Transcript(text=text):
            return Words(kind="text", text=_cut(text, _LONGEST_TEXT))
        case LabelScores():
            return Labels(kind="labels", labels=[(label, _rounded(score)) for label, score in view.best(_LABELS)])
        case Spans(text=text, spans=spans):
            return Marked(kind="marked", pieces=list(_pieces(text, spans)))
        case Messages(messages=messages):
            turns = [(one["role"], _cut(one["content"], _LONGEST_TEXT)) for one in messages[-2:]]
            return Turns(kind="turns", turns=turns)
        case Grid():
            return _table(view)
        case Vectors(texts=texts, vectors=vectors):
            return _first_numbers(texts, vectors)
        case GeneratedSound(sound=sound):
            return Wave(kind="wave", peaks=_peaks(sound))
        case Regions() | GeneratedPicture() | BeforeAfter():
            return Pictured(kind="picture")


def headline(view: View) -> str:
    """The answer in a few words, "" if it is none of words."""
    match view:
        case _ if view.note:
            return view.note
        case PlainText(text=text) | Summary(text=text) | Transcript(text=text):
            return _cut(text, _LONGEST_HEADLINE)
        case LabelScores():
            ((label, score),) = view.best(1)
            return label if score is None else f"{label} {score:.0%}"
        case Spans(text=text, spans=spans):
            return _cut(", ".join(text[one.start : one.end] for one in spans), _LONGEST_HEADLINE)
        case Messages(messages=messages):
            return _cut(messages[-1]["content"], _LONGEST_HEADLINE)
        case Grid(rows=rows, marked=marked):
            return _cut(", ".join(str(rows[row][column]) for row, column in marked), _LONGEST_HEADLINE)
        case Regions(regions=regions):
            counts = Counter(region.label for region in regions)
            return _cut(
                ", ".join(f"{count} × {label}" if count > 1 else label for label, count in counts.most_common()),
                _LONGEST_HEADLINE,
            )
    return ""


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)


def _cut(text: str, longest: int) -> str:
    return shorten(text, longest, placeholder=" …")


def _pieces(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, str | None]]:
    """The text around its first marks, cut at the spans."""
    ordered = sorted(spans, key=lambda one: one.start)
    at = text.find(" ", ordered[0].start - _BEFORE_THE_FIRST_MARK) + 1 if ordered else 0
    if not ordered or ordered[0].start <= _BEFORE_THE_FIRST_MARK:
        at = 0
    end = at + _LONGEST_TEXT
    if at:
        yield "… ", None
    for span in ordered:
        if at <= span.start < span.end <= end:
            if span.start > at:
                yield text[at : span.start], None
            yield text[span.start : span.end], span.label
            at = span.end
    if at < len(text):
        yield text[at:end] + ("…" if end < len(text) else ""), None


def _table(view: Grid) -> Table:
    """The column that holds the answer, which is the marked one or the last, and the first of the others."""
    answer = view.marked[0][1] if view.marked else len(view.headers) - 1
    columns = sorted({answer, min({0, 1} - {answer})}) if len(view.headers) > 1 else [answer]
    rows = [[_cut(str(row[column]), _LONGEST_CELL) for column in columns] for row in view.rows[:_ROWS]]
    marked = [(row, columns.index(column)) for row, column in view.marked if row < _ROWS and column in columns]
    return Table(kind="table", headers=[str(view.headers[column]) for column in columns], rows=rows, marked=marked)


def _first_numbers(texts: Sequence[str], vectors: NDArray[np.floating]) -> Table:
    rows = [
        [_cut(text, _LONGEST_CELL), " ".join(f"{number:+.4f}" for number in vector[:_NUMBERS]) + " …"]
        for text, vector in zip(texts[:_ROWS], vectors, strict=False)
    ]
    return Table(kind="table", headers=["text", "numbers"], rows=rows, marked=[])


def _peaks(sound: bytes) -> list[int]:
    parts = np.array_split(np.abs(decode_sound(sound).samples), _PEAKS)
    loudness = np.array([part.max() if part.size else 0.0 for part in parts])
    return [round(100 * float(one)) for one in loudness / max(float(loudness.max()), 1e-9)]
