"""Smooth noise for clouds, ridges and ripples."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def field(
    rng: np.random.Generator, size: tuple[int, int], cells: tuple[float, float], octaves: int = 4, fade: float = 0.5
) -> Floats:
    """Fractal noise from 0 to 1, shape (height, width) for a size (width, height), with `cells` waves across and down.

    Each octave is twice as fine and `fade` times as strong as the one before.
    """
    half = (max(1, size[0] // 2), max(1, size[1] // 2))
    total = np.zeros((half[1], half[0]), np.float32)
    for octave in range(octaves):
        across, down = (
            min(side, max(2, round(count * 2**octave) + 2)) for side, count in zip(half, cells, strict=True)
        )
        grid = Image.fromarray(rng.random((down, across), np.float32))
        total += fade**octave * np.asarray(grid.resize(half, Image.Resampling.BICUBIC))
    # The canvas is twice as fine as the picture, so noise at half its resolution is enough.
    return np.asarray(Image.fromarray(_spread(total)).resize(size, Image.Resampling.BILINEAR))


def line(rng: np.random.Generator, width: int, waves: float, octaves: int = 5, fade: float = 0.5) -> Floats:
    """A ridge: fractal noise from 0 to 1, shape (width,)."""
    total = np.zeros(width, np.float32)
    places = np.linspace(0, 1, width, dtype=np.float32)
    for octave in range(octaves):
        knots = max(2, round(waves * 2**octave) + 1)
        steps = places * (knots - 1)
        left = np.minimum(steps.astype(int), knots - 2)
        part = steps - left
        smooth = part * part * (3 - 2 * part)
        heights = rng.random(knots).astype(np.float32)
        total += fade**octave * (heights[left] * (1 - smooth) + heights[left + 1] * smooth)
    return _spread(total)


def _spread(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    spread: Floats = (values - low) / max(high - low, 1e-6)
    return spread
