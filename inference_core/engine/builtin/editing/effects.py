"""Edits that turn a photograph into a drawing or a painting; RGB pixels of 8 bits in and out.

OpenCV's own pencilSketch and stylization were tried: photographs become nearly black, and they are three times slower.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""Shape (height, width, 3), uint8, in the order red, green, blue; shape (height, width) for brightness only."""

_PAINTED = 900_000
"""The number of pixels on which brush strokes are painted. With more they would be too fine, and slow."""


def pencil_sketch(pixels: Pixels, strength: float) -> Pixels:
    """Brightness divided by its own blur leaves lines where the brightness changes."""
    light = _blurred(_grey(pixels), 0.6)
    around = _blurred(light, _diagonal(pixels) * 0.008)
    lines = cv2.divide(light, np.maximum(around, 1), scale=255)
    darker = (np.arange(256, dtype=np.float32) / 255) ** (2.2 * strength) * 255
    return _as_grey(cv2.LUT(lines, darker.astype(np.uint8)))


def line_art(pixels: Pixels, strength: float) -> Pixels:
    """Black contours on white paper, drawn where a fine blur is darker than a coarse one."""
    light = _grey(_reduced(pixels, _PAINTED))
    fine = _diagonal(light) * 0.0012
    differences = cv2.subtract(_blurred(light, 1.6 * fine), _blurred(light, fine), dtype=cv2.CV_32F)
    lines = 255 * (1 - np.tanh(np.clip(differences - 1.2, 0, None) * (0.3 * strength)))
    return _like(_as_grey(lines.astype(np.uint8)), pixels)


def edges(pixels: Pixels, strength: float) -> Pixels:
    """Light contours on black."""
    calm = _blurred(pixels, max(1.0, _diagonal(pixels) * 0.001)).astype(np.float32)
    slopes = [cv2.Scharr(calm, cv2.CV_32F, 1, 0), cv2.Scharr(calm, cv2.CV_32F, 0, 1)]
    steepness = np.hypot(*slopes).max(axis=2)
    return _as_grey(np.clip(steepness * (0.35 * strength), 0, 255).astype(np.uint8))


def cartoon(pixels: Pixels, strength: float) -> Pixels:
    """Flat, strong colours inside dark contours."""
    small = _reduced(pixels, _PAINTED // 2)
    for _ in range(4):
        small = cv2.bilateralFilter(small, 7, 35, 7)
    flat = _like(_flat(_vivid(small), 9), pixels)
    calm = cv2.medianBlur(_grey(pixels), 5)
    size = _odd(_diagonal(pixels) * 0.008)
    lines = cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, size, 8)
    soft = _blurred(cv2.medianBlur(lines, 3), 0.7)
    return cv2.multiply(flat, _as_grey(np.maximum(soft, 40)), scale=1 / 255)


def oil_painting(pixels: Pixels, strength: float) -> Pixels:
    """Each pixel takes the mean colour of the most frequent brightness around it, which looks like brush strokes."""
    small = _reduced(pixels, _PAINTED)
    size = _odd(_diagonal(small) * 0.0075)
    shade = _grey(small) // 26
    best = np.zeros(shade.shape, np.float32)
    painted = np.zeros(small.shape, np.float32)
    for level in range(10):
        inside = (shade == level).astype(np.float32)
        count = cv2.boxFilter(inside, -1, (size, size), normalize=False)
        total = cv2.boxFilter(small * inside[..., None], -1, (size, size), normalize=False)
        ahead = count > best
        best = np.where(ahead, count, best)
        painted[ahead] = total[ahead] / count[ahead][..., None]
    strokes = _vivid(painted.clip(0, 255).astype(np.uint8))
    return _like(_lit_relief(strokes), pixels)


def watercolour(pixels: Pixels, strength: float) -> Pixels:
    """Pale areas that run into each other, with darker edges, on grained paper."""
    small = _reduced(pixels, _PAINTED)
    wash = cv2.medianBlur(small, _odd(_diagonal(small) * 0.006))
    for _ in range(2):
        wash = cv2.bilateralFilter(wash, 9, 45, 9)
    rims = np.hypot(
        cv2.Sobel(_grey(wash), cv2.CV_32F, 1, 0),
        cv2.Sobel(_grey(wash), cv2.CV_32F, 0, 1),
    )
    pale = 255 - (255 - _vivid(wash).astype(np.float32)) * 0.78
    shade = 1 - np.clip(rims / 500, 0, 0.35)
    return _like((pale * (shade * _paper(*shade.shape))[..., None]).clip(0, 255).astype(np.uint8), pixels)


def _grey(pixels: Pixels) -> Pixels:
    """Brightness, shape (height, width)."""
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _as_grey(values: Pixels) -> Pixels:
    return cv2.cvtColor(values, cv2.COLOR_GRAY2RGB)


def _blurred(values: Pixels, sigma: float) -> Pixels:
    return cv2.GaussianBlur(values, (0, 0), max(sigma, 0.3))


def _diagonal(pixels: Pixels) -> float:
    """The diagonal in pixels. Effects are scaled with it, so that they look the same on small and large pictures."""
    return float(np.hypot(*pixels.shape[:2]))


def _reduced(pixels: Pixels, most: int) -> Pixels:
    height, width = pixels.shape[:2]
    factor = (most / (height * width)) ** 0.5
    if factor >= 1:
        return pixels
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _like(pixels: Pixels, original: Pixels) -> Pixels:
    """The pixels, scaled to the size of the original."""
    if pixels.shape == original.shape:
        return pixels
    size = (original.shape[1], original.shape[0])
    return cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)


def _odd(length: float) -> int:
    return max(3, int(length) | 1)


def _vivid(pixels: Pixels) -> Pixels:
    hue, saturation, value = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    stronger = cv2.merge([hue, cv2.convertScaleAbs(saturation, alpha=1.3), value])
    return cv2.cvtColor(stronger, cv2.COLOR_HSV2RGB)


def _fewer_shades(pixels: Pixels, shades: int) -> Pixels:
    levels = np.round(np.arange(256) / 255 * (shades - 1)) / (shades - 1) * 255
    return cv2.LUT(pixels, levels.astype(np.uint8))


def _flat(pixels: Pixels, shades: int) -> Pixels:
    """Fewer levels of brightness, with unchanged hues."""
    light, *hue = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB))
    return cv2.cvtColor(cv2.merge([_fewer_shades(light, shades), *hue]), cv2.COLOR_LAB2RGB)


def _lit_relief(pixels: Pixels) -> Pixels:
    """Brightness as of thick paint, lit from above at the edges of its strokes."""
    relief = cv2.Sobel(_grey(pixels), cv2.CV_32F, 0, 1) * 0.09
    lit: Pixels = (pixels + np.clip(relief, -18, 18)[..., None]).clip(0, 255).astype(np.uint8)
    return lit


def _paper(height: int, width: int) -> NDArray[np.float32]:
    """Paper grain between .9 and 1.02. It is always the same for the same size, because an edit has no seed."""
    rough = np.random.default_rng(7).standard_normal((height, width)).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(rough, (0, 0), 1.2), np.float32)
    grain: NDArray[np.float32] = 0.97 + 0.06 * np.clip(soft, -0.8, 0.8)
    return grain
