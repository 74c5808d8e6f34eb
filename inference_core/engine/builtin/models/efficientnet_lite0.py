"""Image classification: what a photo shows, of ImageNet's thousand classes, by EfficientNet-Lite0."""

from typing import TYPE_CHECKING

from inference_core.engine.builtin.imagenet.files import EFFICIENTNET
from inference_core.engine.builtin.vision.classification import ImageClassificationBody, ranked
from inference_core.engine.contract import InputSizes, Lane, Model, Sample, ServedTask

if TYPE_CHECKING:
    from inference_core.engine.builtin.imagenet.classes import PhotoClasses

_TOP_K = 5


class EfficientNetLite0:
    """Names what a photo shows with one of a thousand classes, if it is sure.

    The raw scores are the network's logits.
    """

    name = "EfficientNet-Lite0 (onnxruntime)"

    def __init__(self, classes: "PhotoClasses") -> None:
        self._classes = classes

    def answer(self, body: ImageClassificationBody) -> list[dict[str, str | float]]:
        """{label, score} for the best five classes or `top_k`. With softmax the scores of all classes sum to 1.

        Raises CannotAnswer if no class is sure, and for pictures that are no photos, blank, only noise, or too small.
        """
        logits = self._classes.sure_logits(body.inputs.picture()).tolist()
        return ranked(dict(zip(self._classes.names, logits, strict=True)), body.parameters, most=_TOP_K)


def _load() -> EfficientNetLite0:
    from inference_core.engine.builtin.imagenet.classes import shared_photo_classes

    return EfficientNetLite0(shared_photo_classes())


MODEL = Model(
    id="builtin/efficientnet-lite0",
    tasks=(
        ServedTask(
            id="image-classification",
            body=ImageClassificationBody,
            answer=EfficientNetLite0.answer,
            takes_files=True,
            answered_example={"inputs": Sample("lion.jpg")},
            refused_example={"inputs": Sample("chart.png")},
        ),
    ),
    words="models.efficientnet_lite0",
    licence="Apache-2.0",
    load=_load,
    level="basic",
    needs=EFFICIENTNET,
    sizes=InputSizes(min_side=32),
    lane=Lane("pictures", __name__),
)
