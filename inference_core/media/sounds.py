"""Decoding sounds (WAV, FLAC, OGG, MP3, AIFF) with libsndfile, with a limit on their length, and encoding WAV."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.media.errors import Unreadable
from inference_core.media.wav_header import with_true_length

MAX_SECONDS = 300.0
"""Default limit for the length of a recording."""

MAX_RATE = 192_000
"""Maximum sample rate in Hz."""

MAX_CHANNELS = 8

_MIN_RATE = 1000
_BLOCK = 2**18
_CANCELLED = 0.3
"""Volume of the mean of all channels, compared with the loudest one, below which they cancel each other out."""

_MUCH_TOO_LOUD = 8.0
_INTEGER_RANGES = (2.0**15, 2.0**23, 2.0**31)


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel of float32 samples from -1 to 1, shape (n,), at `rate` Hz."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def decode_sound(content: bytes, longest: float = MAX_SECONDS) -> Sound:
    """The sound in `content`. soundfile is imported on the first call.

    Several channels are averaged, or if they would cancel each other out, the loudest is taken. Samples of floating
    point beyond -1 to 1 are scaled.

    Raises:
        Unreadable: not a sound in a known format, or damaged, empty or longer than `longest` seconds.
    """
    content = with_true_length(content)
    samples, rate, loudest = _mixed(content, longest, None)
    if loudest is not None:
        samples, _, _ = _mixed(content, longest, loudest)
    if not len(samples):
        raise Unreadable("empty_sound")
    if not np.isfinite(samples).all():
        raise Unreadable("damaged_sound")
    samples /= full_scale(max(-samples.min(), samples.max()))
    return Sound(samples, rate)


def full_scale(peak: float) -> float:
    """What a sample of full volume is in a sound of floats whose loudest is `peak`.

    That is 1, the range of integers if the samples were meant as such, or the peak itself.
    """
    if peak <= 1:
        return 1.0
    if peak > _MUCH_TOO_LOUD:
        for whole in _INTEGER_RANGES:
            if peak <= whole:
                return whole
    return float(peak)


def encode_wav(samples: NDArray[np.float32], rate: int) -> bytes:
    """Samples from -1 to 1, shape (n,) or (n, channels), as a 16-bit WAV file."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


def _mixed(content: bytes, longest: float, only: int | None) -> tuple[NDArray[np.float32], int, int | None]:
    """The mean of the channels or `only` one of them, the rate, and the loudest channel if the mean is far weaker."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            _check_head(file)
            # soundfile would believe the length in the header, and fail after the last sample of a streamed FLAC.
            file.seekable = lambda: False
            mixed, weights = [], np.zeros(file.channels)
            for block in _blocks(file, longest):
                mixed.append(block.mean(axis=1) if only is None else block[:, only].copy())
                weights += np.einsum("ij,ij->j", block, block, dtype=np.float64)
            samples, rate = np.concatenate(mixed) if mixed else np.zeros(0, np.float32), file.samplerate
    except soundfile.LibsndfileError:
        raise Unreadable("not_a_sound") from None
    weight = np.einsum("i,i->", samples, samples, dtype=np.float64)
    is_lost = only is None and weight < _CANCELLED**2 * weights.max()
    return samples, rate, int(weights.argmax()) if is_lost else None


def _check_head(file: Any) -> None:
    if not _MIN_RATE <= file.samplerate <= MAX_RATE or file.channels > MAX_CHANNELS:
        raise Unreadable(
            "odd_sound",
            channels=file.channels,
            rate=file.samplerate,
            most_channels=MAX_CHANNELS,
            slowest=_MIN_RATE,
            fastest=MAX_RATE,
        )


def _blocks(file: Any, longest: float) -> Iterator[NDArray[np.float32]]:
    """The samples in blocks, counted, because the length in the header may be wrong."""
    left = round(longest * file.samplerate)
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        left -= len(block)
        if left < 0:
            raise Unreadable("sound_too_long", most=longest)
        yield block
