"""Speech to words by pocketsphinx's US English model.

Its decoder holds Python's global lock for seconds, which would stop all other requests, and cannot be interrupted. So
each recording is decoded in its own process, which takes half a second to start.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from inference_core.engine.builtin.audio.requests import Spoken

RATE = 16_000
PROCESSES = 2
"""How many recordings are decoded at once, each with one core and 150 MB; others wait."""

_FRAMES = 100
_LONGEST_UTTERANCE = 15
_SHORTEST_UTTERANCE = 5
_PAUSE = 0.2

_SCRIPT = Path(__file__).with_name("recognition_worker.py")
_places = threading.BoundedSemaphore(PROCESSES)


class TooSlow(Exception):
    """Recognition took longer than allowed."""


def recognize(samples: NDArray[np.float32], seconds: float) -> list[Spoken]:
    """The words in samples from -1 to 1 at 16 kHz; raises TooSlow if it takes more than `seconds`, including the wait.

    Safe to call from any thread.
    """
    until = time.monotonic() + seconds
    if not _places.acquire(timeout=seconds):
        raise TooSlow
    try:
        return _decoded(samples, until - time.monotonic())
    finally:
        _places.release()


def _decoded(samples: NDArray[np.float32], seconds: float) -> list[Spoken]:
    cuts = utterances(samples)
    # -P: the script's folder must not come before the libraries.
    command = [sys.executable, "-P", str(_SCRIPT), *(str(end - start) for start, end in cuts)]
    content = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    try:
        done = subprocess.run(command, input=content, stdout=subprocess.PIPE, timeout=seconds, check=True)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise TooSlow from None
    found = json.loads(done.stdout)
    return [
        Spoken(text, round(start / RATE + first / _FRAMES, 2), round(start / RATE + (last + 1) / _FRAMES, 2))
        for (start, _), words in zip(cuts, found, strict=True)
        for text, first, last in words
    ]


def utterances(samples: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Where to cut a recording, as (start, end) in samples: at the quietest moment of every 5 to 15 seconds.

    A recording of up to 15 seconds is not cut, because the language model cannot see across a cut.
    """
    frame = RATE // _FRAMES
    blocks = np.square(samples[: len(samples) // frame * frame].reshape(-1, frame)).mean(axis=1)
    loudness = uniform_filter1d(blocks, round(_PAUSE * _FRAMES)) if len(blocks) else blocks
    cuts = [0]
    while len(samples) - cuts[-1] > _LONGEST_UTTERANCE * RATE:
        first = cuts[-1] // frame + _SHORTEST_UTTERANCE * _FRAMES
        last = cuts[-1] // frame + _LONGEST_UTTERANCE * _FRAMES
        cuts.append((first + int(loudness[first:last].argmin())) * frame)
    return list(zip(cuts, [*cuts[1:], len(samples)], strict=True))
