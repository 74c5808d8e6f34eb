"""Everything that the local models can find out about a picture, each computed when it is first needed."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from inference_core.engine.builtin.vision.faces import Face, FaceFinder, shared_face_finder
from inference_core.engine.builtin.vision.ocr import Reader, TextLine, shared_reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

    from inference_core.engine.builtin.vision.attributes import ColourShare, PictureAttributes
    from inference_core.engine.builtin.vision.kinds import PictureKinds

_LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class PictureTools:
    """The tools that analyse pictures, shared by all threads."""

    kinds: "PictureKinds"
    faces: FaceFinder
    reader: Reader

    @property
    def name(self) -> str:
        return f"OpenCV and numpy for colours and kinds, OpenCV Haar faces and QR codes, {self.reader.name}"


class PictureFacts:
    """The facts about one upright RGB picture; to be used by one thread."""

    def __init__(self, picture: "Image", tools: PictureTools) -> None:
        self._picture = picture
        self._tools = tools

    @cached_property
    def attributes(self) -> "PictureAttributes":
        from inference_core.engine.builtin.vision.attributes import measure

        return measure(self._picture)

    @cached_property
    def kinds(self) -> "Mapping[str, float]":
        """The probability of each kind of picture, the likeliest first. Raises CannotAnswer like `PictureKinds`."""
        return self._tools.kinds.probabilities(self._picture)

    @cached_property
    def faces(self) -> list[Face]:
        return self._tools.faces.faces(self._picture)

    @cached_property
    def lines(self) -> list[TextLine]:
        """The lines of text with at least three letters or digits in total; with fewer it may be only a pattern."""
        lines = self._tools.reader.lines(self._picture)
        letters = sum(sign.isalnum() for line in lines for sign in line.text)
        return lines if letters >= _LEAST_LETTERS else []

    @cached_property
    def qr_codes(self) -> int:
        """How many QR codes can be read."""
        from inference_core.engine.builtin.vision.qr_codes import qr_codes

        return len(qr_codes(self._picture))

    @cached_property
    def background(self) -> "tuple[ColourShare, ...]":
        """The colours of the frame, largest share first."""
        from inference_core.engine.builtin.vision.attributes import frame_colours

        return frame_colours(self._picture)


def shared_picture_tools() -> PictureTools:
    """The tools that all models of the process share, loaded on the first call."""
    from inference_core.engine.builtin.vision.kinds import shared_picture_kinds

    return PictureTools(shared_picture_kinds(), shared_face_finder(), shared_reader())
