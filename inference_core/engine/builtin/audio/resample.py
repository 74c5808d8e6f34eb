"""Brings sounds to the rate an engine works at."""

from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from inference_core.media.sounds import Sound


def resampled(sound: Sound, rate: int) -> NDArray[np.float32]:
    """The samples at `rate` a second; a lower rate loses what lies above its half instead of folding it down."""
    if sound.rate == rate:
        return sound.samples
    common = gcd(sound.rate, rate)
    samples: NDArray[np.float32] = resample_poly(sound.samples, rate // common, sound.rate // common)
    return samples.astype(np.float32, copy=False)
