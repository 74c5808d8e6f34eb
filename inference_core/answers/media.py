"""Typed outputs of the tasks on sounds and pictures; names and fields are from the Hub's task specifications."""

from typing import TYPE_CHECKING, Any

import msgspec

from inference_core.answers.base import Output, Part, many
from inference_core.answers.files import picture
from inference_core.answers.tolerant import AnswerText
from inference_core.errors import InvalidAnswerError
from inference_core.media.base64_text import file_in
from inference_core.media.pictures import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_MASK_PIXELS = 10 * MAX_PIXELS  # of all masks together, because a few kilobytes of PNG can contain millions


class AudioClassificationOutputElement(Output, kw_only=True, eq=False):
    label: AnswerText
    score: float | None = None


class AutomaticSpeechRecognitionOutputChunk(Part, kw_only=True, eq=False):
    """A part of the text; `timestamp` is its (start, end) in seconds, each None if the model does not know it."""

    text: AnswerText
    timestamp: list[float | None] = msgspec.field(default_factory=lambda: [None, None])


class AutomaticSpeechRecognitionOutput(Output, kw_only=True, eq=False):
    text: AnswerText
    chunks: list[AutomaticSpeechRecognitionOutputChunk] | None = None


class ImageClassificationOutputElement(Output, kw_only=True, eq=False):
    label: AnswerText
    score: float | None = None


class ZeroShotImageClassificationOutputElement(Output, kw_only=True, eq=False):
    label: AnswerText
    score: float | None = None


class ImageToTextOutput(Output, kw_only=True, eq=False):
    generated_text: AnswerText


class BoundingBox(Part, kw_only=True, eq=False):
    """In pixels, measured from the upper left corner of the picture."""

    xmin: int | float
    ymin: int | float
    xmax: int | float
    ymax: int | float


class ObjectDetectionOutputElement(Output, kw_only=True, eq=False):
    _carriers = ("label", "box")

    label: AnswerText
    score: float | None = None
    box: BoundingBox | None = None


class ImageSegmentationOutputElement(Output, kw_only=True, eq=False):
    """`mask` is a PIL image of mode L, white where the segment is."""

    label: str
    mask: Any
    score: float | None = None


class VisualQuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    answer: AnswerText
    score: float | None = None


class DocumentQuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    """`start` and `end` are the indices of the answer's first and last word in the document, `words` all its indices.

    `boxes`, which only the local engine sends, is where the words are on the page.
    """

    answer: AnswerText
    score: float | None = None
    start: int | None = None
    end: int | None = None
    words: list[int] | None = None
    boxes: list[BoundingBox] | None = None


class _Segment(Output, kw_only=True, eq=False):
    label: AnswerText = ""
    mask: str
    score: float | None = None


def segments(body: bytes) -> list[ImageSegmentationOutputElement]:
    """Decode `[{label, score, mask}]`, where `mask` is a picture in base64."""
    decoded = []
    left = _MAX_MASK_PIXELS
    for segment in many(_Segment)(body):
        mask = _mask(segment.mask, left)
        left -= mask.width * mask.height
        decoded.append(
            ImageSegmentationOutputElement(
                label=segment.label, score=segment.score, mask=mask, _body=segment._body, _place=segment._place
            )
        )
    return decoded


def segment(label: str, mask: bytes, body: bytes) -> ImageSegmentationOutputElement:
    """A segment from the bytes of its mask picture; `body` is the answer that contains it."""
    return ImageSegmentationOutputElement(label=label, mask=picture(mask).convert("L"), _body=body)


def _mask(encoded: str, most_pixels: int) -> "Image":
    try:
        content = file_in(encoded)
    except ValueError:
        raise InvalidAnswerError("mask_not_base64", encoded.encode()) from None
    mask = picture(content, min(most_pixels, MAX_PIXELS))
    return mask if mask.mode == "L" else mask.convert("L")
