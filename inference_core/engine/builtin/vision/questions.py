"""What models that answer questions about pictures share: the bodies of their requests."""

from typing import Annotated

import msgspec

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters
from inference_core.engine.inputs import Upload


class QuestionAndPicture(msgspec.Struct, forbid_unknown_fields=True):
    question: NonEmpty
    image: Upload


class AskedPicture(msgspec.Struct, forbid_unknown_fields=True):
    """`question` and `image` are in `inputs` or next to it; in the second case `inputs` may repeat the picture."""

    inputs: QuestionAndPicture | str | None = None
    question: NonEmpty | None = None
    image: Upload | None = None

    def question_and_image(self) -> QuestionAndPicture:
        """The question and its picture. Raises CannotAnswer if one is missing."""
        if isinstance(self.inputs, QuestionAndPicture):
            return self.inputs
        if self.question is None or self.image is None:
            raise CannotAnswer("question_or_picture_missing")
        return QuestionAndPicture(self.question, self.image)


class VisualQuestionAnsweringParameters(Parameters):
    """`top_k`: the maximum number of answers."""

    top_k: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None


class VisualQuestionAnsweringBody(AskedPicture):
    parameters: VisualQuestionAnsweringParameters = msgspec.field(default_factory=VisualQuestionAnsweringParameters)
