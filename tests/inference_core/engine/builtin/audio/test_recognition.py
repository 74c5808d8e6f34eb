import time
from contextlib import ExitStack

import numpy as np
import pytest

from inference_core.engine.builtin.audio import recognition
from inference_core.engine.builtin.audio.recognition import PROCESSES, RATE, TooSlow, recognize, utterances
from inference_core.engine.builtin.audio.resample import resampled
from inference_core.engine.builtin.audio.synthesis import speak
from inference_core.engine.work.stopping import Stopped, stoppable
from tests.support.media import hiss


def test_a_short_recording_is_one_utterance() -> None:
    assert utterances(np.zeros(15 * RATE, np.float32)) == [(0, 15 * RATE)]
    assert utterances(np.zeros(1, np.float32)) == [(0, 1)]


def test_a_long_recording_is_cut_in_its_pauses_and_nothing_is_lost() -> None:
    samples = hiss(40.0)
    for second in (11, 21, 32):
        samples[second * RATE : second * RATE + RATE // 2] = 0
    cuts = utterances(samples)
    assert [start for start, _ in cuts[1:]] == [end for _, end in cuts[:-1]]
    assert (cuts[0][0], cuts[-1][1]) == (0, len(samples))
    assert [round((start - 0.25 * RATE) / RATE, 1) for start, _ in cuts[1:]] == pytest.approx([11, 21, 32], abs=0.2)


@pytest.mark.slow
def test_words_of_a_later_utterance_have_times_of_the_whole_recording() -> None:
    digits = resampled(speak("two three four five"), RATE)
    samples = np.concatenate([np.zeros(15 * RATE, np.float32), digits])
    words = recognize(samples, 60)
    assert words[-1].end == pytest.approx(len(samples) / RATE, abs=0.7)
    assert all(word.start < word.end for word in words)


def test_there_are_no_words_in_digital_silence() -> None:
    assert recognize(np.zeros(RATE, np.float32), 60) == []


def test_without_time_nothing_is_recognized() -> None:
    with pytest.raises(TooSlow):
        recognize(np.zeros(RATE, np.float32), 0.01)


def test_what_nobody_waits_for_any_more_ends_and_so_does_its_process() -> None:
    started = time.monotonic()
    with stoppable(lambda: time.monotonic() > started + 0.3), pytest.raises(Stopped):
        recognize(hiss(60.0), 60)
    assert time.monotonic() - started < 2


def test_a_wait_for_a_place_ends_too() -> None:
    with ExitStack() as taken:
        for _ in range(PROCESSES):
            taken.enter_context(recognition._places)
        with stoppable(lambda: True), pytest.raises(Stopped):
            recognize(np.zeros(RATE, np.float32), 60)
        with pytest.raises(TooSlow):
            recognize(np.zeros(RATE, np.float32), 0.01)
