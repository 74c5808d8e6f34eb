"""Whether a picture was changed as asked, by its pixels before and after, of shape (height, width, 3)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float64]

_ALMOST_GREY = 4.0
_CLEARLY = 1.1
_SAME = 12.0


def _spread_of_colours(pixels: Pixels) -> float:
    """How far a pixel's channels lie apart, on average."""
    return float(np.ptp(pixels, axis=2).mean())


def _detail(pixels: Pixels) -> float:
    return float(np.abs(np.diff(pixels.mean(axis=2), axis=1)).mean())


def _warmth(pixels: Pixels) -> float:
    return float((pixels[..., 0] - pixels[..., 2]).mean())


def _is_same(one: Pixels, other: Pixels) -> bool:
    return one.shape == other.shape and float(np.abs(one - other).mean()) < _SAME


def _grew(measure: Callable[[Pixels], Any], before: Pixels, after: Pixels) -> bool:
    return bool(measure(after) > _CLEARLY * measure(before))


DONE: dict[str, Callable[[Pixels, Pixels], bool]] = {
    "grey": lambda before, after: _spread_of_colours(after) < _ALMOST_GREY,
    "brighter": lambda before, after: _grew(np.mean, before, after),
    "darker": lambda before, after: _grew(np.mean, after, before),
    "mirrored": lambda before, after: _is_same(before[:, ::-1], after),
    "upside down": lambda before, after: _is_same(before[::-1, ::-1], after) or _is_same(before[::-1], after),
    "turned right": lambda before, after: _is_same(np.rot90(before, -1), after),
    "softer": lambda before, after: _grew(_detail, after, before),
    "inverted": lambda before, after: _is_same(255 - before, after),
    "more contrast": lambda before, after: _grew(np.std, before, after),
    "more saturated": lambda before, after: _grew(_spread_of_colours, before, after),
    "warmer": lambda before, after: _grew(_warmth, before, after),
}
