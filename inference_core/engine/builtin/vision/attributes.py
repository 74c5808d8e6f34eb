"""Measures what does not depend on what a picture shows: colours, light, shape and black and white."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from inference_core.engine.builtin.vision.colours import Floats, Pixels, chroma, colour_names, colour_numbers, oklab

if TYPE_CHECKING:
    from PIL.Image import Image

Orientation = Literal["portrait", "landscape", "square"]
Light = Literal["dark", "bright", "neither dark nor bright"]

_LONGEST_SIDE = 256
_SQUARE_WITHIN = 1.05
_DARK = 0.42
_BRIGHT = 0.75
_GREY = 0.025
_COLOURED_PIXELS = 0.01
_COLOURFUL = 0.07
_FRAME = 1 / 12


class ColourShare(NamedTuple):
    """How much of a picture, 0 to 1, has the colour with this name."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class PictureAttributes:
    """`colours` are sorted by share, largest first; the shares sum to 1.

    `brightness` is the mean lightness in Oklab, 0 to 1. `colourfulness` is the mean chroma:
    0 for grey, about 0.07 and more for vivid pictures.
    """

    width: int
    height: int
    orientation: Orientation
    colours: tuple[ColourShare, ...]
    brightness: float
    light: Light
    colourfulness: float
    is_black_and_white: bool
    is_colourful: bool

    def share(self, name: str) -> float:
        """The share of the colour with this name."""
        return next((colour.share for colour in self.colours if colour.name == name), 0.0)


def measure(picture: "Image") -> PictureAttributes:
    """The attributes of an upright RGB picture; takes a few milliseconds for any size."""
    pixels = small_copy(picture, _LONGEST_SIDE)
    lab = oklab(pixels)
    brightness, colourfulness = float(lab[..., 0].mean()), float(chroma(lab).mean())
    return PictureAttributes(
        width=picture.width,
        height=picture.height,
        orientation=_orientation(picture.width, picture.height),
        colours=colour_shares(pixels),
        brightness=brightness,
        light=_light(brightness),
        colourfulness=colourfulness,
        is_black_and_white=_is_black_and_white(lab),
        is_colourful=colourfulness >= _COLOURFUL,
    )


def small_copy(picture: "Image", longest: int) -> Pixels:
    """The pixels, shape (height, width, 3), of a copy with sides of at most `longest` pixels."""
    scale = min(1.0, longest / max(picture.size))
    if scale < 1:
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, reducing_gap=2.0)
    pixels: Pixels = np.asarray(picture.convert("RGB"))
    return pixels


def colour_shares(pixels: Pixels) -> tuple[ColourShare, ...]:
    """The names of the colours in pixels of shape (..., 3), largest share first; missing colours are left out."""
    names = colour_names()
    counts = np.bincount(colour_numbers(pixels).ravel(), minlength=len(names))
    shares = counts / counts.sum()
    return tuple(ColourShare(names[number], float(shares[number])) for number in np.argsort(-shares) if counts[number])


def frame_colours(picture: "Image") -> tuple[ColourShare, ...]:
    """The colours along the four sides, a twelfth of the shorter one deep: mostly those of the background."""
    pixels = small_copy(picture, _LONGEST_SIDE)
    band = max(1, round(_FRAME * min(pixels.shape[:2])))
    inside = np.zeros(pixels.shape[:2], np.bool_)
    inside[band:-band, band:-band] = True
    return colour_shares(pixels[~inside])


def _orientation(width: int, height: int) -> Orientation:
    if max(width, height) <= _SQUARE_WITHIN * min(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def _light(brightness: float) -> Light:
    if brightness < _DARK:
        return "dark"
    return "bright" if brightness > _BRIGHT else "neither dark nor bright"


def _is_black_and_white(lab: Floats) -> bool:
    """Whether at most a hundredth of the pixels has a colour: scans and JPEG files are never quite grey."""
    return float((chroma(lab) > _GREY).mean()) <= _COLOURED_PIXELS
