"""Converts sounds to the sample rate that an engine needs."""

from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from inference_core.media.sounds import Sound


def resampled(sound: Sound, rate: int) -> NDArray[np.float32]:
    """The sound at `rate` samples per second; frequencies above half of `rate` are removed, to avoid aliasing."""
    if sound.rate == rate:
        return sound.samples
    common = gcd(sound.rate, rate)
    samples: NDArray[np.float32] = resample_poly(sound.samples, rate // common, sound.rate // common)
    return samples.astype(np.float32, copy=False)
