"""Edits of light, colour or sharpness, after which a photo still looks like a photo; RGB pictures in and out.

`strength` is 1 if the prompt gives only the word, less for "slightly", more for "very".
"""

import math
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps
from PIL.Image import Image as Picture

# A matrix from red, green and blue to red, green and blue; its fourth column is added.
_SEPIA = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)


def black_and_white(picture: Picture, strength: float) -> Picture:
    return ImageOps.grayscale(picture).convert("RGB")


def sepia(picture: Picture, strength: float) -> Picture:
    return Image.blend(picture, picture.convert("RGB", _SEPIA), min(strength, 1))


def brighten(picture: Picture, strength: float) -> Picture:
    # ImageEnhance.Brightness would overexpose the sky; a power function keeps white white.
    return _curved(picture, lambda level: level ** (1 / (1 + 0.55 * strength)))


def darken(picture: Picture, strength: float) -> Picture:
    return _curved(picture, lambda level: level ** (1 + 0.6 * strength) * (1 - 0.1 * strength))


def more_contrast(picture: Picture, strength: float) -> Picture:
    # A sine curve, because ImageEnhance.Contrast turns bright skies white.
    return _curved(picture, lambda level: 0.5 + math.tanh(3 * strength * (level - 0.5)) / math.tanh(1.5 * strength) / 2)


def less_contrast(picture: Picture, strength: float) -> Picture:
    return ImageEnhance.Contrast(picture).enhance(0.55**strength)


def more_saturation(picture: Picture, strength: float) -> Picture:
    return ImageEnhance.Color(picture).enhance(1 + 0.6 * strength)


def less_saturation(picture: Picture, strength: float) -> Picture:
    return ImageEnhance.Color(picture).enhance(0.45**strength)


def warmer(picture: Picture, strength: float) -> Picture:
    return _tinted(picture, 1 + 0.14 * strength, 1 + 0.03 * strength, 1 - 0.2 * strength)


def cooler(picture: Picture, strength: float) -> Picture:
    return _tinted(picture, 1 - 0.18 * strength, 1 - 0.01 * strength, 1 + 0.14 * strength)


def invert(picture: Picture, strength: float) -> Picture:
    return ImageOps.invert(picture)


def blur(picture: Picture, strength: float) -> Picture:
    return picture.filter(ImageFilter.GaussianBlur(max(1.5, diagonal(picture) * 0.006) * strength))


def sharpen(picture: Picture, strength: float) -> Picture:
    radius = max(0.8, diagonal(picture) * 0.0012)
    return picture.filter(ImageFilter.UnsharpMask(radius, percent=round(110 * strength), threshold=0))


def denoise(picture: Picture, strength: float) -> Picture:
    """A median filter for single pixels, then smoothing that keeps edges."""
    calm = cv2.medianBlur(np.asarray(picture), 3)
    return Image.fromarray(cv2.bilateralFilter(calm, 7, 30 * strength, 5))


def vignette(picture: Picture, strength: float) -> Picture:
    depth = min(0.95, 0.75 * strength)
    distance = Image.radial_gradient("L").resize(picture.size, Image.Resampling.BICUBIC)
    shade = _curved(distance, lambda level: 1 - depth * level**2.4)
    return ImageChops.multiply(picture, shade.convert("RGB"))


def night(picture: Picture, strength: float) -> Picture:
    """Dark, bluish and pale; only the brightest parts still glow."""
    dark = _tinted(ImageEnhance.Color(picture).enhance(0.6), 0.22, 0.3, 0.52)
    lights = _curved(ImageOps.grayscale(picture), lambda level: 0.45 * level**5).convert("RGB")
    return vignette(ImageChops.add(dark, ImageChops.multiply(picture, lights)), 0.6)


def autumn(picture: Picture, strength: float) -> Picture:
    """Green becomes orange, everything else warmer."""
    hue, saturation, value = picture.convert("HSV").split()
    # Hues go up to 255: green-yellow to teal (28 to 128) is mapped to red to amber (8 to 31).
    turned = hue.point([round(8 + (128 - level) * 0.23) if 28 <= level <= 128 else level for level in range(256)])
    return warmer(Image.merge("HSV", (turned, saturation, value)).convert("RGB"), 0.5)


def vintage(picture: Picture, strength: float) -> Picture:
    """Faded like an old print: raised blacks, yellowed, pale, darker corners."""
    faded = _curved(ImageEnhance.Color(picture).enhance(0.65), lambda level: 0.13 + level * 0.8)
    return vignette(Image.blend(warmer(faded, 0.7), sepia(faded, 1), 0.35), 0.5)


def posterize(picture: Picture, strength: float) -> Picture:
    return _curved(picture, lambda level: round(level * 5) / 5)


def pixelate(picture: Picture, strength: float) -> Picture:
    block = max(2.0, max(picture.size) / 72 * strength)
    few = (max(1, round(picture.width / block)), max(1, round(picture.height / block)))
    return picture.resize(few, Image.Resampling.BOX).resize(picture.size, Image.Resampling.NEAREST)


def emboss(picture: Picture, strength: float) -> Picture:
    """Grey relief, lit from the upper left."""
    # The rows of the kernel are listed from bottom to top.
    relief = ImageFilter.Kernel((3, 3), (0, 1, 2, -1, 0, 1, -2, -1, 0), scale=1 / strength, offset=128)
    calm = ImageOps.grayscale(picture).filter(ImageFilter.GaussianBlur(max(0.8, diagonal(picture) * 0.0008)))
    return calm.filter(relief).convert("RGB")


def diagonal(picture: Picture) -> float:
    """The diagonal in pixels. Effects are scaled with it, so that they look the same on small and large pictures."""
    return math.hypot(*picture.size)


def _curved(picture: Picture, curve: Callable[[float], float]) -> Picture:
    """The picture with every level, 0 to 1, mapped by the curve."""
    levels = [round(255 * max(0.0, min(1.0, curve(level / 255)))) for level in range(256)]
    return picture.point(levels * len(picture.getbands()))


def _tinted(picture: Picture, red: float, green: float, blue: float) -> Picture:
    return picture.convert("RGB", (red, 0, 0, 0, 0, green, 0, 0, 0, 0, blue, 0))
