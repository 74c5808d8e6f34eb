"""What the runs of a page may decode: pictures up to the operator's limit, and large ones one at a time."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from inference_core.media.errors import Unreadable
from inference_core.media.large_pictures import Turn
from inference_core.media.pictures import MAX_PIXELS, picture_size


class Pictures:
    """The limit in pixels, and the order of those who wait for their turn."""

    def __init__(self, most_pixels: int = MAX_PIXELS) -> None:
        self.most_pixels = most_pixels
        self._lock = asyncio.Lock()

    def turn(self) -> Turn:
        """The turn of one run, not yet taken."""
        return Turn(self.most_pixels, self._lock)


async def check_pictures(values: Iterable[object], turn: Turn) -> None:
    """Raises Unreadable if one of a run's files is a picture above the limit; what other files are, the model says."""
    for value in values:
        if isinstance(value, Path):
            await asyncio.to_thread(_check, value, turn.most)


def _check(path: Path, most_pixels: int) -> None:
    try:
        picture_size(path.read_bytes(), most_pixels)
    except Unreadable as error:
        if error.code == "too_many_pixels":
            raise
