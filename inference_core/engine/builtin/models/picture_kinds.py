"""Image classification: what kind of picture it is, for example a photo or a chart, not what it shows."""

from typing import TYPE_CHECKING

from inference_core.engine.builtin.examples import BLANK_PICTURE
from inference_core.engine.builtin.vision.classification import ImageClassificationBody, ranked
from inference_core.engine.contract import InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import OPENCV

if TYPE_CHECKING:
    from inference_core.engine.builtin.vision.kinds import PictureKinds


class ImageClassification:
    """Labels a picture "photo", "drawing", "document", "screenshot" or "chart".

    The raw scores are log-odds of a logistic regression on sixteen measurements and their products.
    """

    name = "picture kinds: logistic regression on measured flatness, edges, colours and lettering (OpenCV, numpy)"

    def __init__(self, kinds: "PictureKinds") -> None:
        self._kinds = kinds

    def answer(self, body: ImageClassificationBody) -> list[dict[str, str | float]]:
        """{label, score} per kind, best first. With softmax the scores sum to 1.

        Raises CannotAnswer for pictures that are blank, only noise, or too small.
        """
        return ranked(self._kinds.log_odds(body.inputs.picture()), body.parameters)


def _load() -> ImageClassification:
    from inference_core.engine.builtin.vision.kinds import shared_picture_kinds

    return ImageClassification(shared_picture_kinds())


MODEL = Model(
    id="builtin/picture-kinds",
    tasks=(
        ServedTask(
            id="image-classification",
            body=ImageClassificationBody,
            answer=ImageClassification.answer,
            takes_files=True,
            answered_example={"inputs": Sample("chart.png")},
            refused_example={"inputs": BLANK_PICTURE},
        ),
    ),
    words="models.picture_kinds",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=OPENCV,
    sizes=InputSizes(min_side=32),
    lane=Lane("pictures", __name__),
    rank=1,
)
