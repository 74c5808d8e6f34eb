"""Zero-shot image classification by a model that compares a picture with sentences."""

from collections.abc import Sequence
from typing import Any

from inference_core.engine.builtin.measured.labels import LabelScores, ZeroShotImageBody, sentences
from inference_core.engine.builtin.text.candidate_labels import label_list
from inference_core.engine.contract import Sample, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.pictures import prepared, processor, said, seen
from inference_core.engine.pretrained.windows import require_fit, set_window

_TEMPLATE = "This is a photo of {}."

_EACH_ALONE = "siglip"
"""Models of this kind judge each label by itself, and have only seen texts that were filled up to their window."""


class LabelChooser:
    """A model such as CLIP or SigLIP."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForZeroShotImageClassification, AutoTokenizer

        self._processor = processor(spec)
        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForZeroShotImageClassification, spec)
        self._window = set_window(self._tokenizer, self._model.config.get_text_config())
        self._is_each_alone = _EACH_ALONE in self._model.config.model_type
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: ZeroShotImageBody) -> LabelScores:
        """{label, score} per label, best first; scores sum to 1, unless the model judges each label by itself.

        Raises CannotAnswer for an unusable picture, a template without a place for the label, and one that is too long.
        """
        labels = label_list(body.parameters.candidate_labels)
        texts = self._read(sentences(labels, body.parameters.hypothesis_template or _TEMPLATE))
        inputs = prepared(self._processor, seen(body.upload()), self._model)
        logits = said(self._model, {**inputs, **texts}).logits_per_image[0]
        scores = logits.sigmoid() if self._is_each_alone else logits.softmax(-1)
        ranked = sorted(zip(labels, scores.tolist(), strict=True), key=lambda one: -one[1])
        return [{"label": label, "score": score} for label, score in ranked]

    def _read(self, texts: Sequence[str]) -> Any:
        for text in texts:
            require_fit(self._tokenizer, text, self._window)
        filled = {"padding": "max_length", "max_length": self._window} if self._is_each_alone else {"padding": True}
        return self._tokenizer(texts, return_tensors="pt", **filled).to(self._model.device)


FAMILY = Family(
    tasks=(
        ServedTask(
            id="zero-shot-image-classification",
            body=ZeroShotImageBody,
            answer=LabelChooser.answer,
            takes_files=True,
            answered_example={
                "inputs": Sample("lion.jpg"),
                "parameters": {"candidate_labels": ["a lion", "a tiger", "a bus"]},
            },
            refused_example={
                "inputs": Sample("lion.jpg"),
                "parameters": {"candidate_labels": ["a lion", "a bus"], "hypothesis_template": "This is a photo."},
            },
        ),
    ),
    load=LabelChooser,
    needs=TRANSFORMERS,
)
