"""Image segmentation: regions of similar colour and texture, named by colour and place."""

from typing import TYPE_CHECKING

from inference_core.engine.builtin.vision.segmentation import ImageSegmentationBody, part
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import OPENCV, SCIPY, SKLEARN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from inference_core.engine.builtin.vision.segments import Mask

_MAX_SIDE = 400
_MIN_SIDE = 16


class ImageSegmentation:
    """Splits a picture where colours change. It does not know what the regions show.

    A score says how much a region stands out: d / (d + s), where d is the distance of its mean colour and texture from
    those around it, and s is the spread inside it.
    """

    name = "mean shift, watershed and Ward merging by colour and texture (OpenCV, scikit-learn)"

    def answer(self, body: ImageSegmentationBody) -> list[dict[str, str | float]]:
        """{label, score, mask} per region, largest first: 2 to 8 regions that cover the picture and do not overlap.

        `mask` is a grey PNG in base64, as large as the picture: 255 inside the region, 0 outside. Raises CannotAnswer
        if nothing in the picture stands out, if a side is too short, and for subtasks other than "semantic".
        """
        from inference_core.engine.builtin.vision.attributes import small_copy
        from inference_core.engine.builtin.vision.segment_names import region_names
        from inference_core.engine.builtin.vision.segments import regions

        picture = body.upload().picture()
        pixels = small_copy(picture, _MAX_SIDE)
        if min(pixels.shape[:2]) < _MIN_SIDE:
            raise CannotAnswer("picture_too_small", width=picture.width, height=picture.height)
        found = regions(pixels)
        if len(found) == 1:
            raise CannotAnswer("picture_uniform")
        masks = [region.mask for region in found]
        labelled = zip(found, region_names(pixels, masks), _enlarged(masks, picture), strict=True)
        return [
            part(name, region.score, mask)
            for region, name, mask in labelled
            if region.score >= (body.parameters.threshold or 0)
        ]


def _enlarged(masks: "list[Mask]", picture: "Image") -> "Iterator[Image]":
    """The masks enlarged to the size of the picture, with smooth borders. Each pixel gets the mask strongest there."""
    import cv2
    import numpy as np
    from PIL import Image

    owner = np.zeros((picture.height, picture.width), np.uint8)
    strongest = owner.copy()
    for number, mask in enumerate(masks):
        strength = cv2.resize(cv2.GaussianBlur(mask * np.uint8(255), (3, 3), 0), picture.size)
        np.putmask(owner, strength > strongest, number)
        cv2.max(strength, strongest, strongest)
    return (Image.fromarray(cv2.inRange(owner, number, number)) for number in range(len(masks)))


MODEL = Model(
    id="builtin/colour-regions",
    tasks=(
        ServedTask(
            id="image-segmentation",
            body=ImageSegmentationBody,
            answer=ImageSegmentation.answer,
            takes_files=True,
            answered_example={"inputs": Sample("flower.jpg")},
            refused_example={"inputs": Sample("flower.jpg"), "parameters": {"subtask": "instance"}},
        ),
    ),
    words="models.colour_regions",
    licence="Apache-2.0",
    load=ImageSegmentation,
    level="basic",
    needs=OPENCV + SCIPY + SKLEARN,
    sizes=InputSizes(min_side=_MIN_SIDE),
    lane=Lane("pictures", __name__),
)
