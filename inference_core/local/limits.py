"""What one request, and all together, may ask of the local engine."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`threads` requests are computed at once and `waiting` more may queue; beyond that the engine answers 503.

    `deadline` is in seconds, the wait in the queue included; `body` in bytes. There are more threads than a small
    machine has cores, so that a quick request does not wait for slow ones.
    """

    threads: int = min(max(4, os.cpu_count() or 4), 16)
    waiting: int = 64
    deadline: float = 120.0
    body: int = 2 * 2**20
