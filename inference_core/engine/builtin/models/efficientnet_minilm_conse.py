"""Zero-shot image classification: which of the given labels is nearest to what a photo shows."""

import re
from typing import TYPE_CHECKING

import numpy as np

from inference_core.engine.builtin.encoder.files import MINILM
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.shared import shared_minilm
from inference_core.engine.builtin.imagenet.files import EFFICIENTNET
from inference_core.engine.builtin.lexical.plurals import singulars
from inference_core.engine.builtin.lexical.words import words_of
from inference_core.engine.builtin.measured.facts import PictureFacts, PictureTools, shared_picture_tools
from inference_core.engine.builtin.measured.labels import (
    LabelScores,
    ZeroShotImageBody,
    measurable,
    measured_scores,
    named,
    sentences,
)
from inference_core.engine.builtin.text.candidate_labels import MOST_LABELS, label_list
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import OCR

if TYPE_CHECKING:
    from inference_core.engine.builtin.imagenet.classes import PhotoClasses
    from inference_core.engine.builtin.imagenet.conse import Conse
    from inference_core.engine.builtin.imagenet.onnx_file import Floats

_TEMPLATE = "a photo of {}"
# In deviations. With 13 labels, 13 of 32 photos from packages came nearer than this to a label, which was right for 12,
# if a cheetah is a cat. Of the other 19, 5 showed what one of the labels says.
_LEAST_NEAR = 1.5
_SHARPNESS = 2.0
# ImageNet knows no people. From their clothes, all that it knows, nobody should be called a man or a woman.
_PERSON = re.compile(
    "person|people|human|someone|somebody|anyone|anybody|everyone|everybody|crowd|pedestrian"
    "|.*wom[ae]n|(?:business|fire|police|sales|gentle)?m[ae]n|male|female|guy|dude|bloke|lady"
    "|adult|grownup|pensioner|senior|teenager|teenage|teen|adolescent|youth|youngster"
    "|child|children|kid|boy|girl|lad|lass|baby|infant|toddler|newborn|boyfriend|girlfriend"
    "|mother|mom|mum|mommy|father|dad|daddy|parent|son|daughter|brother|sister|sibling|husband|wife|wives|spouse"
    "|grandmother|grandma|granny|grandfather|grandpa|grandparent|grandchild|grandchildren|uncle|aunt|nephew|niece"
    "|cousin"
)


class ConseLabels:
    """Ranks labels by their nearness to the photo's classes. Labels about what can be measured are measured instead."""

    def __init__(self, classes: "PhotoClasses", conse: "Conse", tools: PictureTools) -> None:
        self._classes = classes
        self._conse = conse
        self._tools = tools
        self.name = f"ConSE on EfficientNet-Lite0 (onnxruntime) and {MiniLM.name}; colours and kinds are measured"

    def answer(self, body: ZeroShotImageBody) -> LabelScores:
        """{label, score} per label, best first. Scores sum to 1; a single label gets a score for how near it is.

        Raises CannotAnswer if no label is near, for labels of both kinds in one request and labels about people that
        are no classes, and for pictures that are no photos, unless all labels are about what can be measured.
        """
        labels = label_list(body.parameters.candidate_labels)
        template = body.parameters.hypothesis_template
        claim_of = measurable(labels, template)
        if len(claim_of) == len(labels):
            return measured_scores(claim_of, PictureFacts(body.upload().picture(), self._tools))
        self._refuse_unfit(labels, [label for label in claim_of if not self._conse.is_class(label)])
        asked = sentences(labels, template or _TEMPLATE)
        logits = self._classes.logits(body.upload().picture())
        return _scores(labels, self._conse.nearness(logits, labels, asked))

    def _refuse_unfit(self, labels: list[str], measured: list[str]) -> None:
        if measured:
            others = [label for label in labels if label not in measured]
            raise CannotAnswer("labels_of_two_kinds", labels=named(others), measured=named(measured))
        unknown = (label for label in labels if not self._conse.is_class(label))
        if people := [label for label in unknown if _is_about_people(label)]:
            raise CannotAnswer("labels_about_people", labels=named(people))


def _is_about_people(label: str) -> bool:
    forms = (form for word in words_of(label, folded=True) for form in singulars(word.text))
    return any(_PERSON.fullmatch(form) for form in forms)


def _scores(labels: list[str], near: "Floats") -> LabelScores:
    if len(labels) > 1 and near.max() < _LEAST_NEAR:
        raise CannotAnswer("no_label_is_near")
    if len(labels) == 1:
        scores = (1 + np.tanh(_SHARPNESS / 2 * (near - _LEAST_NEAR))) / 2
    else:
        weights = np.exp(_SHARPNESS * (near - near.max()))
        scores = weights / weights.sum()
    ranked = sorted(zip(labels, scores.tolist(), strict=True), key=lambda pair: -pair[1])
    return [{"label": label, "score": score} for label, score in ranked]


def _load() -> ConseLabels:
    from inference_core.engine.builtin.imagenet.classes import shared_photo_classes
    from inference_core.engine.builtin.imagenet.conse import Conse

    encoder, classes = shared_minilm(), shared_photo_classes()
    return ConseLabels(classes, Conse(classes, encoder), shared_picture_tools())


MODEL = Model(
    id="builtin/efficientnet-minilm-conse",
    tasks=(
        ServedTask(
            id="zero-shot-image-classification",
            body=ZeroShotImageBody,
            answer=ConseLabels.answer,
            takes_files=True,
            answered_example={
                "inputs": Sample("lion.jpg"),
                "parameters": {"candidate_labels": ["a lion", "a tiger", "a bus"]},
            },
            refused_example={"inputs": Sample("lion.jpg"), "parameters": {"candidate_labels": ["a bus", "a guitar"]}},
        ),
    ),
    words="models.efficientnet_minilm_conse",
    licence="Apache-2.0",
    load=_load,
    level="basic",
    needs=(*EFFICIENTNET, *MINILM, *OCR),
    sizes=InputSizes(labels=MOST_LABELS),
    lane=Lane("pictures", __name__),
)
