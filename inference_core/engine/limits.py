"""What one request, and all together, may ask of the local engine."""

import os
from dataclasses import dataclass

from inference_core.media.pictures import MOST_PIXELS
from inference_core.media.sounds import LONGEST


@dataclass(frozen=True, slots=True)
class Limits:
    """`threads` requests are computed at once and `waiting` more may queue; beyond that the engine answers 503.

    `deadline` is in seconds, the wait in the queue included. `body` bytes may a request of text have, `upload` bytes a
    file, `pixels` a picture, `audio` seconds a sound, `cells` a table. There are more threads than a small machine has
    cores, so that a quick request does not wait for slow ones.
    """

    threads: int = min(max(4, os.cpu_count() or 4), 16)
    waiting: int = 64
    deadline: float = 120.0
    body: int = 2 * 2**20
    upload: int = 25 * 2**20
    pixels: int = MOST_PIXELS
    audio: float = LONGEST
    cells: int = 20_000
