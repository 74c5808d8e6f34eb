"""The limits of the local engine: how large a request may be, and how many requests it accepts at once."""

from dataclasses import dataclass

from inference_core.settings.description import EngineSettings

_DEFAULT = EngineSettings()


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits, in the units that the engine uses.

    Attributes:
        threads: how many requests are computed at once.
        waiting: how many more may wait in the queue. Beyond that the engine answers 503.
        deadline: seconds that a request may take, including its wait in the queue.
        body: bytes of a request without files.
        upload: bytes of a file.
        intake: bytes of all requests that are held at the same time, but always enough for the largest one.
        pixels: pixels of a picture.
        audio: seconds of a sound.
        cells: cells of a table.
    """

    threads: int = _DEFAULT.threads
    waiting: int = _DEFAULT.queue
    deadline: float = _DEFAULT.deadline
    body: int = 2 * 2**20
    upload: int = _DEFAULT.upload_bytes
    intake: int = _DEFAULT.intake_bytes
    pixels: int = _DEFAULT.pixel_count
    audio: float = _DEFAULT.audio
    cells: int = _DEFAULT.cells


def limits_of(settings: EngineSettings) -> Limits:
    """The limits that the settings ask for."""
    return Limits(
        threads=settings.threads,
        waiting=settings.queue,
        deadline=settings.deadline,
        upload=settings.upload_bytes,
        intake=settings.intake_bytes,
        pixels=settings.pixel_count,
        audio=settings.audio,
        cells=settings.cells,
    )
