"""Image segmentation: the one thing that a photo shows, cut out approximately."""

from typing import TYPE_CHECKING

from inference_core.engine.builtin.imagenet.files import EFFICIENTNET
from inference_core.engine.builtin.imagenet.names import with_article
from inference_core.engine.builtin.vision.segmentation import ImageSegmentationBody, part
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask

if TYPE_CHECKING:
    from PIL.Image import Image

    from inference_core.engine.builtin.imagenet.classes import PhotoClasses
    from inference_core.engine.builtin.imagenet.outline import Mask

_MAX_SIDE = 300
_LEAST_SHARE, _MOST_SHARE = 0.01, 0.95


class MainObject:
    """Cuts out what the network sees. The score is the probability of its class and says nothing of the outline."""

    name = "approximate outlines by class activation maps of EfficientNet-Lite0 (onnxruntime) and GrabCut (OpenCV)"

    def __init__(self, classes: "PhotoClasses") -> None:
        self._classes = classes

    def answer(self, body: ImageSegmentationBody) -> list[dict[str, str | float]]:
        """{label, score, mask} of one part, none if its score is below `threshold`.

        `mask` is a grey PNG in base64, as large as the picture: 255 inside the part, 0 outside. Raises CannotAnswer
        where the class or the outline is not sure, for what is no photo, and for subtasks other than "semantic".
        """
        from inference_core.engine.builtin.imagenet.outline import outline
        from inference_core.engine.builtin.vision.attributes import small_copy

        picture = body.upload().picture()
        best = self._classes.sure_guesses(picture)[0]
        if best.probability < (body.parameters.threshold or 0):
            return []
        activation = self._classes.activation(picture, best.name)
        mask = outline(small_copy(picture, _MAX_SIDE), activation) if activation.max() > 0 else None
        if mask is None or not _LEAST_SHARE <= mask.mean() <= _MOST_SHARE:
            raise CannotAnswer("no_outline_found", shown=with_article(best.name))
        return [part(best.name, best.probability, _enlarged(mask, picture))]


def _enlarged(mask: "Mask", picture: "Image") -> "Image":
    """The mask in the size of the picture, with a smooth border."""
    import cv2
    import numpy as np
    from PIL import Image

    smooth = cv2.resize(cv2.GaussianBlur(mask * np.uint8(255), (3, 3), 0), picture.size)
    return Image.fromarray(cv2.inRange(smooth, np.array(128), np.array(255)))


def _load() -> MainObject:
    from inference_core.engine.builtin.imagenet.classes import shared_photo_classes

    return MainObject(shared_photo_classes())


MODEL = Model(
    id="builtin/main-object",
    tasks=(
        ServedTask(
            id="image-segmentation",
            body=ImageSegmentationBody,
            answer=MainObject.answer,
            takes_files=True,
            answered_example={"inputs": Sample("lion.jpg")},
            refused_example={"inputs": Sample("tower.jpg")},
        ),
    ),
    words="models.main_object",
    licence="Apache-2.0",
    load=_load,
    level="basic",
    needs=EFFICIENTNET,
    sizes=InputSizes(min_side=32),
    lane=Lane("pictures", __name__),
    rank=1,
)
