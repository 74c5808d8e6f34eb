"""All edits by name, and how several of them are applied to a picture."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from inference_core.engine.builtin.editing import adjustments as adjust
from inference_core.engine.builtin.editing import effects

if TYPE_CHECKING:
    from inference_core.engine.builtin.editing.prompts import Edit

_Change = Callable[[Image.Image, float], Image.Image]

MOST_PIXELS = 2048 * 2048
"""The maximum size of an edited picture: enough for a screen, and it takes only seconds."""


def _painted(effect: Callable[[effects.Pixels, float], effects.Pixels]) -> _Change:
    return lambda picture, strength: Image.fromarray(effect(np.asarray(picture), strength))


def _turned(way: Image.Transpose) -> _Change:
    return lambda picture, strength: picture.transpose(way)


EDITS: Mapping[str, _Change] = {
    "pencil_sketch": _painted(effects.pencil_sketch),
    "line_art": _painted(effects.line_art),
    "edges": _painted(effects.edges),
    "cartoon": _painted(effects.cartoon),
    "oil_painting": _painted(effects.oil_painting),
    "watercolour": _painted(effects.watercolour),
    "black_and_white": adjust.black_and_white,
    "sepia": adjust.sepia,
    "blur": adjust.blur,
    "sharpen": adjust.sharpen,
    "brighten": adjust.brighten,
    "darken": adjust.darken,
    "more_contrast": adjust.more_contrast,
    "less_contrast": adjust.less_contrast,
    "more_saturation": adjust.more_saturation,
    "less_saturation": adjust.less_saturation,
    "warmer": adjust.warmer,
    "cooler": adjust.cooler,
    "invert": adjust.invert,
    "posterize": adjust.posterize,
    "pixelate": adjust.pixelate,
    "emboss": adjust.emboss,
    "vignette": adjust.vignette,
    "mirror": _turned(Image.Transpose.FLIP_LEFT_RIGHT),
    "flip_vertically": _turned(Image.Transpose.FLIP_TOP_BOTTOM),
    "upside_down": _turned(Image.Transpose.ROTATE_180),
    "rotate_right": _turned(Image.Transpose.ROTATE_270),
    "rotate_left": _turned(Image.Transpose.ROTATE_90),
    "night": adjust.night,
    "autumn": adjust.autumn,
    "vintage": adjust.vintage,
    "denoise": adjust.denoise,
}


def edited(picture: Image.Image, edits: Iterable["Edit"], size: tuple[int, int] | None) -> Image.Image:
    """The upright RGB picture after the edits, in order; one of more than `MOST_PIXELS` is scaled down first.

    If a size (width, height) is given, the result is scaled to it and, if necessary, cropped evenly on both sides.
    """
    result = _within(picture, MOST_PIXELS)
    for edit in edits:
        result = EDITS[edit.name](result, edit.strength)
    return ImageOps.fit(result, size, Image.Resampling.LANCZOS) if size and size != result.size else result


def _within(picture: Image.Image, most: int) -> Image.Image:
    factor = (most / (picture.width * picture.height)) ** 0.5
    if factor >= 1:
        return picture
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
