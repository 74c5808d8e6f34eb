"""What models that answer questions about pages share: the body of a request, and words that the caller has read."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.vision.boxes import Box
from inference_core.engine.builtin.vision.ocr import TextWord
from inference_core.engine.builtin.vision.questions import AskedPicture, QuestionAndPicture

BOX_SCALE = 1000
_MAX_WORDS = 2_000
_MAX_WORD_LENGTH = 100

_Side = Annotated[float, msgspec.Meta(ge=0, le=BOX_SCALE)]
_Word = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=_MAX_WORD_LENGTH)]

WordBox = tuple[_Word, tuple[_Side, _Side, _Side, _Side]]
"""A word and its left, top, right and bottom side, in thousandths of the picture's width and height."""

WordBoxes = Annotated[list[WordBox], msgspec.Meta(max_length=_MAX_WORDS)]


class AskedDocument(AskedPicture):
    """`question` and `image` are in `inputs`, or next to `parameters` as endpoints in 2023 accepted them."""

    inputs: QuestionAndPicture | None = None


def placed(word: str, sides: Sequence[float], size: tuple[int, int]) -> TextWord:
    """A word of the caller's in a picture of this size."""
    left, top, right, bottom = (round(side / BOX_SCALE * size[index % 2]) for index, side in enumerate(sides))
    return TextWord(nfc(word), Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom)))
