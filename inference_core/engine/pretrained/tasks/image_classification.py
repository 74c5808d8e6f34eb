"""Image classification by a model with a label for each of its outputs."""

from typing import Any

from inference_core.engine.builtin.vision.classification import ImageClassificationBody
from inference_core.engine.contract import Sample, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.pictures import prepared, processor, said, seen

_TOP_K = 5


class ImageClassifier:
    """A model that knows labels for pictures."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForImageClassification

        self._processor = processor(spec)
        self._model = loading.model(AutoModelForImageClassification, spec)
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: ImageClassificationBody) -> list[dict[str, Any]]:
        """{label, score} of the best five labels or `top_k`, best first. Raises CannotAnswer as `seen` does."""
        inputs = prepared(self._processor, seen(body.inputs), self._model)
        logits = said(self._model, inputs).logits[0]
        scores = self._scores(logits, body.parameters.function_to_apply)
        ranked = sorted(enumerate(scores), key=lambda one: -one[1])[: body.parameters.top_k or _TOP_K]
        labels = self._model.config.id2label
        return [{"label": labels[at], "score": score} for at, score in ranked]

    def _scores(self, logits: Any, asked: str | None) -> list[float]:
        match asked or self._usual_function():
            case "softmax":
                logits = logits.softmax(-1)
            case "sigmoid":
                logits = logits.sigmoid()
        scores: list[float] = logits.tolist()
        return scores

    def _usual_function(self) -> str:
        """As transformers' pipeline chooses it."""
        config = self._model.config
        if config.problem_type == "regression":
            return "none"
        is_each_alone = config.problem_type == "multi_label_classification" or config.num_labels == 1
        return "sigmoid" if is_each_alone else "softmax"


FAMILY = Family(
    tasks=(
        ServedTask(
            id="image-classification",
            body=ImageClassificationBody,
            answer=ImageClassifier.answer,
            takes_files=True,
            answered_example={"inputs": Sample("lion.jpg")},
        ),
    ),
    load=ImageClassifier,
    needs=TRANSFORMERS,
)
