"""What a task shows: the values alone, independent of Gradio's widgets. A task's return annotation names its view.

Every view may have a `note`, a line that sums it up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text; it may grow while it is being written."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelScores:
    """Labels with scores from 0 to 1, shown as bars in descending order; just the labels if a score is not known."""

    scores: Mapping[str, float | None]
    note: str = ""

    def best(self, count: int) -> list[tuple[str, float | None]]:
        """So many labels with their scores, the best first; one without a score comes last."""
        return nlargest(count, self.scores.items(), key=lambda one: -1 if one[1] is None else one[1])


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled part of a text, by character offsets; `score` from 0 to 1."""

    start: int
    end: int
    label: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Spans:
    """A text with parts of it marked."""

    text: str
    spans: Sequence[Span]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A text made from a longer one, the `source`; what of it is there word for word is marked."""

    text: str
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A part of what was said, with its begin and end in seconds where they are known."""

    text: str
    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a sound, given by its file; whole, and in parts where the model gives them."""

    sound: Path
    text: str
    moments: Sequence[Moment] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Messages:
    """A conversation as messages `{"role": "user" | "assistant", "content": text}`.

    An answer may have `reasoning`, what the model thought before it. An answer is Markdown, a question is not.
    """

    messages: Sequence[Mapping[str, str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of a table under their headers; `marked` are the [row, column] to point out."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    marked: Sequence[tuple[int, int]] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Texts as vectors, shape (texts, numbers); there is at least one of each."""

    texts: Sequence[str]
    vectors: "NDArray[np.floating]"
    note: str = ""


class Box(NamedTuple):
    """Pixels of a picture, from its upper left corner."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float


@dataclass(frozen=True, slots=True)
class Region:
    """A labelled part of a picture: a box, or a mask (mode L, white where the part is); `score` from 0 to 1."""

    label: str
    area: Union[Box, "Image"]  # a string cannot be joined with |
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Regions:
    """A picture, given by its file, with parts of it marked; where parts have scores, weak ones can be hidden."""

    picture: Path
    regions: Sequence[Region]
    note: str = ""


@dataclass(frozen=True, slots=True)
class GeneratedPicture:
    """A picture that was made."""

    picture: "Image"
    note: str = ""


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """A picture, given by its file, and the picture made from it."""

    before: Path
    after: "Image"
    note: str = ""


@dataclass(frozen=True, slots=True)
class GeneratedSound:
    """A sound that was made, as the bytes of a file of `mime_type`."""

    sound: bytes
    mime_type: str
    note: str = ""


View = (
    PlainText
    | LabelScores
    | Spans
    | Summary
    | Transcript
    | Messages
    | Grid
    | Vectors
    | Regions
    | GeneratedPicture
    | BeforeAfter
    | GeneratedSound
)
