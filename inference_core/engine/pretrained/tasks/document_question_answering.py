"""Document question answering by a LayoutLM, which is told the words of a page and where they stand.

transformers' pipeline would read the page with Tesseract, a program that pip does not install. Here the reader of the
built-in models reads it, unless the caller has. LayoutLM was chosen because its answers are words of the page with
their places, as the Hub's types want them: Donut needs no reader, but writes an answer that stands nowhere.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from inference_core.engine.builtin.documents.asked import BOX_SCALE, AskedDocument, WordBoxes, placed
from inference_core.engine.builtin.documents.layout import Page
from inference_core.engine.builtin.vision.boxes import Box
from inference_core.engine.builtin.vision.ocr import TextWord, shared_reader
from inference_core.engine.contract import CannotAnswer, Sample, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import OCR, TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.pictures import seen
from inference_core.engine.pretrained.spans import SpanParameters, SpanReader

if TYPE_CHECKING:
    from PIL.Image import Image

_CONTEXT = 1
"""The second of the two texts that a window holds."""

_NOWHERE, _END = [0] * 4, [BOX_SCALE] * 4
"""Where LayoutLM has the question, and the ends of texts."""

_LANGUAGES = ("en", "eng")


class DocumentQuestionAnsweringParameters(SpanParameters):
    """With `word_boxes` the page is not read. `lang`: the reader reads English."""

    word_boxes: WordBoxes | None = None
    lang: str | None = None


class DocumentQuestionAnsweringBody(AskedDocument):
    parameters: DocumentQuestionAnsweringParameters = msgspec.field(default_factory=DocumentQuestionAnsweringParameters)


class PageReader:
    """A model for the answers of DocVQA."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForDocumentQuestionAnswering, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForDocumentQuestionAnswering, spec)
        if self._model.config.model_type != "layoutlm":
            raise ValueError(
                "Of the models that read documents, only LayoutLM needs nothing but words and their places."
            )
        self._spans = SpanReader(self._tokenizer, self._model.config)
        self._reader = shared_reader()
        self.name = f"{loading.name(spec, self._model)}, {self._reader.name}"
        self.place = loading.where(self._model)

    def answer(self, body: DocumentQuestionAnsweringBody) -> list[dict[str, Any]]:
        """{answer, score, start, end, words, boxes} per answer, best first.

        `words` are the indices of the answer's words among all words of the page; `start` and `end` are the first and
        the last of them. `boxes` has one box per row of the answer, in pixels. Raises CannotAnswer for an unusable
        picture or one without text, for lengths that leave no room, and if there is no answer unless that may be.
        """
        asked, parameters = body.question_and_image(), body.parameters
        if parameters.lang not in (None, *_LANGUAGES):
            raise CannotAnswer("value_not_served", name="lang", value=parameters.lang[:50], known=["en"])
        picture = seen(asked.image)
        words = self._words(picture, parameters.word_boxes)
        places = [_thousandths(word.box, picture.size) for word in words]
        if parameters.word_boxes is not None:  # exactly, however small the picture is
            places = [_upright(sides) for _, sides in parameters.word_boxes]
        found = self._spans.found(
            asked.question, [word.text for word in words], parameters, lambda window: self._said(window, places), _place
        )
        if not found:
            raise CannotAnswer("no_answer_on_page")
        return [_row(words, range(one.start, one.end), one.score) for one in found]

    def _words(self, picture: "Image", given: WordBoxes | None) -> list[TextWord]:
        if given is not None:
            words = [placed(word, sides, picture.size) for word, sides in given]
        else:
            words = [word for line in self._reader.lines(picture) for word in line.words]
        if not words:
            raise CannotAnswer("no_text_in_picture")
        return words

    def _said(self, window: Any, places: Sequence[list[int]]) -> Any:
        import torch

        texts, ends = window.sequence_ids, self._tokenizer.sep_token_id
        boxes = [
            places[word] if text == _CONTEXT else _END if token == ends else _NOWHERE
            for text, word, token in zip(texts, window.word_ids, window.ids, strict=True)
        ]
        sent = {
            "input_ids": window.ids,
            "attention_mask": window.attention_mask,
            "token_type_ids": window.type_ids,
            "bbox": boxes,
        }
        with torch.inference_mode():
            return self._model(**{name: torch.tensor([row], device=self._model.device) for name, row in sent.items()})


def _place(window: Any, first: int, last: int) -> tuple[int, int]:
    """The words of these tokens: the first, and the one after the last."""
    return window.word_ids[first], window.word_ids[last] + 1


def _thousandths(box: Box, size: tuple[int, int]) -> list[int]:
    return _upright([min(max(0, side / size[at % 2]), 1) * BOX_SCALE for at, side in enumerate(box)])


def _upright(sides: Sequence[float]) -> list[int]:
    left, top, right, bottom = map(round, sides)
    return [min(left, right), min(top, bottom), max(left, right), max(top, bottom)]


def _row(words: list[TextWord], answer: range, score: float) -> dict[str, Any]:
    return {
        "answer": " ".join(words[at].text for at in answer),
        "score": score,
        "start": answer[0] if answer else 0,
        "end": answer[-1] if answer else 0,
        "words": list(answer),
        "boxes": [box._asdict() for box in Page(words, []).boxes(answer)],
    }


FAMILY = Family(
    tasks=(
        ServedTask(
            id="document-question-answering",
            body=DocumentQuestionAnsweringBody,
            answer=PageReader.answer,
            takes_files=True,
            answered_example={"inputs": {"question": "What is the total?", "image": Sample("invoice.png")}},
        ),
    ),
    load=PageReader,
    needs=(*TRANSFORMERS, *OCR),
)
