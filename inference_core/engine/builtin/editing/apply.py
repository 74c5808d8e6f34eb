"""Every edit by its name, and a picture edited by several of them one after the other."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageOps

from inference_core.engine.builtin.editing import adjustments as adjust
from inference_core.engine.builtin.editing import effects
from inference_core.engine.builtin.editing.adjustments import Pixels

if TYPE_CHECKING:
    from inference_core.engine.builtin.editing.prompts import Edit

MOST_PIXELS = 2048 * 2048
"""Of an edited picture: enough for a screen, and an answer within seconds."""


def _turned(code: int) -> Callable[[Pixels, float], Pixels]:
    return lambda pixels, strength: cv2.rotate(pixels, code)


def _flipped(axis: int) -> Callable[[Pixels, float], Pixels]:
    return lambda pixels, strength: cv2.flip(pixels, axis)


EDITS: Mapping[str, Callable[[Pixels, float], Pixels]] = {
    "pencil_sketch": effects.pencil_sketch,
    "line_art": effects.line_art,
    "edges": effects.edges,
    "cartoon": effects.cartoon,
    "oil_painting": effects.oil_painting,
    "watercolour": effects.watercolour,
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
    "posterize": effects.posterize,
    "pixelate": effects.pixelate,
    "emboss": effects.emboss,
    "vignette": adjust.vignette,
    "mirror": _flipped(1),
    "flip_vertically": _flipped(0),
    "upside_down": _turned(cv2.ROTATE_180),
    "rotate_right": _turned(cv2.ROTATE_90_CLOCKWISE),
    "rotate_left": _turned(cv2.ROTATE_90_COUNTERCLOCKWISE),
    "night": adjust.night,
    "autumn": adjust.autumn,
    "vintage": adjust.vintage,
    "denoise": adjust.denoise,
}


def edited(picture: Image.Image, edits: Iterable["Edit"], size: tuple[int, int] | None) -> Image.Image:
    """The upright RGB picture after the edits, in order; one of more than `MOST_PIXELS` is scaled down first.

    Given a size (width, height), the result is scaled and, where its proportions differ, cut evenly on both sides.
    """
    pixels: Pixels = np.asarray(_within(picture, MOST_PIXELS))
    for edit in edits:
        pixels = EDITS[edit.name](pixels, edit.strength)
    result = Image.fromarray(pixels)
    return ImageOps.fit(result, size, Image.Resampling.LANCZOS) if size and size != result.size else result


def _within(picture: Image.Image, most: int) -> Image.Image:
    factor = (most / (picture.width * picture.height)) ** 0.5
    if factor >= 1:
        return picture
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
