"""Upright rectangles in a picture, and how two of them are placed."""

from collections.abc import Sequence
from typing import NamedTuple

_SAME_ROW = 0.5
_SAME_COLUMN = 0.3


class Box(NamedTuple):
    """A rectangle in pixels of a picture; `xmax` and `ymax` are just outside."""

    xmin: int
    ymin: int
    xmax: int
    ymax: int

    @property
    def width(self) -> int:
        return self.xmax - self.xmin

    @property
    def height(self) -> int:
        return self.ymax - self.ymin


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    xmin, ymin, xmax, ymax = zip(*boxes, strict=True)
    return Box(min(xmin), min(ymin), max(xmax), max(ymax))


def share_rows(first: Box, second: Box) -> bool:
    """Whether they are side by side: their common rows are at least half the height of the shorter one."""
    shared = min(first.ymax, second.ymax) - max(first.ymin, second.ymin)
    return shared >= _SAME_ROW * min(first.height, second.height)


def share_columns(first: Box, second: Box) -> bool:
    """Whether one is above the other: their common columns are at least 0.3 of the width of the narrower one."""
    shared = min(first.xmax, second.xmax) - max(first.xmin, second.xmin)
    return shared >= _SAME_COLUMN * min(first.width, second.width)


def overlap(first: Box, second: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(first.xmax, second.xmax) - max(first.xmin, second.xmin)
    height = min(first.ymax, second.ymax) - max(first.ymin, second.ymin)
    shared = max(0, width) * max(0, height)
    covered = first.width * first.height + second.width * second.height - shared
    return shared / covered if covered else 0.0
