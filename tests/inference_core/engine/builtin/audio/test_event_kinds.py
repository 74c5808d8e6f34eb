import numpy as np
import pytest
from numpy.typing import NDArray

from inference_core.engine.builtin.audio.event_kinds import EVENT_KINDS, heard
from inference_core.engine.builtin.audio.events import FEWEST, HOP, WINDOW, EventModel, shared_event_model
from inference_core.engine.builtin.audio.resample import resampled
from inference_core.engine.builtin.audio.synthesis import speak
from inference_core.engine.work.stopping import Stopped, stoppable
from inference_core.media.sounds import Sound, decode_sound
from tasks.samples import sample
from tests.support.media import hiss, plucked_chords, tone

SECOND = 100
"""Frames of the event model."""


@pytest.fixture(scope="module")
def model() -> EventModel:
    return shared_event_model()


def at_16_khz(samples: NDArray[np.float32]) -> Sound:
    return Sound(samples.astype(np.float32), 16_000)


def said() -> NDArray[np.float32]:
    sound = speak("This is the evening news, read by a machine that never gets tired of it.")
    moments = np.arange(48_000) / 16_000
    return np.interp(moments, np.arange(len(sound.samples)) / sound.rate, sound.samples).astype(np.float32)


def test_each_stretch_is_judged_on_its_own(model: EventModel) -> None:
    parts = [said(), plucked_chords(), hiss(3.0), tone(3.0), np.zeros(48_000, np.float32)]
    rows = heard(at_16_khz(np.concatenate(parts)), model).kinds
    assert [EVENT_KINDS[best] for best in rows.argmax(axis=1)] == ["speech", "music", "noise", "tone", "silence"]
    assert rows.sum(axis=1) == pytest.approx(np.ones(5))


def test_speech_with_music_behind_it_is_speech(model: EventModel) -> None:
    voice, music = said(), plucked_chords()
    behind = music * np.sqrt(np.square(voice).mean() / np.square(music).mean() / 10)
    (row,) = heard(at_16_khz(voice + behind), model).kinds
    assert EVENT_KINDS[row.argmax()] == "speech"


def test_what_the_model_alone_takes_for_music_is_a_tone_if_it_measures_as_one(model: EventModel) -> None:
    dialling = decode_sound(sample("dial_tone.wav").read_bytes())
    assert model.probabilities(resampled(dialling, 16_000))[:, 2].mean() > 0.9
    (row,) = heard(dialling, model).kinds
    assert row[EVENT_KINDS.index("tone")] > 0.9


def test_speech_has_times_and_a_tone_has_none_of_it(model: EventModel) -> None:
    found = heard(at_16_khz(np.concatenate([tone(3.0), said(), tone(3.0)])), model)
    assert len(found.speech) == pytest.approx(9 * SECOND, abs=2)
    assert found.speech[3 * SECOND + 50 : 5 * SECOND].mean() > 0.8
    assert max(found.speech[: 3 * SECOND - 30].max(), found.speech[6 * SECOND + 30 :].max()) < 0.2


@pytest.mark.parametrize("length", [1, WINDOW, FEWEST - 1, FEWEST, 1600])
def test_the_shortest_sounds_have_few_frames_or_none(model: EventModel, length: int) -> None:
    samples = hiss(1.0)[:length]
    frames = (length - WINDOW) // HOP + 1 if length >= FEWEST else 0
    assert model.probabilities(samples).shape == (frames, 3)
    found = heard(at_16_khz(samples), model)
    assert found.kinds.shape == (0, len(EVENT_KINDS)) and len(found.speech) == frames


def test_sound_above_8_khz_is_not_judged(model: EventModel) -> None:
    wave = np.sin(2 * np.pi * 15_000 * np.arange(96_000) / 48_000).astype(np.float32)
    assert len(heard(Sound(wave, 48_000), model).kinds) == 0


def test_it_asks_at_each_stretch_whether_somebody_still_waits(model: EventModel) -> None:
    answers = iter([False, False, True])
    with stoppable(lambda: next(answers)), pytest.raises(Stopped):
        heard(at_16_khz(hiss(60.0)), model)
