"""Finds human faces seen from the front, with the two Haar cascades of OpenCV that agree least often by chance."""

import math
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.vision.boxes import Box, overlap

if TYPE_CHECKING:
    from PIL.Image import Image

_Grey = npt.NDArray[np.uint8]

_LONGEST_SIDE = 800
_SMALLEST_FACE = 30
_NEIGHBOURS = 4
# On 213 pictures without a face, no hit was found by both cascades with this weight; each alone has dozens.
_LEAST_WEIGHT = 3.0
_WEIGHT_STEP = 2.0
_AGREEING = 0.4


@dataclass(frozen=True, slots=True)
class Face:
    """Where a face is; `score` rises with the cascade's weight from 0.5 to 1; it is not a probability."""

    box: Box
    score: float


class FaceFinder:
    """Finds faces of at least a 27th of the picture's longer side; safe to call from several threads."""

    def __init__(self, weighing: Any, agreeing: Any) -> None:
        self._weighing = weighing
        self._agreeing = agreeing
        self._looking = threading.Lock()  # a cascade stores its working data in itself

    def faces(self, picture: "Image") -> list[Face]:
        """The faces in an RGB picture, surest first."""
        import cv2

        copy = picture.convert("L")
        copy.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        scale = picture.width / copy.width
        grey: _Grey = cv2.equalizeHist(np.asarray(copy)).astype(np.uint8, copy=False)
        with self._looking:
            boxes, weights = _hits(self._weighing, grey)
            others = _hits(self._agreeing, grey)[0] if boxes else []
        faces = [
            Face(_enlarged(box, scale, picture), 1 / (1 + math.exp((_LEAST_WEIGHT - weight) / _WEIGHT_STEP)))
            for box, weight in zip(boxes, weights, strict=True)
            if weight >= _LEAST_WEIGHT and any(overlap(box, other) >= _AGREEING for other in others)
        ]
        return sorted(faces, key=lambda face: -face.score)


@loaded_once
def shared_face_finder() -> FaceFinder:
    """The face finder of the process, loaded on the first call; later calls, from any thread, return the same."""
    import cv2
    import cv2.data

    folder = Path(cv2.data.haarcascades)
    kinds = ("default", "alt2")
    return FaceFinder(*(cv2.CascadeClassifier(str(folder / f"haarcascade_frontalface_{kind}.xml")) for kind in kinds))


def _hits(cascade: Any, grey: _Grey) -> tuple[list[Box], list[float]]:
    """Boxes in the pixels of `grey` and their weights."""
    if min(grey.shape) < _SMALLEST_FACE:
        return [], []
    smallest = (_SMALLEST_FACE, _SMALLEST_FACE)
    found, _, weights = cascade.detectMultiScale3(grey, 1.1, _NEIGHBOURS, minSize=smallest, outputRejectLevels=True)
    boxes = [Box(int(x), int(y), int(x + width), int(y + height)) for x, y, width, height in found]
    return boxes, [float(weight) for weight in np.ravel(weights)]


def _enlarged(box: Box, scale: float, picture: "Image") -> Box:
    xmin, ymin, xmax, ymax = (round(side * scale) for side in box)
    return Box(xmin, ymin, min(xmax, picture.width), min(ymax, picture.height))
