"""Judges how true claims about a picture, such as "dark", "blue" or "chart", are."""

import math
from collections.abc import Callable, Mapping

from inference_core.engine.builtin.measured.facts import PictureFacts
from inference_core.engine.builtin.measured.vocabulary import COLOURS

_DARK = 0.42
_BRIGHT = 0.72
_LIGHT_SLOPE = 0.03
_COLOURFUL = 0.07
_COLOURFUL_SLOPE = 0.01
_COLOUR_OF_ALL = 0.5
_UNSEEN = 0.05
_FACELESS = 0.2


def truth(claim: str, facts: PictureFacts) -> float:
    """How true a claim is of the picture, 0 to 1; claims are colours and the keys of `labels` in picture_words.toml.

    Raises CannotAnswer if the claim is about the kind of the picture and the picture is blank.
    """
    if claim in COLOURS:
        return min(1.0, facts.attributes.share(claim) / _COLOUR_OF_ALL)
    if claim in _KINDS:
        return facts.kinds[claim]
    return _JUDGES[claim](facts)


def dark(facts: PictureFacts) -> float:
    return _rising((_DARK - facts.attributes.brightness) / _LIGHT_SLOPE)


def bright(facts: PictureFacts) -> float:
    return _rising((facts.attributes.brightness - _BRIGHT) / _LIGHT_SLOPE)


def colourful(facts: PictureFacts) -> float:
    return _rising((facts.attributes.colourfulness - _COLOURFUL) / _COLOURFUL_SLOPE)


def black_and_white(facts: PictureFacts) -> float:
    return 1 - _UNSEEN if facts.attributes.is_black_and_white else _UNSEEN


def has_text(facts: PictureFacts) -> float:
    """As sure as the surest line of text."""
    return max((line.score for line in facts.lines), default=_UNSEEN)


def has_face(facts: PictureFacts) -> float:
    """As sure as the surest face; the finder misses faces from the side, so without one some doubt is left."""
    return max((face.score for face in facts.faces), default=_FACELESS)


def has_qr_code(facts: PictureFacts) -> float:
    return 1.0 if facts.qr_codes else _FACELESS


_KINDS = ("photo", "drawing", "document", "screenshot", "chart")

_JUDGES: Mapping[str, Callable[[PictureFacts], float]] = {
    "dark": dark,
    "bright": bright,
    "colourful": colourful,
    "black and white": black_and_white,
    "in colour": lambda facts: 1 - black_and_white(facts),
    "text": has_text,
    "no text": lambda facts: 1 - has_text(facts),
    "face": has_face,
    "no face": lambda facts: 1 - has_face(facts),
    "QR code": has_qr_code,
    "portrait format": lambda facts: float(facts.attributes.orientation == "portrait"),
    "landscape format": lambda facts: float(facts.attributes.orientation == "landscape"),
    "square format": lambda facts: float(facts.attributes.orientation == "square"),
}


def _rising(steps: float) -> float:
    return (1 + math.tanh(steps / 2)) / 2
