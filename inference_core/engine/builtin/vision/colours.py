"""Names colours: by the nearest example in Oklab (Ottosson 2020), which compares colours as eyes do."""

import functools
import tomllib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.data import read_data

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.uint8]

_STEPS = 32

_TO_CONES = np.array(
    [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]],
    np.float32,
)
_TO_OKLAB = np.array(
    [[0.2104543, 0.7936178, -0.0040720], [1.9779985, -2.4285922, 0.4505937], [0.0259040, 0.7827718, -0.8086758]],
    np.float32,
)


def oklab(pixels: Pixels) -> Floats:
    """sRGB pixels, shape (..., 3), as lightness (0 to 1), green-red and blue-yellow (about -0.3 to 0.3)."""
    cones: Floats = np.cbrt(_linear()[pixels] @ _TO_CONES.T)
    lab: Floats = cones @ _TO_OKLAB.T
    return lab


def chroma(lab: Floats) -> Floats:
    """How far colours in Oklab are from grey: 0 for grey itself, 0.1 for pale ones, up to 0.3."""
    distance: Floats = np.hypot(lab[..., 1], lab[..., 2])
    return distance


def colour_names() -> Sequence[str]:
    """All names, in the order of the numbers that `colour_numbers` returns."""
    return tuple(_examples())


def colour_numbers(pixels: Pixels) -> Numbers:
    """The number of the name of each pixel, shape (...) for pixels of shape (..., 3)."""
    red, green, blue = (pixels[..., channel] // (256 // _STEPS) for channel in range(3))
    numbers: Numbers = _table()[red, green, blue]
    return numbers


@functools.cache
def _linear() -> Floats:
    value = np.arange(256) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


@functools.cache
def _examples() -> dict[str, Pixels]:
    names = tomllib.loads(read_data("colours.toml"))
    return {
        name: np.array([list(bytes.fromhex(code)) for code in codes.split()], np.uint8) for name, codes in names.items()
    }


@functools.cache
def _table() -> Numbers:
    """The number of the nearest example's name for each of 32 x 32 x 32 colours."""
    step = 256 // _STEPS
    levels = np.arange(step // 2, 256, step, dtype=np.uint8)
    colours = oklab(np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3))
    nearest = np.stack(
        [
            np.min([((colours - example) ** 2).sum(axis=1) for example in oklab(codes)], axis=0)
            for codes in _examples().values()
        ]
    ).argmin(axis=0)
    table: Numbers = nearest.astype(np.uint8).reshape(_STEPS, _STEPS, _STEPS)
    return table
