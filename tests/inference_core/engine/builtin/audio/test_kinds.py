import numpy as np
import pytest

from inference_core.engine.builtin.audio.kinds import KINDS, STRETCH, kinds_over_time
from inference_core.engine.builtin.audio.resample import resampled
from inference_core.engine.builtin.audio.synthesis import speak
from inference_core.engine.work.stopping import Stopped, stoppable
from inference_core.media.sounds import Sound
from tests.support.media import hiss, plucked_chords, tone


def named(sound: Sound) -> list[str]:
    return [KINDS[index] for index in kinds_over_time(sound).argmax(axis=1)]


def test_each_stretch_is_judged_on_its_own() -> None:
    said = resampled(speak("This is the evening news, read by a machine that never gets tired of it."), 16_000)
    parts = [np.resize(samples, 48_000) for samples in (said, plucked_chords(), hiss(), tone(1.0), np.zeros(100))]
    assert named(Sound(np.concatenate(parts).astype(np.float32), 16_000)) == list(KINDS)


@pytest.mark.parametrize("loudness", [0.02, 0.2, 1.0])
def test_loudness_does_not_matter_while_it_can_be_heard(loudness: float) -> None:
    assert named(Sound(loudness * plucked_chords(), 16_000)) == ["music"]
    assert named(Sound(loudness * hiss(), 16_000)) == ["noise"]


def test_rows_sum_to_one_and_cover_the_end_of_a_sound() -> None:
    rows = kinds_over_time(Sound(np.concatenate([hiss(7.0), np.zeros(16_000, np.float32)]), 16_000))
    assert rows.shape == (3, len(KINDS)) and rows.sum(axis=1) == pytest.approx(np.ones(3))
    assert kinds_over_time(Sound(hiss(2 * STRETCH), 16_000)).shape[0] == 2


def test_sound_above_8_khz_is_not_taken_for_silence() -> None:
    wave = np.sin(2 * np.pi * 15_000 * np.arange(96_000) / 48_000).astype(np.float32)
    assert len(kinds_over_time(Sound(wave, 48_000))) == 0


def test_a_sound_that_moves_like_speech_but_is_high_like_a_bird_is_not_named() -> None:
    said = resampled(speak("Sweet little bird, sing for me on the branch of the old tree."), 16_000)
    spectrum = np.fft.rfft(said)
    spectrum[: 1200 * len(said) // 16_000] = 0
    assert named(Sound(said, 16_000)) == ["speech", "speech"]
    assert len(kinds_over_time(Sound(np.fft.irfft(spectrum).astype(np.float32), 16_000))) == 0


def test_it_asks_at_each_stretch_whether_somebody_still_waits() -> None:
    answers = iter([False, False, True])
    with stoppable(lambda: next(answers)), pytest.raises(Stopped):
        kinds_over_time(Sound(hiss(60.0), 16_000))
