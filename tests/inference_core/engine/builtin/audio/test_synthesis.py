import numpy as np
import pytest

from inference_core.engine.builtin.audio.synthesis import SpeechOptions, speak, voices


def test_there_are_voices_for_about_a_hundred_languages() -> None:
    assert {"en", "en-us", "en-gb", "de", "fr", "es", "it", "ru", "cmn", "ja", "pt-br"} <= voices()
    assert len({voice.partition("-")[0] for voice in voices()}) > 100


def test_speech_is_sound_within_its_bounds() -> None:
    sound = speak("Forty-two ducks.")
    assert (sound.rate, sound.samples.dtype) == (22_050, np.float32) and 0.1 < np.abs(sound.samples).max() <= 1


def test_nothing_of_one_call_is_left_in_the_next() -> None:
    usual = speak("Where are my keys?").seconds
    speak("Où est la gare ? " * 20, SpeechOptions("fr", speed=400, pitch=99))
    assert speak("Where are my keys?").seconds == pytest.approx(usual, abs=0.02)


def test_a_text_without_sound_is_almost_nothing() -> None:
    assert speak("").seconds < 0.02


def test_unknown_voices_are_errors() -> None:
    with pytest.raises(KeyError):
        speak("Hello", SpeechOptions("xx"))
