"""Visual question answering: questions about what can be measured, found or read in a picture."""

from typing import TYPE_CHECKING, Any

import msgspec

from inference_core.engine.builtin.measured.answers import Answer, answers
from inference_core.engine.builtin.measured.facts import PictureFacts, PictureTools, shared_picture_tools
from inference_core.engine.builtin.measured.questions import understand
from inference_core.engine.builtin.measured.things import thing_answers, understand_thing
from inference_core.engine.builtin.vision.questions import VisualQuestionAnsweringBody
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.packages import HUB, OCR

if TYPE_CHECKING:
    from inference_core.engine.builtin.imagenet.classes import PhotoClasses

_MAX_QUESTION_LENGTH = 500
_DEFAULT_TOP_K = 5


class VisualQuestionAnswering:
    """Answers English questions about colours, light, kind, format, size, text, faces and QR codes.

    Every word of the question must be known. Of what a photo shows, it knows the one thing that EfficientNet-Lite0
    names, if that is sure.
    """

    def __init__(self, tools: PictureTools, classes: "PhotoClasses | None") -> None:
        self._tools = tools
        self._classes = classes
        shown = "EfficientNet-Lite0 for what a photo shows, " if classes else ""
        self.name = f"questions by word lists; {shown}{tools.name}"

    def answer(self, body: VisualQuestionAnsweringBody) -> list[dict[str, Any]]:
        """{answer, score} of five answers or `top_k`, best first. The score of a colour is its share of the picture.

        Raises CannotAnswer for a question about what the picture shows, and if the picture does not answer it.
        """
        asked = body.question_and_image()
        found = self._answers(asked.question, asked.image)
        return [msgspec.to_builtins(answer) for answer in found[: body.parameters.top_k or _DEFAULT_TOP_K]]

    def _answers(self, asked: str, image: Upload) -> list[Answer]:
        if question := understand(asked):
            return answers(question, PictureFacts(image.picture(), self._tools))
        if self._classes and (thing := understand_thing(asked, self._classes.names)):
            return thing_answers(thing, image.picture(), self._classes)
        raise CannotAnswer("cannot_see_objects")


def _load() -> VisualQuestionAnswering:
    from inference_core.engine.builtin.imagenet.classes import photo_classes_if_here

    return VisualQuestionAnswering(shared_picture_tools(), photo_classes_if_here())


MODEL = Model(
    id="builtin/measured-answers",
    tasks=(
        ServedTask(
            id="visual-question-answering",
            body=VisualQuestionAnsweringBody,
            answer=VisualQuestionAnswering.answer,
            takes_files=True,
            texts=lambda body: [body.question_and_image().question],
            answered_example={"inputs": {"question": "How many faces are there?", "image": Sample("poster.png")}},
            refused_example={"inputs": {"question": "What is the lion doing?", "image": Sample("lion.jpg")}},
        ),
    ),
    words="models.measured_answers",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=(*HUB, *OCR),
    sizes=InputSizes(characters=_MAX_QUESTION_LENGTH),
    lane=Lane("pictures", __name__),
)
