"""Token classification, such as named entities, through transformers' pipeline."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.windows import require_fit, set_window

_STRATEGY = "simple"
"""What the hosted API does unless told otherwise."""

_OVERLAP = 8
"""A window shares one token in so many with the next."""


class TokenClassificationParameters(Parameters):
    """A text longer than the model's window is read in windows that have `stride` tokens in common.

    That is not so with the `aggregation_strategy` "none", whose tokens are numbered. `ignore_labels`: ["O"] by default.
    """

    aggregation_strategy: Literal["none", "simple", "first", "average", "max"] | None = None
    ignore_labels: list[str] | None = None
    stride: Annotated[int, Meta(ge=0)] | None = None


class TokenClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TokenClassificationParameters = field(default_factory=TokenClassificationParameters)


class TokenClassifier:
    """A model with labels for the tokens of a text."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("token-classification", spec)
        self._tokenizer = self._pipeline.tokenizer
        self._window = set_window(self._tokenizer, self._pipeline.model.config)
        loading.end_when_unwanted(self._pipeline.model)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: TokenClassificationBody) -> list[dict[str, Any]]:
        """The groups of tokens, or with "none" the tokens, in their order.

        Raises CannotAnswer for a strategy or stride that the model's tokenizer cannot do, and for a text beyond the
        model's window if it cannot be read in several.
        """
        asked = body.parameters
        strategy = asked.aggregation_strategy or _STRATEGY
        ignored = {} if asked.ignore_labels is None else {"ignore_labels": asked.ignore_labels}
        windows = self._windows(body.inputs, strategy, asked.stride)
        found = self._pipeline(body.inputs, aggregation_strategy=strategy, **ignored, **windows)
        return [_row(one) for one in found]

    def _windows(self, text: str, strategy: str, stride: int | None) -> dict[str, int]:
        is_fast = self._tokenizer.is_fast
        if not is_fast and strategy not in ("none", "simple"):
            raise CannotAnswer(
                "value_not_served", name="aggregation_strategy", value=strategy, known=["none", "simple"]
            )
        if stride is not None and (strategy == "none" or not is_fast):
            raise CannotAnswer("fields_not_served", fields=["stride"])
        if strategy == "none" or not is_fast:
            require_fit(self._tokenizer, text, self._window)
            return {}
        if self._window is None:
            return {}
        most = self._window - self._tokenizer.num_special_tokens_to_add() - 1
        if stride is not None and stride > most:
            raise CannotAnswer("value_too_high", name="stride", value=stride, most=most)
        return {"stride": self._window // _OVERLAP if stride is None else stride}


def _row(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "score": float(found["score"])}


FAMILY = Family(
    tasks=(
        ServedTask(
            id="token-classification",
            body=TokenClassificationBody,
            answer=TokenClassifier.answer,
            answered_example={"inputs": "Maria Schmidt flew from Berlin to Tokyo to meet the board of Nordwind Ltd."},
        ),
    ),
    load=TokenClassifier,
    needs=TRANSFORMERS,
)
