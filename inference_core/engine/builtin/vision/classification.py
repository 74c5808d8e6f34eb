"""What image classifiers share: the body of a request, and how raw scores become an answer."""

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import msgspec

from inference_core.engine.contract import Parameters
from inference_core.engine.inputs import Upload


class ImageClassificationParameters(Parameters):
    """`top_k`: how many labels to return. `function_to_apply` turns raw scores into scores; the default is softmax."""

    top_k: Annotated[int, msgspec.Meta(ge=1)] | None = None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None


class ImageClassificationBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: ImageClassificationParameters = msgspec.field(default_factory=ImageClassificationParameters)


def ranked(
    raw: Mapping[str, float], parameters: ImageClassificationParameters, *, most: int | None = None
) -> list[dict[str, str | float]]:
    """{label, score} per label, best first, of raw scores; at most `most` unless the caller says how many."""
    scores = _FUNCTIONS[parameters.function_to_apply or "softmax"](list(raw.values()))
    best = sorted(zip(raw, scores, strict=True), key=lambda pair: -pair[1])
    return [{"label": label, "score": score} for label, score in best[: parameters.top_k or most]]


def _softmax(raw: list[float]) -> list[float]:
    highest = max(raw)
    weights = [math.exp(score - highest) for score in raw]
    total = sum(weights)
    return [weight / total for weight in weights]


def _sigmoid(raw: list[float]) -> list[float]:
    return [(1 + math.tanh(score / 2)) / 2 for score in raw]


_FUNCTIONS: Mapping[str, Callable[[list[float]], list[float]]] = {
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "none": lambda raw: raw,
}
