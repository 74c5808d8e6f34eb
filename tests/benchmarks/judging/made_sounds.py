"""Sounds made by program, by the names that the items give them. The same name always gives the same sound."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

from inference_core.engine.builtin.audio.synthesis import SpeechOptions, speak
from inference_core.media.samples import wav_of
from inference_core.media.sounds import decode_sound

RATE = 16_000
_SECONDS = 4.0
_MOST_SECONDS = 120
_SEED = 7

Samples = NDArray[np.float64]
"""One channel, from -1 to 1, at `RATE` unless something else is said."""


def made_sound(name: str) -> bytes:
    """A WAV file of four seconds. Raises KeyError for a name that is not known."""
    return wav_of((RATE, SOUNDS[name]().astype(np.float32)))


def spoken(sentence: str, voice: str) -> bytes:
    """A WAV file of espeak-ng's speech."""
    sound = speak(sentence, SpeechOptions(voice))
    return wav_of((sound.rate, sound.samples))


def with_noise(content: bytes, decibels: float) -> bytes:
    """A recording with noise like rain, whose power is so many decibels below that of the recording."""
    sound = decode_sound(content, _MOST_SECONDS)
    samples = np.asarray(sound.samples, np.float64)
    noise = _low_passed(_white(len(samples)), 0.3)
    share = np.sqrt((samples**2).mean() / (noise**2).mean()) / 10 ** (decibels / 20)
    mixed = samples + share * noise
    return wav_of((sound.rate, (mixed / max(1.0, np.abs(mixed).max())).astype(np.float32)))


def middle_of(content: bytes, seconds: float) -> bytes:
    """So many seconds from the middle of a recording."""
    sound = decode_sound(content, _MOST_SECONDS)
    count = min(len(sound.samples), int(seconds * sound.rate))
    start = (len(sound.samples) - count) // 2
    return wav_of((sound.rate, sound.samples[start : start + count]))


def resampled_to(content: bytes, rate: int) -> bytes:
    """A recording at another rate, without the frequencies that do not fit into it."""
    sound = decode_sound(content, _MOST_SECONDS)
    common = math.gcd(rate, sound.rate)
    samples = resample_poly(sound.samples, rate // common, sound.rate // common)
    return wav_of((rate, samples.clip(-1, 1).astype(np.float32)))


def _times() -> Samples:
    return np.arange(int(_SECONDS * RATE)) / RATE


def _white(count: int) -> Samples:
    return np.random.default_rng(_SEED).normal(0, 0.1, count)


def _noise_with(slope: float) -> Samples:
    """Noise whose amplitude falls with the frequency to the power of `slope`."""
    spectrum = np.fft.rfft(_white(len(_times())))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** slope
    spectrum[1:] /= np.arange(1, len(spectrum)) ** slope
    return _loud(np.fft.irfft(spectrum), 0.3)


def _low_passed(samples: Samples, share: float) -> Samples:
    smoothed: Samples = lfilter([share], [1, share - 1], samples)
    return smoothed


def _loud(samples: Samples, peak: float = 0.5) -> Samples:
    scaled: Samples = samples / np.abs(samples).max() * peak
    return scaled


def _tone(*frequencies: float) -> Samples:
    return _loud(sum((np.sin(2 * np.pi * frequency * _times()) for frequency in frequencies), np.zeros(1)))


def _plucked(frequency: float, seconds: float, seed: int) -> Samples:
    """A plucked string (Karplus and Strong, 1983): a burst of noise that runs round and is smoothed."""
    period = int(RATE / frequency)
    ring = np.random.default_rng(seed).uniform(-1, 1, period)
    periods = [ring]
    for _ in range(int(seconds * RATE / period)):
        ring = 0.498 * (ring + np.roll(ring, 1))
        periods.append(ring)
    return np.concatenate(periods)[: int(seconds * RATE)]


def _melody(notes: list[int], seconds: float) -> Samples:
    """Notes as half-tones above a' one octave down, one after the other."""
    return _loud(np.concatenate([_plucked(220 * 2 ** (note / 12), seconds, index) for index, note in enumerate(notes)]))


def _chords() -> Samples:
    chords = ([0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7])
    played = [sum((_plucked(196 * 2 ** (n / 12), 1.0, n + 3) for n in chord), np.zeros(RATE)) for chord in chords]
    return _loud(np.concatenate(played))


def _drums_and_bass() -> Samples:
    beat = int(0.25 * RATE)
    time = np.arange(beat) / RATE
    kick = np.sin(2 * np.pi * 60 * time) * np.exp(-12 * time)
    snare = _white(beat) * 4 * np.exp(-18 * time)
    bass = [0.5 * _plucked(55 * 2 ** (note / 12), 0.25, note + 20)[:beat] for note in (0, 0, 3, 5)]
    bar = [(kick if index % 2 == 0 else snare) + np.resize(low, beat) for index, low in enumerate(bass)]
    return _loud(np.concatenate(bar * 4))


def _organ() -> Samples:
    time = np.arange(int(0.5 * RATE)) / RATE
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.03)
    pipes = ((1, 1.0), (2, 0.6), (3, 0.3), (4, 0.25))
    tune = (262.0, 294.0, 330.0, 349.0, 392.0, 330.0, 294.0, 262.0)
    notes = [fade * sum(weight * np.sin(2 * np.pi * note * part * time) for part, weight in pipes) for note in tune]
    return _loud(np.concatenate(notes))


def _clicks() -> Samples:
    samples = np.zeros(len(_times()))
    samples[:: RATE // 2] = 0.8
    return samples


def _rain() -> Samples:
    drops = np.where(np.random.default_rng(_SEED).random(len(_times())) > 0.998, 0.6, 0.0)
    return _loud(_white(len(_times())) + _low_passed(drops, 0.2), 0.3)


SOUNDS: dict[str, Callable[[], Samples]] = {
    "silence": lambda: np.zeros(len(_times())),
    "very quiet noise": lambda: _white(len(_times())) * 1e-4,
    "white noise": lambda: _loud(_white(len(_times())), 0.3),
    "pink noise": lambda: _noise_with(0.5),
    "rain-like noise": _rain,
    "waves of noise": lambda: _noise_with(0.7) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.4 * _times())),
    "a tone of 440 Hz": lambda: _tone(440),
    "a tone of 1000 Hz": lambda: _tone(1000),
    "a hum of 50 Hz": lambda: _tone(50, 100, 150, 200, 300),
    "a dial tone": lambda: _tone(350, 440),
    "a chord of sines": lambda: _tone(262, 330, 392),
    "a melody of plucked strings": lambda: _melody([3, 7, 10, 12, 10, 7, 8, 3], 0.5),
    "a second melody of plucked strings": lambda: _melody([0, 2, 3, 5, 7, 8, 7, 5, 3, 2, 0, 0, 7, 3, 0, 0], 0.25),
    "chords of plucked strings": _chords,
    "drums and bass": _drums_and_bass,
    "an organ playing a tune": _organ,
    "clicks": _clicks,
}
