"""Decoding sounds (WAV, FLAC, OGG, MP3, AIFF) with libsndfile, with a limit on their length, and encoding WAV."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.media.errors import Unreadable

MAX_SECONDS = 300.0
"""Default limit for the length of a recording."""

MAX_RATE = 192_000
"""Maximum sample rate in Hz."""

MAX_CHANNELS = 8

_MIN_RATE = 1000
_BLOCK = 2**18


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of float32 samples from -1 to 1, shape (n,), at `rate` Hz."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def decode_sound(content: bytes, longest: float = MAX_SECONDS) -> Sound:
    """The sound in `content`; several channels are averaged. soundfile is imported on the first call.

    Raises:
        Unreadable: not a sound in a known format, or damaged, empty or longer than `longest` seconds.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if not _MIN_RATE <= file.samplerate <= MAX_RATE or file.channels > MAX_CHANNELS:
                raise Unreadable(
                    "odd_sound",
                    channels=file.channels,
                    rate=file.samplerate,
                    most_channels=MAX_CHANNELS,
                    slowest=_MIN_RATE,
                    fastest=MAX_RATE,
                )
            samples, rate = _mono(file, longest), file.samplerate
    except soundfile.LibsndfileError:
        raise Unreadable("not_a_sound") from None
    if not len(samples):
        raise Unreadable("empty_sound")
    if not np.isfinite(samples).all():
        raise Unreadable("damaged_sound")
    return Sound(np.clip(samples, -1, 1, out=samples), rate)


def encode_wav(samples: NDArray[np.float32], rate: int) -> bytes:
    """Samples from -1 to 1, shape (n,) or (n, channels), as a 16-bit WAV file."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _mono(file: Any, longest: float) -> NDArray[np.float32]:
    """The mean of the channels. It reads blocks and counts samples, because the length in the header may be wrong."""
    left = round(longest * file.samplerate)
    blocks = []
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        left -= len(block)
        if left < 0:
            raise Unreadable("sound_too_long", most=longest)
        blocks.append(block.mean(axis=1))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
