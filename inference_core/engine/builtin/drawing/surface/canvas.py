"""The surface that is painted on: larger than the picture, so that scaling it down smooths every edge."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from inference_core.engine.builtin.drawing.surface.light import Light
from inference_core.engine.builtin.drawing.surface.scene import Colour

Floats = NDArray[np.float32]
Point = tuple[float, float]

_MOST_PIXELS = 2_400_000


class Canvas:
    """An RGB picture of `width` x `height` pixels; `unit` is a hundredth of its shorter side, `horizon` a row."""

    def __init__(self, size: tuple[int, int], light: Light, horizon: float, seed: Sequence[int]) -> None:
        self._final_size = size
        factor = max(1.0, min(2.0, (_MOST_PIXELS / (size[0] * size[1])) ** 0.5))
        self.width, self.height = (round(side * factor) for side in size)
        self.unit = min(self.width, self.height) / 100
        self.horizon = horizon * self.height
        self.light = light
        self.image = Image.new("RGB", (self.width, self.height))
        self.draw = ImageDraw.Draw(self.image)
        self._seed = list(seed)

    def random_for(self, element: str) -> np.random.Generator:
        """Separate random numbers for each element, so that leaving one out does not move the others."""
        return np.random.default_rng([*self._seed, zlib.crc32(element.encode())])

    def rows(self, top: float, bottom: float) -> Floats:
        """The pixels of rows `top` to before `bottom`, shape (rows, width, 3), from 0 to 255."""
        return np.asarray(self.image.crop((0, int(top), self.width, int(bottom))), np.float32)

    def put_rows(self, top: float, pixels: Floats) -> None:
        self.image.paste(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), (0, int(top)))

    def mix_rows(self, top: float, colour: Floats | Colour, share: Floats) -> None:
        """Mix a colour, one or one per pixel, into the rows from `top` on by `share` (rows, width), from 0 to 1."""
        below = self.rows(top, int(top) + len(share))
        self.put_rows(top, below + (np.asarray(colour, np.float32) - below) * share[..., None])

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float) -> None:
        """Light that fades away from a point."""
        left, right = (int(np.clip(centre[0] + side * radius, 0, self.width)) for side in (-1, 1))
        top, bottom = (int(np.clip(centre[1] + side * radius, 0, self.height)) for side in (-1, 1))
        if left >= right or top >= bottom:
            return
        across = (np.arange(left, right, dtype=np.float32) - centre[0]) / radius
        down = (np.arange(top, bottom, dtype=np.float32) - centre[1]) / radius
        near = np.clip(1 - np.sqrt(across[None, :] ** 2 + down[:, None] ** 2), 0, 1)
        share = (strength * near * near)[..., None]
        box = (left, top, right, bottom)
        pixels = np.asarray(self.image.crop(box), np.float32)
        lit = 255 - (255 - pixels) * (1 - np.asarray(colour, np.float32) / 255 * share)
        self.image.paste(Image.fromarray(lit.astype(np.uint8)), box[:2])

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon(list(points), fill=colour)

    def disc(self, centre: Point, radius: float, colour: Colour, flat: float = 1.0) -> None:
        """A filled circle, or an ellipse `flat` times as high as wide."""
        x, y = centre
        self.draw.ellipse((x - radius, y - radius * flat, x + radius, y + radius * flat), fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        if right >= left and bottom >= top:
            self.draw.rectangle((left, top, right, bottom), fill=colour)

    def finished(self) -> Image.Image:
        """The picture in its final size."""
        return self.image.resize(self._final_size, Image.Resampling.LANCZOS)
