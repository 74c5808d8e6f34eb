"""Zero-shot classification: which of the given labels a text is closest to."""

from dataclasses import dataclass

import msgspec
import numpy as np

from inference_core.engine.builtin.encoder.contract import Floats, unit_rows
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.shared import Encoder, WordHashing, shared_encoder
from inference_core.engine.builtin.lexical.sentences import split_sentences
from inference_core.engine.builtin.text.candidate_labels import MOST_LABELS, CandidateLabels, label_list
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER

_TEMPLATE = "This is about {}."
_MAX_CHARACTERS = 10_000


class ZeroShotParameters(Parameters):
    """`candidate_labels` is a list, or a string separated by commas as endpoints in 2023 accepted it."""

    candidate_labels: CandidateLabels
    multi_label: bool | None = None
    hypothesis_template: str | None = None

    @property
    def labels(self) -> list[str]:
        return label_list(self.candidate_labels)


class ZeroShotBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: NonEmpty
    parameters: ZeroShotParameters


@dataclass(frozen=True, slots=True)
class _Calibration:
    """How cosines become scores. Fitted on 56 short texts and then softened, since a fit to so few is too confident.

    `temperature` divides the cosines before the softmax. `middle` and `slope` belong to the logistic function for
    independent labels. If even the best cosine is below `unrelated`, no label fits.
    """

    temperature: float
    middle: float
    slope: float
    unrelated: float


_NEURAL = _Calibration(temperature=0.05, middle=0.16, slope=0.04, unrelated=0.1)
_WORDS = _Calibration(temperature=0.08, middle=0.25, slope=0.08, unrelated=0.2)


class ZeroShotClassification:
    """Compares the text with the hypothesis template, filled with each label, by cosine.

    It is good at topics. It does not reason, and it hardly notices negation or sentiment.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._calibration = _WORDS if isinstance(encoder, WordHashing) else _NEURAL
        self.name = f"nearest label on {encoder.name}"

    def answer(self, body: ZeroShotBody) -> list[dict[str, str | float]]:
        """{label, score} per label, best first.

        Scores sum to 1, except with `multi_label` or a single label: then they are independent. Raises `CannotAnswer`
        if scores must sum to 1 but no label fits the text.
        """
        labels = body.parameters.labels
        cosines = self._hypotheses(body.parameters) @ self._text(body.inputs)
        if body.parameters.multi_label or len(labels) == 1:
            scores = 1 / (1 + np.exp((self._calibration.middle - cosines) / self._calibration.slope))
        else:
            self._refuse_unrelated(cosines)
            scores = np.exp((cosines - cosines.max()) / self._calibration.temperature)
            scores /= scores.sum()
        order = np.argsort(-scores, kind="stable")
        return [{"label": labels[index], "score": float(scores[index])} for index in order]

    def _text(self, text: str) -> Floats:
        """The vector of a text. If it is longer than the encoder's window, the mean of its sentences' vectors."""
        if self._encoder.count_tokens(text) <= self._encoder.window:
            rows = self._encoder.encode([text])
        else:
            rows = self._encoder.encode([sentence.text for sentence in split_sentences(text)])
        return unit_rows(rows.mean(axis=0, keepdims=True)).ravel()

    def _hypotheses(self, parameters: ZeroShotParameters) -> Floats:
        template = parameters.hypothesis_template or _TEMPLATE
        if "{}" not in template:
            raise CannotAnswer("template_without_place", example="This is about {}.")
        return self._encoder.encode([template.replace("{}", label) for label in parameters.labels])

    def _refuse_unrelated(self, cosines: Floats) -> None:
        if cosines.max() < self._calibration.unrelated:
            raise CannotAnswer("no_label_fits")


_NEWS = "The central bank raised interest rates for the third time this year."

MODEL = Model(
    id="builtin/minilm-zero-shot",
    tasks=(
        ServedTask(
            id="zero-shot-classification",
            body=ZeroShotBody,
            answer=ZeroShotClassification.answer,
            answered_example={"inputs": _NEWS, "parameters": {"candidate_labels": ["economy", "sports", "cooking"]}},
            refused_example={"inputs": _NEWS, "parameters": {"candidate_labels": ["dinosaurs", "knitting"]}},
        ),
    ),
    words="models.minilm_zero_shot",
    licence="Apache-2.0",
    load=lambda: ZeroShotClassification(shared_encoder()),
    level="basic",
    needs=ENCODER,
    sizes=InputSizes(characters=_MAX_CHARACTERS, total_tokens=MiniLM.most_tokens, labels=MOST_LABELS),
    lane=Lane("language", __name__),
)
