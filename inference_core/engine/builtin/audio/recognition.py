"""Speech to words by pocketsphinx's US English model.

Its decoder holds Python's global lock for seconds, which would stop all other requests, and cannot be interrupted. So
each recording is decoded in its own process, which takes half a second to start.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from inference_core.engine.builtin.audio.requests import Spoken
from inference_core.engine.work.stopping import WAIT, place_among, stop_if_unwanted

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

    Safe to call from any thread. It ends, and so does the decoder's process, when nobody waits for the words any more.
    """
    until = time.monotonic() + seconds

    def go_on() -> None:
        stop_if_unwanted()
        if time.monotonic() >= until:
            raise TooSlow

    with place_among(_places, go_on):
        return _decoded(samples, go_on)


def _decoded(samples: NDArray[np.float32], go_on: Callable[[], None]) -> list[Spoken]:
    cuts = utterances(samples)
    # -P: the script's folder must not come before the libraries.
    command = [sys.executable, "-P", str(_SCRIPT), *(str(end - start) for start, end in cuts)]
    content = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    found = json.loads(_output(command, content, go_on))
    return [
        Spoken(text, round(start / RATE + first / _FRAMES, 2), round(start / RATE + (last + 1) / _FRAMES, 2))
        for (start, _), words in zip(cuts, found, strict=True)
        for text, first, last in words
    ]


def _output(command: list[str], content: bytes, go_on: Callable[[], None]) -> bytes:
    """What a process answers to `content`. An error of `go_on`, which is called again and again, ends it."""
    with TemporaryFile() as given:  # through a pipe, only the first call of `communicate` would send
        given.write(content)
        given.seek(0)
        with subprocess.Popen(command, stdin=given, stdout=subprocess.PIPE) as process:  # noqa: S603
            try:
                output = _read(process, go_on)
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return output


def _read(process: subprocess.Popen[bytes], go_on: Callable[[], None]) -> bytes:
    while True:
        try:
            return process.communicate(timeout=WAIT)[0]
        except subprocess.TimeoutExpired:
            go_on()


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
