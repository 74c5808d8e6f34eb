"""Where somebody speaks in a sound, and where to cut it, by the probability of speech in each hundredth of a second."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

Span = tuple[int, int]
"""From and to, in hundredths of a second."""

_SECOND = 100
_SPEECH = 0.4
"""The probability from which on it is speech, as its makers recommend."""

_SMOOTHED = 5
_SHORTEST = 20
_MARGIN = 30
"""Hundredths that are kept before and after speech: soft consonants and breath."""

_PAUSE = 3 * _SECOND
"""Time without speech at which a part ends; at shorter pauses a recogniser profits from what was said before."""

_SHORTEST_WHEN_CUT = 10 * _SECOND


def speech_parts(speech: NDArray[np.float64], longest: float) -> list[Span]:
    """The parts of a sound in which somebody speaks, each at most `longest` seconds.

    A part ends at a long pause. What is still too long is cut where it is least like speech, into pieces of at least
    10 seconds, since a recogniser makes little of less; so `longest` must be at least 20.
    """
    parts: list[Span] = []
    for start, end in _spoken(speech):
        if parts and start - parts[-1][1] < _PAUSE:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    padded = [(max(0, start - _MARGIN), min(len(speech), end + _MARGIN)) for start, end in parts]
    return [piece for part in padded for piece in _cut(part, speech, round(longest * _SECOND))]


def _spoken(speech: NDArray[np.float64]) -> list[Span]:
    """Where there is speech for at least a fifth of a second."""
    is_speech = uniform_filter1d(speech, _SMOOTHED) >= _SPEECH if len(speech) else np.zeros(0, bool)
    edges = np.flatnonzero(np.diff(is_speech, prepend=False, append=False))
    spans = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return [(start, end) for start, end in spans if end - start >= _SHORTEST]


def _cut(part: Span, speech: NDArray[np.float64], longest: int) -> list[Span]:
    likelihood = uniform_filter1d(speech, _MARGIN)
    cuts = [part[0]]
    while part[1] - cuts[-1] > longest:
        first = cuts[-1] + _SHORTEST_WHEN_CUT
        last = min(cuts[-1] + longest, part[1] - _SHORTEST_WHEN_CUT)
        cuts.append(first + int(likelihood[first : last + 1].argmin()))
    return list(pairwise([*cuts, part[1]]))
