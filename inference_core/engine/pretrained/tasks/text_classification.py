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
        return self.together([body])[0]

    def together(self, bodies: list[TextClassificationBody]) -> list[list[list[dict[str, Any]]]]:
        """The answers to texts that have the same parameters, computed at once."""
        asked = bodies[0].parameters
        function = {} if asked.function_to_apply is None else {"function_to_apply": asked.function_to_apply}
        texts = [body.inputs for body in bodies]
        found = self._pipeline(texts, top_k=asked.top_k, truncation=True, batch_size=len(texts), **function)
        return [[labels] for labels in found]


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-classification",
            body=TextClassificationBody,
            answer=TextClassifier.answer,
            together=TextClassifier.together,
            answered_example={"inputs": "I love how quickly the support team solved my problem!"},
        ),
    ),
    load=TextClassifier,
    needs=TRANSFORMERS,
)
