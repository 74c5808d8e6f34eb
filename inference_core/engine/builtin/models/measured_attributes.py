"""Zero-shot image classification: which of the given labels fits best what can be measured in a picture."""

from inference_core.engine.builtin.measured.facts import PictureFacts, PictureTools, shared_picture_tools
from inference_core.engine.builtin.measured.labels import (
    LabelScores,
    ZeroShotImageBody,
    measurable,
    measured_scores,
    named,
)
from inference_core.engine.builtin.text.candidate_labels import MOST_LABELS, label_list
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import OCR


class ZeroShotImageClassification:
    """Judges labels about colours, light, kind, format, text, faces and QR codes. It does not recognise objects."""

    def __init__(self, tools: PictureTools) -> None:
        self._tools = tools
        self.name = f"measured attributes of pictures: {tools.name}"

    def answer(self, body: ZeroShotImageBody) -> LabelScores:
        """{label, score} per label, best first. Scores sum to 1; a single label gets a score for how well it fits.

        Raises CannotAnswer for labels about things that are not measured, for two labels with the same meaning, if no
        label fits the picture, and for a template without {}.
        """
        labels = label_list(body.parameters.candidate_labels)
        claim_of = measurable(labels, body.parameters.hypothesis_template)
        unknown = [label for label in labels if label not in claim_of]
        if unknown:
            raise CannotAnswer("labels_not_measurable", labels=named(unknown))
        return measured_scores(claim_of, PictureFacts(body.upload().picture(), self._tools))


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
    rank=1,
)
