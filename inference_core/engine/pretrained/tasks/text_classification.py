"""Text classification through transformers' pipeline."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from inference_core.engine.contract import NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family


class TextClassificationParameters(Parameters):
    """`top_k`: how many labels to return; all if it is not given. `function_to_apply` turns logits into scores."""

    top_k: Annotated[int, Meta(ge=1)] | None = None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None


class TextClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextClassificationParameters = field(default_factory=TextClassificationParameters)


class TextClassifier:
    """A model with a label for each of its outputs."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import pipeline

        self._pipeline = pipeline(
            "text-classification", model=spec.source, device=loading.device(spec), **loading.for_pipeline(spec)
        )
        self.name = loading.name(spec, self._pipeline.model)

    def answer(self, body: TextClassificationBody) -> list[list[dict[str, Any]]]:
        """`[[{label, score}]]`, best first."""
        asked = body.parameters
        function = {} if asked.function_to_apply is None else {"function_to_apply": asked.function_to_apply}
        return [self._pipeline(body.inputs, top_k=asked.top_k, truncation=True, **function)]


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-classification",
            body=TextClassificationBody,
            answer=TextClassifier.answer,
            answered_example={"inputs": "I love how quickly the support team solved my problem!"},
        ),
    ),
    load=TextClassifier,
    needs=TRANSFORMERS,
)
