"""Zero-shot image classification: which of the given labels fits best what can be measured in a picture."""

from collections import Counter

import msgspec

from inference_core.engine.builtin.measured.claims import truth
from inference_core.engine.builtin.measured.facts import PictureFacts, PictureTools, shared_picture_tools
from inference_core.engine.builtin.measured.vocabulary import claims
from inference_core.engine.builtin.text.candidate_labels import MOST_LABELS, CandidateLabels, label_list
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.packages import OCR

_MIN_TRUTH = 0.2


class ZeroShotImageParameters(Parameters):
    """`hypothesis_template`: for example "a picture of {}", with {} for the label; the whole sentence is judged."""

    candidate_labels: CandidateLabels
    hypothesis_template: str | None = None


class ZeroShotImageBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The picture is in `inputs`; clients from 2023 sent it as `image`."""

    parameters: ZeroShotImageParameters
    inputs: Upload | None = None
    image: Upload | None = None

    def upload(self) -> Upload:
        """The picture's file. Raises CannotAnswer if it is missing."""
        upload = self.inputs or self.image
        if upload is None:
            raise CannotAnswer("picture_missing")
        return upload


class ZeroShotImageClassification:
    """Judges labels about colours, light, kind, format, text, faces and QR codes. It does not recognise objects."""

    def __init__(self, tools: PictureTools) -> None:
        self._tools = tools
        self.name = f"measured attributes of pictures: {tools.name}"

    def answer(self, body: ZeroShotImageBody) -> list[dict[str, str | float]]:
        """{label, score} per label, best first. Scores sum to 1; a single label gets a score for how well it fits.

        Raises CannotAnswer for labels about things that are not measured, for two labels with the same meaning, if no
        label fits the picture, and for a template without {}.
        """
        labels = label_list(body.parameters.candidate_labels)
        understood = _claim_per_label(labels, body.parameters.hypothesis_template)
        facts = PictureFacts(body.upload().picture(), self._tools)
        truths = {label: truth(claim, facts) for label, claim in understood.items()}
        if len(truths) > 1 and max(truths.values()) < _MIN_TRUTH:
            raise CannotAnswer("no_label_is_true")
        total = sum(truths.values()) if len(truths) > 1 else 1.0
        ranked = sorted(truths.items(), key=lambda pair: -pair[1])
        return [{"label": label, "score": value / total} for label, value in ranked]


def _claim_per_label(labels: list[str], template: str | None) -> dict[str, str]:
    """What each label says about the picture."""
    if template is not None and "{}" not in template:
        raise CannotAnswer("template_without_place", example="A picture of {}.")
    found = claims([(template or "{}").replace("{}", label) for label in labels])
    understood = {label: claim for label, claim in zip(labels, found, strict=True) if claim}
    unknown = [repr(label) for label in labels if label not in understood]
    if unknown:
        raise CannotAnswer("labels_not_measurable", labels=_joined(unknown))
    claim, count = Counter(understood.values()).most_common(1)[0]
    if count > 1:
        same = [repr(label) for label, said in understood.items() if said == claim]
        raise CannotAnswer("labels_mean_the_same", labels=_joined(same))
    return understood


def _joined(names: list[str]) -> str:
    shown = [name[:50] for name in names[:5]]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


MODEL = Model(
    id="builtin/measured-attributes",
    tasks=(
        ServedTask(
            id="zero-shot-image-classification",
            body=ZeroShotImageBody,
            answer=ZeroShotImageClassification.answer,
            takes_files=True,
            answered_example={
                "inputs": Sample("invoice.png"),
                "parameters": {"candidate_labels": ["a photo", "a document"]},
            },
            refused_example={"inputs": Sample("lion.jpg"), "parameters": {"candidate_labels": ["a lion", "a tiger"]}},
        ),
    ),
    words="models.measured_attributes",
    licence="Apache-2.0",
    load=lambda: ZeroShotImageClassification(shared_picture_tools()),
    level="toy",
    needs=OCR,
    sizes=InputSizes(labels=MOST_LABELS),
    lane=Lane("pictures", __name__),
)
