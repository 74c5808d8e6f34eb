"""Zero-shot classification by a model of natural language inference: does the text entail what a label says of it?"""

from typing import Any

from msgspec import Struct

from inference_core.engine.builtin.text.candidate_labels import CandidateLabels, label_list
from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.windows import set_window
from inference_core.engine.work.stopping import stop_if_unwanted

_TEMPLATE = "This example is {}."


class ZeroShotParameters(Parameters):
    """`candidate_labels` is a list, or a string separated by commas as endpoints in 2023 accepted it."""

    candidate_labels: CandidateLabels
    multi_label: bool | None = None
    hypothesis_template: str | None = None


class ZeroShotBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: ZeroShotParameters


class ZeroShotClassifier:
    """A model that says of two texts whether the first entails the second."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForSequenceClassification, spec)
        self._entails, self._contradicts = _meanings(self._model.config.id2label)
        self._window = set_window(self._tokenizer, self._model.config)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: ZeroShotBody) -> list[dict[str, str | float]]:
        """{label, score} per label, best first; scores sum to 1, except with `multi_label` or a single label.

        Raises CannotAnswer if the template has no place for a label, and if a label leaves no room for the text.
        """
        import torch

        labels = label_list(body.parameters.candidate_labels)
        template = body.parameters.hypothesis_template or _TEMPLATE
        if "{}" not in template:
            raise CannotAnswer("template_without_place", example=_TEMPLATE)
        logits = torch.stack([self._logits(body.inputs, template.replace("{}", label)) for label in labels])
        if body.parameters.multi_label or len(labels) == 1:
            scores = logits[:, [self._contradicts, self._entails]].softmax(-1)[:, 1]
        else:
            scores = logits[:, self._entails].softmax(-1)
        ranked = sorted(zip(labels, scores.tolist(), strict=True), key=lambda one: -one[1])
        return [{"label": label, "score": score} for label, score in ranked]

    def _logits(self, text: str, hypothesis: str) -> Any:
        import torch

        stop_if_unwanted()
        said = len(self._tokenizer("", hypothesis, verbose=False).input_ids)
        if self._window is not None and said >= self._window:
            raise CannotAnswer("too_many_tokens", count=said, most=self._window - 1)
        pair = self._tokenizer(text, hypothesis, truncation="only_first", return_tensors="pt")
        with torch.inference_mode():
            return self._model(**pair.to(self._model.device)).logits[0].float().cpu()


def _meanings(labels: dict[int, str]) -> tuple[int, int]:
    """The numbers of the labels for what follows and for what does not."""
    entails = [at for at, label in labels.items() if label.lower().startswith("entail")]
    if not entails:
        raise ValueError(f"A model of natural language inference has the label entailment, but it has {labels}.")
    return entails[0], len(labels) - 1 if entails[0] == 0 else 0


_NEWS = "The central bank raised interest rates for the third time this year."

FAMILY = Family(
    tasks=(
        ServedTask(
            id="zero-shot-classification",
            body=ZeroShotBody,
            answer=ZeroShotClassifier.answer,
            answered_example={"inputs": _NEWS, "parameters": {"candidate_labels": ["economy", "sports", "cooking"]}},
            refused_example={
                "inputs": _NEWS,
                "parameters": {"candidate_labels": ["economy"], "hypothesis_template": "This is about it."},
            },
        ),
    ),
    load=ZeroShotClassifier,
    needs=TRANSFORMERS,
)
