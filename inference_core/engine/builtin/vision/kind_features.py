"""Measurements that tell photos, drawings, documents, screenshots and charts apart."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.vision.colours import Floats, Pixels, chroma, oklab

_Mask = npt.NDArray[np.bool_]

_FLAT = 6
_SOFT = 40
_STRONG = 60
_COLOURED = 0.08
_PAPER = 0.9
_DARK = 0.35
_FRAME = 0.03
_LEVELS = 16
_AXIS_PARALLEL = 0.1
_LONG = 1 / 10
_LETTER_HEIGHTS = (4, 40)
_LETTER_AREA = 800


def kind_features(pixels: Pixels) -> Mapping[str, float]:
    """Measurements of a copy of about 640 pixels, shape (height, width, 3); shares of the area unless said otherwise.

    "flat", "soft" and "sharp": where neighbours are equal, change gently or strongly. "background", "palette": the one
    and the eight most frequent colours. "paper": pale areas without colour. "coloured flat": even areas of colour.
    "upright": of the sharp edges' pixels those that run straight across or down; "ruled": those of them in long lines.
    "letters": of the sharp edges' pixels those in small separate pieces; "rows": how many such pieces there are per
    thousand pixels, as a logarithm. "frame": of the outermost pixels those in the background's colour; "second": the
    second most frequent colour; "hues": how many of twelve hues take a hundredth of the area; "dark": the dark area;
    "aspect": the logarithm of width divided by height.
    """
    lab = oklab(pixels)
    coloured = chroma(lab) > _COLOURED
    spread = _spread(pixels)
    flat = spread <= _FLAT
    sharp = spread > _STRONG
    background, second, palette, frame = _frequent_colours(pixels)
    upright, ruled = _straight(pixels, sharp)
    letters, rows = _letters(sharp)
    return {
        "flat": _share(flat),
        "soft": _share((spread > _FLAT) & (spread <= _SOFT)),
        "sharp": _share(sharp),
        "background": background,
        "palette": palette,
        "paper": _share((lab[..., 0] > _PAPER) & ~coloured),
        "coloured flat": _share(flat & coloured),
        "upright": upright,
        "ruled": ruled,
        "letters": letters,
        "rows": rows,
        "frame": frame,
        "second": second,
        "hues": _hues(lab, coloured),
        "dark": _share(lab[..., 0] < _DARK),
        "aspect": float(np.log(pixels.shape[1] / pixels.shape[0])),
    }


def _share(mask: _Mask) -> float:
    return float(mask.mean())


def _spread(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """The largest difference between the neighbours of each pixel, over the three channels."""
    square = np.ones((3, 3), np.uint8)
    spread: npt.NDArray[np.uint8] = (cv2.dilate(pixels, square) - cv2.erode(pixels, square)).max(axis=2)
    return spread


def _frequent_colours(pixels: Pixels) -> tuple[float, float, float, float]:
    """The shares of the first, the second, and the first eight colours, and how much of the frame has the first."""
    step = 256 // _LEVELS
    codes = (pixels.astype(np.int32) // step) @ np.array([_LEVELS * _LEVELS, _LEVELS, 1], np.int32)
    counts = np.bincount(codes.ravel(), minlength=_LEVELS**3) / codes.size
    ranked = np.sort(counts)[::-1]
    band = max(1, round(_FRAME * min(codes.shape)))
    inside = np.zeros(codes.shape, np.bool_)
    inside[band:-band, band:-band] = True
    return float(ranked[0]), float(ranked[1]), float(ranked[:8].sum()), _share(codes[~inside] == counts.argmax())


def _hues(lab: Floats, coloured: _Mask) -> float:
    angles = np.arctan2(lab[..., 2], lab[..., 1])[coloured]
    counts, _ = np.histogram(angles, bins=12, range=(-np.pi, np.pi))
    return float((counts >= 0.01 * coloured.size).sum())


def _straight(pixels: Pixels, sharp: _Mask) -> tuple[float, float]:
    edges = int(sharp.sum())
    if not edges:
        return 0.0, 0.0
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    across = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0))
    down = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    parallel = sharp & (np.minimum(across, down) <= _AXIS_PARALLEL * np.maximum(across, down))
    length = max(3, round(_LONG * max(sharp.shape)))
    mask = parallel.astype(np.uint8)
    across_lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    lines = np.maximum(across_lines, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)))
    return float(parallel.sum()) / edges, float(lines.sum()) / edges


def _letters(sharp: _Mask) -> tuple[float, float]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(sharp.astype(np.uint8), connectivity=8)
    pieces: npt.NDArray[Any] = stats[1:]
    heights, areas = pieces[:, cv2.CC_STAT_HEIGHT], pieces[:, cv2.CC_STAT_AREA]
    low, high = _LETTER_HEIGHTS
    small = (heights >= low) & (heights <= high) & (areas <= _LETTER_AREA) & (areas >= low)
    share = float(areas[small].sum()) / max(1, int(areas.sum()))
    return share, float(np.log1p(1000 * small.sum() / sharp.size))
