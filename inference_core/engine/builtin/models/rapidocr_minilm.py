"""Document question answering: OCR, then the value with the label nearest to the question, or part of a sentence."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from inference_core.engine.builtin.documents.asked import AskedDocument, WordBox, WordBoxes, placed
from inference_core.engine.builtin.documents.layout import Page, lines_of, page_of
from inference_core.engine.builtin.documents.questions import PageAnswer, PageQuestions
from inference_core.engine.builtin.encoder.shared import Encoder, shared_encoder
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.vision.ocr import Reader, shared_reader
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Parameters, Sample, ServedTask
from inference_core.engine.packages import ENCODER, OCR, PHONES, STEMMER

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_QUESTION_LENGTH = 1_000


class DocumentQuestionAnsweringParameters(Parameters):
    """`max_answer_len` counts words. With `word_boxes` no OCR is run."""

    top_k: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    max_answer_len: Annotated[int, msgspec.Meta(ge=1)] | None = None
    handle_impossible_answer: bool | None = None
    word_boxes: WordBoxes | None = None
    lang: Literal["en"] | None = None


class DocumentQuestionAnsweringBody(AskedDocument):
    parameters: DocumentQuestionAnsweringParameters = msgspec.field(default_factory=DocumentQuestionAnsweringParameters)


class DocumentQuestionAnswering:
    """Finds answers in values with labels, in tables, in the usual places of a letter, and in sentences.

    It only finds what is on the page; it does not calculate, count or conclude. Questions and labels must be English.
    """

    def __init__(self, reader: Reader, encoder: Encoder) -> None:
        self._reader = reader
        self._questions = PageQuestions(encoder)
        self.name = f"{reader.name}, labels matched by {encoder.name}"

    def answer(self, body: DocumentQuestionAnsweringBody) -> list[dict[str, Any]]:
        """{answer, score, start, end, words, boxes} per answer, best first.

        `words` are the indices of the answer's words among all words of the page in reading order; `start` and `end`
        are the first and the last of them. `boxes` has one box per row of the answer, in pixels. `score` ranks the
        answers; it is not a probability. Raises CannotAnswer for a picture without text, and if nothing on the page
        seems to be the answer; with `handle_impossible_answer` the answer is empty instead.
        """
        asked = body.question_and_image()
        page = self._page(asked.image.picture(), body.parameters.word_boxes)
        answers = self._questions.answers(nfc(asked.question), page)
        nearest = answers[0].nearness if answers else 0.0
        answers = [answer for answer in answers if answer.nearness >= self._questions.cut_off]
        if answers:
            fitting = _short_enough(answers, body.parameters.max_answer_len)
            return [self._found(answer, page) for answer in fitting[: body.parameters.top_k or 1]]
        if body.parameters.handle_impossible_answer:
            return [
                {
                    "answer": "",
                    "score": 1 - self._questions.score(nearest),
                    "start": 0,
                    "end": 0,
                    "words": [],
                    "boxes": [],
                }
            ]
        raise CannotAnswer("no_answer_on_page")

    def _page(self, picture: "Image", word_boxes: Sequence[WordBox] | None) -> Page:
        if word_boxes is None:
            lines = self._reader.lines(picture)
        else:
            lines = lines_of([placed(word, sides, picture.size) for word, sides in word_boxes])
        if not lines:
            raise CannotAnswer("no_text_in_picture")
        return page_of(lines)

    def _found(self, answer: PageAnswer, page: Page) -> dict[str, Any]:
        return {
            "answer": answer.text,
            "score": self._questions.score(answer.nearness),
            "start": answer.words[0],
            "end": answer.words[-1],
            "words": list(answer.words),
            "boxes": [box._asdict() for box in page.boxes(answer.words)],
        }


def _short_enough(answers: list[PageAnswer], longest: int | None) -> list[PageAnswer]:
    fitting = [answer for answer in answers if longest is None or len(answer.words) <= longest]
    if not fitting:
        raise CannotAnswer("no_short_answer", most=longest)
    return fitting


MODEL = Model(
    id="builtin/rapidocr-minilm",
    tasks=(
        ServedTask(
            id="document-question-answering",
            body=DocumentQuestionAnsweringBody,
            answer=DocumentQuestionAnswering.answer,
            takes_files=True,
            answered_example={"inputs": {"question": "What is the total?", "image": Sample("invoice.png")}},
            refused_example={"inputs": {"question": "Who painted the Mona Lisa?", "image": Sample("invoice.png")}},
        ),
    ),
    words="models.rapidocr_minilm",
    licence="Apache-2.0",
    load=lambda: DocumentQuestionAnswering(shared_reader(), shared_encoder()),
    level="basic",
    needs=OCR + ENCODER + PHONES + STEMMER,
    sizes=InputSizes(characters=_MAX_QUESTION_LENGTH),
    lane=Lane("pictures", __name__),
)
