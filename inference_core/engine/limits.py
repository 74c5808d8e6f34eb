"""The limits of the local engine: how large a request may be, and how many it accepts at once."""

from dataclasses import dataclass

from inference_core.settings.description import EngineSettings

_DEFAULT = EngineSettings()


@dataclass(frozen=True, slots=True)
class Limits:
    """`threads` requests are computed at once and `waiting` more may queue; to more the engine answers 503.

    `deadline` is in seconds and includes the wait in the queue. `body` is the maximum number of bytes of a request of
    text, `upload` of bytes of a file, `pixels` of a picture, `audio` of seconds of a sound, `cells` of a table.
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
    """The limits of the settings, in the units that the engine uses."""
    return Limits(
        threads=settings.threads,
        waiting=settings.queue,
        deadline=settings.deadline,
        upload=settings.upload_bytes,
        pixels=settings.pixel_count,
        audio=settings.audio,
        cells=settings.cells,
    )
