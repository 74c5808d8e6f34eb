"""Bytes to samples and back, through libsndfile: WAV, FLAC, OGG, MP3 and AIFF, no longer than was agreed on."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.media.errors import Unreadable

LONGEST = 300.0
"""Seconds of a recording by default."""

FASTEST = 192_000
"""Samples a second at most."""

MOST_CHANNELS = 8

_SLOWEST = 1000
_BLOCK = 2**18


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples from -1 to 1, shape (n,), float32, of one channel, `rate` of them a second."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def decode_sound(content: bytes, longest: float = LONGEST) -> Sound:
    """The sound in `content`; several channels become their mean. soundfile is imported on the first call.

    Raises:
        Unreadable: no sound of a known format, a damaged or empty one, or one longer than `longest` seconds.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            if not _SLOWEST <= file.samplerate <= FASTEST or file.channels > MOST_CHANNELS:
                raise Unreadable(
                    f"The sound has {file.channels} channels of {file.samplerate} Hz: send at most "
                    f"{MOST_CHANNELS} of {_SLOWEST} to {FASTEST} Hz."
                )
            samples, rate = _mono(file, longest), file.samplerate
    except soundfile.LibsndfileError:
        raise Unreadable("This is not a sound that can be read: send WAV, FLAC, OGG, MP3 or AIFF.") from None
    if not len(samples):
        raise Unreadable("The sound is empty: record or choose one that lasts a moment.")
    if not np.isfinite(samples).all():
        raise Unreadable("The sound is damaged: some of its samples are no numbers.")
    return Sound(np.clip(samples, -1, 1, out=samples), rate)


def encode_wav(samples: NDArray[np.float32], rate: int) -> bytes:
    """Samples from -1 to 1, shape (n,) or (n, channels), as a WAV file of 16 bits."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _mono(file: Any, longest: float) -> NDArray[np.float32]:
    """The mean of the channels. Read in blocks, and counted: a header may lie."""
    left = round(longest * file.samplerate)
    blocks = []
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        left -= len(block)
        if left < 0:
            raise Unreadable(f"The sound is longer than {longest:g} seconds: send a shorter one.")
        blocks.append(block.mean(axis=1))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
