"""What one request, and all together, may ask of the local engine."""

from dataclasses import dataclass

from inference_core.settings.description import EngineSettings

_DEFAULT = EngineSettings()


@dataclass(frozen=True, slots=True)
class Limits:
    """`threads` requests are computed at once and `waiting` more may queue; beyond that the engine answers 503.

    `deadline` is in seconds, the wait in the queue included. `body` bytes may a request of text have, `upload` bytes a
    file, `pixels` a picture, `audio` seconds a sound, `cells` a table.
    """

    threads: int = _DEFAULT.threads
    waiting: int = _DEFAULT.queue
    deadline: float = _DEFAULT.deadline
    body: int = 2 * 2**20
    upload: int = _DEFAULT.upload_bytes
    pixels: int = _DEFAULT.pixel_count
    audio: float = _DEFAULT.audio
    cells: int = _DEFAULT.cells


def limits_of(settings: EngineSettings) -> Limits:
    """The limits in the units the engine counts in."""
    return Limits(
        threads=settings.threads,
        waiting=settings.queue,
        deadline=settings.deadline,
        upload=settings.upload_bytes,
        pixels=settings.pixel_count,
        audio=settings.audio,
        cells=settings.cells,
    )
