"""Tells speech, music, noise, tones and silence apart by how the spectrum of a sound changes.

In speech, partials hardly stay at one frequency for 40 ms, and the spectrum changes with every phone. In music,
partials stay for a note. Noise has no partials, and its spectrum stays the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from inference_core.engine.builtin.audio.resample import resampled
from inference_core.engine.work.stopping import stop_if_unwanted
from inference_core.media.sounds import Sound

Floats = NDArray[np.float64]

KINDS = ("speech", "music", "noise", "tone", "silence")
STRETCH = 3.0
"""Seconds of sound that are judged together."""

RATE = 16_000
STRETCH_SAMPLES = round(STRETCH * RATE)
_FRAME = 1024
_HOP = 320
_FIRST_BIN, _LAST_BIN = 6, 450
_FIRST_LINE = 4
_FIRST_KILOHERTZ = 64
_BANDS = 24
_HELD = 2
"""Hops after which a steady partial still has the same frequency: 40 ms."""

_FAINTEST = 1e-5
"""Added to the power of each bin of a sound with peak 1, so that anything more than 80 dB below hardly counts."""

_LOUD = 1e-2
_FEWEST_LOUD = 8
_SILENT = 10 ** (-60 / 20)
_LEAST_HEARD = 0.01

_LEAST_DEPTH_OF_SPEECH = 0.15
"""Recorded speech has 0.49 and more, a bird's song 0."""

# Rows: music, noise, speech; columns: the logarithms of steadiness, change and brightness change. Fitted by logistic
# regression on 1,133 stretches of 107 sources (37 recordings, the rest synthesized), some as over a telephone, in a
# hall or in noise. On sources that were not in the fit, 97 of 100 stretches are right.
_WEIGHTS = np.array([[3.7, -1.0, 0.0], [-1.4, -2.3, -2.2], [-2.3, 3.3, 2.2]])
_OFFSETS = np.array([11.6, -8.2, -3.4])


@dataclass(frozen=True, slots=True)
class _Features:
    """Measurements of a stretch of sound; shares are between 0 and 1.

    `steadiness`: the share of spectral peaks that stay in place. `change`: how much the loud frames' bands differ from
    their mean, in nepers of power; `brightness_change`: the same for the spectral centroid. `purity`: the share of the
    energy in each frame's strongest line. `depth`: the share of the energy below 1000 Hz.
    """

    steadiness: float
    change: float
    brightness_change: float
    purity: float
    depth: float


def kinds_over_time(sound: Sound) -> Floats:
    """The probability of each of KINDS for each stretch of the sound, shape (stretches, 5); each row sums to 1.

    Stretches that cannot be judged are left out: less than a quarter of a second is loud enough, or they change like
    speech but lack its low frequencies. All are left out if the energy is above 8 kHz, so there may be no rows. Raises
    Stopped if nobody waits for them any more.
    """
    samples = audible(sound)
    rows = []
    for start in stretches(samples):
        stop_if_unwanted()
        if (row := kinds_from(samples, start)) is not None:
            rows.append(row)
    return np.array(rows).reshape(-1, len(KINDS))


def audible(sound: Sound) -> NDArray[np.float32]:
    """The sound at RATE samples per second; no samples if nearly all of its energy is above 8 kHz."""
    samples = resampled(sound, RATE)
    return samples[:0] if _power(samples) < _LEAST_HEARD * _power(sound.samples) else samples


def stretches(samples: NDArray[np.float32]) -> list[int]:
    """Where the stretches of audible samples begin; the last one ends with the sound and may overlap."""
    if not len(samples):
        return []
    last = max(0, len(samples) - STRETCH_SAMPLES)
    return [*range(0, last, STRETCH_SAMPLES), last]


def kinds_from(samples: NDArray[np.float32], start: int) -> Floats | None:
    """The probability of each of KINDS for the stretch that begins at `start`; None if it cannot be judged."""
    return _kinds(samples[start : start + STRETCH_SAMPLES])


def _kinds(samples: NDArray[np.float32]) -> Floats | None:
    stretch = samples - samples.mean(dtype=np.float64)
    level = _loudest(stretch)
    silence = _logistic(20 * np.log10(max(level, 1e-9) / _SILENT), middle=0, slope=-2)
    if silence > 0.99:
        return np.array([0, 0, 0, 0, 1.0])
    features = _features(stretch / np.abs(stretch).max())
    if features is None:
        return None
    pure = _logistic(features.purity, middle=0.85, slope=0.03)
    unchanging = _logistic(features.brightness_change, middle=0.01, slope=-0.0015)
    tone = (1 - silence) * max(pure, unchanging)
    music, noise, speech = (1 - silence - tone) * _moving_kinds(features)
    if speech > max(music, noise, tone, silence) and features.depth < _LEAST_DEPTH_OF_SPEECH:
        return None
    return np.array([speech, music, noise, tone, silence])


def _moving_kinds(features: _Features) -> Floats:
    seen = np.log(np.array([features.steadiness, features.change, features.brightness_change]) + 0.02)
    raw = _WEIGHTS @ seen + _OFFSETS
    weights: Floats = np.exp(raw - raw.max())
    shares: Floats = weights / weights.sum()
    return shares


def _features(stretch: Floats) -> _Features | None:
    if len(stretch) < _FRAME + _HOP * _FEWEST_LOUD:
        return None
    frames = sliding_window_view(stretch, _FRAME)[::_HOP] * np.hanning(_FRAME)
    power = np.abs(np.fft.rfft(frames)) ** 2 + _FAINTEST
    heard = power[:, _FIRST_BIN:_LAST_BIN]
    energy = heard.sum(axis=1)
    loud = energy >= energy.max() * _LOUD
    if loud.sum() < _FEWEST_LOUD:
        return None
    bands = np.log(power[loud] @ _band_filters().T)
    centroid = np.log(heard[loud] @ np.arange(_FIRST_BIN, _LAST_BIN) / energy[loud])
    depth = float(power[loud, :_FIRST_KILOHERTZ].sum() / power[loud].sum())
    change = float(bands.std(axis=0).mean())
    return _Features(_steadiness(heard), change, float(centroid.std()), _purity(power[loud]), depth)


def _steadiness(power: Floats) -> float:
    """The share of peaks that are less than a tenth of a bin from where they were 40 ms ago."""
    decibels = 10 * np.log10(power)
    left, middle, right = decibels[:, :-2], decibels[:, 1:-1], decibels[:, 2:]
    around = uniform_filter1d(decibels, 25, axis=1)[:, 1:-1]
    peaks = (middle > left) & (middle >= right) & (middle > around + 8) & (middle > decibels.max() - 50)
    # The maximum of the parabola through the three bins.
    curve = left - 2 * middle + right
    places = np.arange(peaks.shape[1]) + np.where(peaks, 0.5 * (left - right) / np.minimum(curve, -1e-9), 0)
    stayed = np.zeros_like(peaks[_HELD:])
    for step in (-1, 0, 1):
        moved = np.roll(places, step, axis=1)[:-_HELD] - places[_HELD:]
        stayed |= peaks[_HELD:] & np.roll(peaks, step, axis=1)[:-_HELD] & (np.abs(moved) <= 0.1)
    return float(stayed.sum() / (peaks[_HELD:].sum() + len(peaks)))


def _purity(power: Floats) -> float:
    """How much of the energy is in the strongest line of each frame; rumble below 60 Hz does not count as a line."""
    strongest = power.argmax(axis=1)
    lobe = np.clip(strongest[:, None] + np.arange(-2, 3), 0, power.shape[1] - 1)
    lines = np.take_along_axis(power, lobe, axis=1)[strongest >= _FIRST_LINE]
    return float(lines.sum() / power.sum())


def _band_filters() -> Floats:
    """Triangles evenly spaced on the mel scale from 100 to 7000 Hz, shape (bands, bins)."""
    edges = 700 * (np.geomspace(1 + 100 / 700, 1 + 7000 / 700, _BANDS + 2) - 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.fft.rfftfreq(_FRAME, 1 / RATE)
    filters: Floats = np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    return filters


def _loudest(samples: Floats) -> float:
    """The root mean square of the loudest 20 ms."""
    blocks = samples[: len(samples) // _HOP * _HOP].reshape(-1, _HOP) if len(samples) >= _HOP else samples[None]
    return float(np.sqrt((blocks**2).mean(axis=1).max()))


def _power(samples: NDArray[np.float32]) -> float:
    return float(np.square(samples, dtype=np.float64).mean())


def _logistic(value: float, *, middle: float, slope: float) -> float:
    """The logistic function."""
    return float(1 / (1 + np.exp(np.clip((middle - value) / slope, -500, 500))))
