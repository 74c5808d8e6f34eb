"""Object detection: faces, QR codes and lines of text, each with its own detector."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference_core.engine.builtin.examples import DOT
from inference_core.engine.builtin.vision.boxes import Box
from inference_core.engine.builtin.vision.detection import ObjectDetectionBody
from inference_core.engine.builtin.vision.faces import FaceFinder, shared_face_finder
from inference_core.engine.builtin.vision.ocr import Reader, shared_reader
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import OCR

if TYPE_CHECKING:
    from PIL.Image import Image

_MIN_SIDE = 16


@dataclass(frozen=True, slots=True)
class _Object:
    label: str
    score: float
    box: Box


class ObjectDetection:
    """Finds human faces seen from the front, QR codes that can be decoded, and printed text. It finds no other objects.

    The score of a text says how certain the OCR is. A QR code has score 1, since its checksum was right. The score of a
    face grows with the weight that the cascade gives it.
    """

    def __init__(self, faces: FaceFinder, reader: Reader) -> None:
        self._faces = faces
        self._reader = reader
        self.name = f"OpenCV Haar cascades for faces, OpenCV QR codes, {reader.name} for text"

    def answer(self, body: ObjectDetectionBody) -> list[dict[str, str | float | dict[str, int]]]:
        """{label, score, box: {xmin, ymin, xmax, ymax}} per object, highest score first. Boxes are in pixels.

        The labels are "face", "QR code" and "text". Raises CannotAnswer if a side of the picture is below 16 pixels.
        """
        picture = body.inputs.picture()
        if min(picture.size) < _MIN_SIDE:
            raise CannotAnswer("too_few_pixels", width=picture.width, height=picture.height, least=_MIN_SIDE)
        found = [item for item in self._objects(picture) if item.score >= (body.parameters.threshold or 0)]
        return [
            {"label": item.label, "score": item.score, "box": item.box._asdict()}
            for item in sorted(found, key=lambda item: -item.score)
        ]

    def _objects(self, picture: "Image") -> Iterator[_Object]:
        from inference_core.engine.builtin.vision.qr_codes import qr_codes

        for face in self._faces.faces(picture):
            yield _Object("face", face.score, face.box)
        codes = qr_codes(picture)
        yield from (_Object("QR code", 1.0, box) for box in codes)
        for line in self._reader.lines(picture):
            if not any(_is_in(line.box, code) for code in codes):
                yield _Object("text", line.score, line.box)


def _is_in(box: Box, other: Box) -> bool:
    """Whether the middle of the box is in the other one."""
    x, y = (box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2
    return other.xmin <= x <= other.xmax and other.ymin <= y <= other.ymax


MODEL = Model(
    id="builtin/faces-codes-text",
    tasks=(
        ServedTask(
            id="object-detection",
            body=ObjectDetectionBody,
            answer=ObjectDetection.answer,
            takes_files=True,
            answered_example={"inputs": Sample("poster.png")},
            refused_example={"inputs": DOT},
        ),
    ),
    words="models.faces_codes_text",
    licence="Apache-2.0",
    load=lambda: ObjectDetection(shared_face_finder(), shared_reader()),
    level="toy",
    needs=OCR,
    sizes=InputSizes(min_side=_MIN_SIDE),
    lane=Lane("pictures", __name__),
)
