"""Text classification through transformers' pipeline."""

from typing import Any

from inference_core.engine.classification_request import TextClassificationBody
from inference_core.engine.contract import ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family


class TextClassifier:
    """A model with a label for each of its outputs."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("text-classification", spec)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

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
