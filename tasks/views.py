"""What a task shows: the values themselves, without a word on widgets. A task's return annotation names its view.

Every view may have a `note`, a line that says what it comes to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """A text; it may grow while it is being written."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Labels with scores from 0 to 1, shown as bars in descending order."""

    scores: Mapping[str, float]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled part of a text, by character offsets."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Spans:
    """A text with parts of it marked."""

    text: str
    spans: Sequence[Span]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bubbles:
    """A conversation as messages `{"role": "user" | "assistant", "content": text}`."""

    messages: Sequence[Mapping[str, str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of a table under their headers; `marked` are the [row, column] to point out."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    marked: Sequence[tuple[int, int]] = ()
    note: str = ""


View = Written | Bars | Spans | Bubbles | Grid
