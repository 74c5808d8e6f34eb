"""What one request, and all together, may ask of the local engine."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`threads` requests are computed at once and `waiting` more may queue; beyond that the engine answers 503.

    `deadline` is in seconds, the wait in the queue included; `body` in bytes. Two threads are the least, so that a slow
    request does not keep a quick one waiting; four the most unless asked for, since each may need its 100 MB.
    """

    threads: int = min(max(2, os.cpu_count() or 2), 4)
    waiting: int = 64
    deadline: float = 120.0
    body: int = 2 * 2**20
