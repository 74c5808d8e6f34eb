"""Image classification: what kind of picture it is, for example a photo or a chart, not what it shows."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from inference_core.engine.builtin.examples import BLANK_PICTURE
from inference_core.engine.contract import InputSizes, Lane, Model, Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.packages import OPENCV

if TYPE_CHECKING:
    from inference_core.engine.builtin.vision.kinds import PictureKinds


class ImageClassificationParameters(Parameters):
    """`top_k`: how many labels to return. `function_to_apply` turns raw scores into scores; the default is softmax."""

    top_k: Annotated[int, msgspec.Meta(ge=1)] | None = None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None


class ImageClassificationBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: ImageClassificationParameters = msgspec.field(default_factory=ImageClassificationParameters)


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
        raw = self._kinds.log_odds(body.inputs.picture())
        scores = _FUNCTIONS[body.parameters.function_to_apply or "softmax"](list(raw.values()))
        ranked = sorted(zip(raw, scores, strict=True), key=lambda pair: -pair[1])
        return [{"label": label, "score": score} for label, score in ranked[: body.parameters.top_k]]


def _softmax(raw: list[float]) -> list[float]:
    weights = [math.exp(score - max(raw)) for score in raw]
    return [weight / sum(weights) for weight in weights]


def _sigmoid(raw: list[float]) -> list[float]:
    return [(1 + math.tanh(score / 2)) / 2 for score in raw]


_FUNCTIONS: Mapping[str, Callable[[list[float]], list[float]]] = {
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "none": lambda raw: raw,
}


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
)
