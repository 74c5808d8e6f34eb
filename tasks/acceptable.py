"""What an example says of its answer: a word, a label or a box that it must have, or that its input is refused.

A rehearsal compares each example's answer with that. An example that says nothing of it only has to be answered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from inference_core import words
from tasks.views import (
    Box,
    Grid,
    LabelScores,
    Messages,
    PlainText,
    Regions,
    Spans,
    Summary,
    Transcript,
    View,
)


@dataclass(frozen=True, slots=True)
class Says:
    """One of these words or phrases is in the answer, in small or capital letters."""

    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The best label, or that of some region, is or has one of these words, in small or capital letters."""

    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Boxed:
    """A region with this label is about here: intersection over union with `box` is at least `overlap`."""

    label: str
    box: Box
    overlap: float = 0.5


@dataclass(frozen=True, slots=True)
class Refused:
    """The input has no answer, and the model says so."""


Acceptable = Says | Labelled | Boxed | Refused


@dataclass(frozen=True, slots=True)
class Example:
    """The values of an example, one per input that somebody fills in, and what its answer must have."""

    values: Sequence[Any]
    answer: Acceptable


def shortcoming(wanted: Acceptable | None, view: View) -> str:
    """In a sentence, what an answer lacks; "" if nothing."""
    match wanted:
        case Refused():
            return words.text("rehearsal.answered")
        case Says(words=said):
            text = " ".join(_texts(view))
            found = any(re.search(re.escape(one), text, re.IGNORECASE) for one in said)
            return "" if found else words.text("rehearsal.not_said", wanted=_any_of(said))
        case Labelled(labels=labels):
            given = list(_labels(view))
            if any(_is_word_of(wanted, label) for wanted in labels for label in given):
                return ""
            others = ", ".join(dict.fromkeys(given)) or words.text("rehearsal.nothing")
            return words.text("rehearsal.not_labelled", wanted=_any_of(labels), given=others)
        case Boxed():
            return "" if _is_boxed(wanted, view) else words.text("rehearsal.not_boxed", label=wanted.label)
        case None:
            return ""


def _is_word_of(wanted: str, label: str) -> bool:
    """Models name the same thing "lion" and "lion, king of beasts"."""
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", label, re.IGNORECASE) is not None


def _any_of(wanted: Sequence[str]) -> str:
    return words.text("rehearsal.or").join(f"“{one}”" for one in wanted)


def _texts(view: View) -> Iterator[str]:
    """All words of a view."""
    yield view.note
    match view:
        case PlainText(text=text) | Summary(text=text) | Transcript(text=text) | Spans(text=text):
            yield text
        case Messages(messages=messages):
            yield from (str(one["content"]) for one in messages[-1:])
        case Grid(rows=rows):
            yield from (str(cell) for row in rows for cell in row)
    yield from _labels(view)


def _labels(view: View) -> Iterator[str]:
    match view:
        case LabelScores():
            yield from (label for label, _ in view.best(1))
        case Spans(spans=spans):
            yield from (one.label for one in spans)
        case Regions(regions=regions):
            yield from (one.label for one in regions)


def _is_boxed(wanted: Boxed, view: View) -> bool:
    regions = view.regions if isinstance(view, Regions) else ()
    return any(
        isinstance(one.area, Box)
        and one.label.casefold() == wanted.label.casefold()
        and _overlap(one.area, wanted.box) >= wanted.overlap
        for one in regions
    )


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one.xmax, other.xmax) - max(one.xmin, other.xmin)
    height = min(one.ymax, other.ymax) - max(one.ymin, other.ymin)
    common = max(width, 0.0) * max(height, 0.0)
    return common / (_area(one) + _area(other) - common)


def _area(box: Box) -> float:
    return max((box.xmax - box.xmin) * (box.ymax - box.ymin), 1e-9)
