"""Edits that change light, colour or sharpness and leave the picture a photograph; RGB pixels of 8 bits in and out.

`strength` is 1 for what people mean by the bare word, less for "slightly", more for "very".
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""Shape (height, width, 3), uint8, in the order red, green, blue; shape (height, width) where only brightness is."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)
_LEVELS = np.arange(256, dtype=np.float32) / 255


def black_and_white(pixels: Pixels, strength: float) -> Pixels:
    return as_grey(grey(pixels))


def sepia(pixels: Pixels, strength: float) -> Pixels:
    return _mixed(pixels, cv2.transform(pixels, _SEPIA), min(strength, 1))


def brighten(pixels: Pixels, strength: float) -> Pixels:
    return _curve(pixels, _LEVELS ** (1 / (1 + 0.55 * strength)))


def darken(pixels: Pixels, strength: float) -> Pixels:
    return _curve(pixels, _LEVELS ** (1 + 0.6 * strength) * (1 - 0.1 * strength))


def more_contrast(pixels: Pixels, strength: float) -> Pixels:
    slope = 6 * strength
    curve = 1 / (1 + np.exp(-slope * (_LEVELS - 0.5)))
    return _curve(pixels, (curve - curve[0]) / (curve[-1] - curve[0]))


def less_contrast(pixels: Pixels, strength: float) -> Pixels:
    return _curve(pixels, 0.5 + (_LEVELS - 0.5) * 0.55**strength)


def more_saturation(pixels: Pixels, strength: float) -> Pixels:
    return _saturated(pixels, 1 + 0.6 * strength)


def less_saturation(pixels: Pixels, strength: float) -> Pixels:
    return _saturated(pixels, 0.45**strength)


def warmer(pixels: Pixels, strength: float) -> Pixels:
    return _tinted(pixels, (1 + 0.14 * strength, 1 + 0.03 * strength, 1 - 0.2 * strength))


def cooler(pixels: Pixels, strength: float) -> Pixels:
    return _tinted(pixels, (1 - 0.18 * strength, 1 - 0.01 * strength, 1 + 0.14 * strength))


def invert(pixels: Pixels, strength: float) -> Pixels:
    return cv2.bitwise_not(pixels)


def blur(pixels: Pixels, strength: float) -> Pixels:
    return blurred(pixels, max(1.5, diagonal(pixels) * 0.006) * strength)


def sharpen(pixels: Pixels, strength: float) -> Pixels:
    soft = blurred(pixels, max(0.8, diagonal(pixels) * 0.0012))
    return cv2.addWeighted(pixels, 1 + 1.1 * strength, soft, -1.1 * strength, 0)


def denoise(pixels: Pixels, strength: float) -> Pixels:
    """Median against single pixels, then smoothing that keeps edges."""
    return cv2.bilateralFilter(cv2.medianBlur(pixels, 3), 7, 30 * strength, 5)


def vignette(pixels: Pixels, strength: float) -> Pixels:
    height, width = pixels.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32) ** 2 if width > 1 else np.zeros(1, np.float32)
    down = np.linspace(-1, 1, height, dtype=np.float32) ** 2 if height > 1 else np.zeros(1, np.float32)
    distance = (across[None, :] + down[:, None]) / 2
    return _bytes(pixels * (1 - min(0.95, 0.75 * strength) * distance**1.2)[..., None])


def night(pixels: Pixels, strength: float) -> Pixels:
    """Dark, bluish and pale, with the brightest parts left glowing."""
    pale = _saturated(pixels, 0.6)
    light = grey(pixels).astype(np.float32)[..., None] / 255
    dark = pale * np.array([0.22, 0.3, 0.52], np.float32)
    return vignette(_bytes(dark + pixels * 0.45 * light**5), 0.6)


def autumn(pixels: Pixels, strength: float) -> Pixels:
    """Greens turned to orange, the rest warmed."""
    hue, saturation, value = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    levels = np.arange(256, dtype=np.float32)
    # Hues run to 180 here: green-yellow to teal (25 to 90) are squeezed into red to amber (6 to 22).
    green = np.where((levels >= 20) & (levels <= 90), 6 + (90 - levels) * 16 / 70, levels).astype(np.uint8)
    turned = cv2.merge([cv2.LUT(hue, green), saturation, value])
    return warmer(cv2.cvtColor(turned, cv2.COLOR_HSV2RGB), 0.5)


def vintage(pixels: Pixels, strength: float) -> Pixels:
    """Faded like an old print: raised blacks, yellowed, pale, darker corners."""
    faded = _curve(_saturated(pixels, 0.65), 0.13 + _LEVELS * 0.8)
    return vignette(_mixed(warmer(faded, 0.7), sepia(faded, 1), 0.35), 0.5)


def grey(pixels: Pixels) -> Pixels:
    """Brightness, shape (height, width)."""
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def as_grey(values: Pixels) -> Pixels:
    return cv2.cvtColor(values, cv2.COLOR_GRAY2RGB)


def blurred(values: Pixels, sigma: float) -> Pixels:
    return cv2.GaussianBlur(values, (0, 0), max(sigma, 0.3))


def diagonal(pixels: Pixels) -> float:
    """Pixels from corner to corner: what looks alike on a small and a large picture grows with it."""
    return float(np.hypot(*pixels.shape[:2]))


def _curve(pixels: Pixels, curve: NDArray[Any]) -> Pixels:
    return cv2.LUT(pixels, _bytes(curve * 255))


def _saturated(pixels: Pixels, factor: float) -> Pixels:
    own = np.eye(3, dtype=np.float32) * factor + _LUMA[None, :] * (1 - factor)
    return cv2.transform(pixels, own)


def _tinted(pixels: Pixels, factors: tuple[float, float, float]) -> Pixels:
    return cv2.transform(pixels, np.diag(factors).astype(np.float32))


def _mixed(before: Pixels, after: Pixels, share: float) -> Pixels:
    return cv2.addWeighted(before, 1 - share, after, share, 0)


def _bytes(values: NDArray[Any]) -> Pixels:
    rounded: Pixels = np.clip(values, 0, 255).astype(np.uint8)
    return rounded
