"""From a sound as `(rate, samples)`, with samples in a numpy array, to a WAV file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.errors import InvalidInputError
from inference_core.media.sounds import MAX_CHANNELS, MAX_RATE, encode_wav, full_scale


def wav_of(sound: tuple[Any, ...]) -> bytes:
    """A WAV file of 16 bits. Raises InvalidInputError for anything but `(rate, samples)`."""
    if len(sound) != 2 or not isinstance(sound[0], int | np.integer) or not 0 < sound[0] <= MAX_RATE:
        raise InvalidInputError("sound_not_a_pair", most=MAX_RATE)
    try:
        samples = np.asarray(sound[1])
    except ValueError:  # lists of different lengths
        samples = np.zeros(0)
    if samples.ndim == 2 and samples.shape[1] > MAX_CHANNELS >= samples.shape[0]:
        samples = samples.T  # as librosa and torchaudio have it
    if samples.ndim not in (1, 2) or not samples.size or samples.shape[1:] > (MAX_CHANNELS,):
        raise InvalidInputError("samples_shape", most=MAX_CHANNELS)
    if samples.dtype.kind not in "iuf" or (samples.dtype.kind != "f" and samples.dtype.itemsize > 4):
        raise InvalidInputError("samples_type")
    return encode_wav(_scaled(samples), int(sound[0]))


def _scaled(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Samples as floats from -1 to 1; louder floats are scaled. For unsigned integers, silence is the middle."""
    if samples.dtype.kind == "f":
        loudest = np.abs(samples, where=np.isfinite(samples), out=np.zeros(samples.shape)).max()
        finite: NDArray[np.floating[Any]] = np.nan_to_num(samples.astype(np.float64) / full_scale(loudest)).clip(-1, 1)
        return finite.astype(np.float32)
    low, high = int(np.iinfo(samples.dtype).min), int(np.iinfo(samples.dtype).max)
    middle, half = (high + low + 1) / 2, (high - low + 1) / 2
    scaled: NDArray[np.float32] = ((samples.astype(np.float64) - middle) / half).astype(np.float32)
    return scaled
