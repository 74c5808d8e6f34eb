"""Image to text: the text in a picture, or if it has none, a short caption of what can be measured."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np

from inference_core.engine.builtin.examples import BLANK_PICTURE
from inference_core.engine.builtin.imagenet.names import with_article
from inference_core.engine.builtin.vision.attributes import measure, small_copy
from inference_core.engine.builtin.vision.boxes import share_rows
from inference_core.engine.builtin.vision.captions import caption
from inference_core.engine.builtin.vision.faces import FaceFinder, shared_face_finder
from inference_core.engine.builtin.vision.kinds import PictureKinds, shared_picture_kinds
from inference_core.engine.builtin.vision.ocr import Reader, TextLine, shared_reader
from inference_core.engine.contract import CannotAnswer, Lane, Model, Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.packages import HUB, OCR

if TYPE_CHECKING:
    from PIL.Image import Image

    from inference_core.engine.builtin.imagenet.classes import PhotoClasses

_MAX_SIDE = 256
_MAX_BLANK_CONTRAST = 12
_MIN_PROBABILITY = 0.8


class ImageToTextParameters(Parameters):
    """`max_new_tokens` counts words."""

    max_new_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None


class ImageToTextBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: ImageToTextParameters = msgspec.field(default_factory=ImageToTextParameters)


class ImageToText:
    """Reads printed text. For a picture without text it describes kind, light, colours and the number of faces.

    Where it is sure what a photo shows, it says that too.
    """

    def __init__(self, reader: Reader, faces: FaceFinder, kinds: PictureKinds, classes: "PhotoClasses | None") -> None:
        self._reader = reader
        self._faces = faces
        self._kinds = kinds
        self._classes = classes
        shown = "EfficientNet-Lite0, " if classes else ""
        self.name = f"{reader.name}; where nothing is written: {shown}measured kind and colours, OpenCV Haar faces"

    def answer(self, body: ImageToTextBody) -> list[dict[str, str]]:
        """[{generated_text}]: the lines of text in reading order, or a caption.

        Raises CannotAnswer for a blank picture.
        """
        picture = body.inputs.picture()
        lines = self._reader.lines(picture)
        text = _rows(lines) if lines else self._caption(picture)
        return [{"generated_text": _first_words(text, body.parameters.max_new_tokens)}]

    def _caption(self, picture: "Image") -> str:
        if np.ptp(small_copy(picture, _MAX_SIDE), axis=(0, 1)).max() <= _MAX_BLANK_CONTRAST:
            raise CannotAnswer("blank_picture")
        shown = self._classes.sure_class(picture) if self._classes else None
        kind = "photo" if shown else self._kind(picture)
        return caption(measure(picture), kind, len(self._faces.faces(picture)), shown and with_article(shown))

    def _kind(self, picture: "Image") -> str:
        """The noun for the picture: its kind if that is quite certain, otherwise "picture"."""
        try:
            kind, likelihood = next(iter(self._kinds.probabilities(picture).items()))
        except CannotAnswer:  # too small or too noisy to tell
            return "picture"
        return kind if likelihood >= _MIN_PROBABILITY else "picture"


def _rows(lines: Sequence[TextLine]) -> str:
    text = lines[0].text
    for before, line in pairwise(lines):
        text += (" " if share_rows(before.box, line.box) else "\n") + line.text
    return text


def _first_words(text: str, most: int | None) -> str:
    """The first `most` words of the text, with its line breaks."""
    if most is None:
        return text
    rows = [row.split() for row in text.split("\n")]
    before = accumulate((len(row) for row in rows), initial=0)
    kept = [row[: most - count] for row, count in zip(rows, before, strict=False) if count < most]
    return "\n".join(" ".join(row) for row in kept)


def _load() -> ImageToText:
    from inference_core.engine.builtin.imagenet.classes import photo_classes_if_here

    return ImageToText(shared_reader(), shared_face_finder(), shared_picture_kinds(), photo_classes_if_here())


MODEL = Model(
    id="builtin/rapidocr-captions",
    tasks=(
        ServedTask(
            id="image-to-text",
            body=ImageToTextBody,
            answer=ImageToText.answer,
            takes_files=True,
            answered_example={"inputs": Sample("invoice.png")},
            refused_example={"inputs": BLANK_PICTURE},
        ),
    ),
    words="models.rapidocr_captions",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=(*HUB, *OCR),
    lane=Lane("pictures", __name__),
)
