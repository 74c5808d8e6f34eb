"""Names a region of a picture by its colour and place, such as "blue upper region"."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from inference_core.engine.builtin.vision.attributes import colour_shares
from inference_core.engine.builtin.vision.colours import Pixels
from inference_core.engine.builtin.vision.segments import Mask

_BACKGROUND_OF_FRAME = 0.5
_SECOND_COLOUR = 0.35


def region_names(pixels: Pixels, masks: Sequence[Mask]) -> list[str]:
    """A different name for each region: equal names are numbered in order."""
    names = [f"{_colour(pixels[mask])} {_place(mask)}" for mask in masks]
    totals, seen = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(f"{name} {seen[name]}" if totals[name] > 1 else name)
    return numbered


def _colour(pixels: Pixels) -> str:
    first, *others = colour_shares(pixels)
    if others and others[0].share >= _SECOND_COLOUR:
        return f"{first.name} and {others[0].name}"
    return first.name


def _place(mask: Mask) -> str:
    frame = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    if frame.mean() > _BACKGROUND_OF_FRAME:
        return "background"
    rows, columns = np.nonzero(mask)
    height, width = mask.shape
    upright = _third(rows.mean() / height, "upper", "lower")
    across = _third(columns.mean() / width, "left", "right")
    return " ".join(word for word in (upright, across) if word) + " region" if upright or across else "central region"


def _third(position: float, first: str, last: str) -> str:
    if position < 0.4:
        return first
    return last if position > 0.6 else ""
