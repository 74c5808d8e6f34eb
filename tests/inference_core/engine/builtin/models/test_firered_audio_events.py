import numpy as np
import pytest

from inference_core.engine.builtin.models.firered_audio_events import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from tasks.samples import sample
from tests.support.classified_sounds import best, classify
from tests.support.media import sound_file, tone


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


@pytest.mark.parametrize(
    ("name", "kind", "least"),
    [
        ("heath_ledger.mp3", "speech", 0.8),
        ("cate_blanch.mp3", "speech", 0.6),
        ("cate_blanch_2.mp3", "speech", 0.5),  # music is louder behind it
        ("cantina.wav", "music", 0.8),
        ("audio_sample.wav", "music", 0.6),
    ],
)
def test_recordings_of_people_and_of_instruments_are_told_apart(
    engine: Engine, name: str, kind: str, least: float
) -> None:
    found = classify(engine, sample(name).read_bytes())[0]
    assert found["label"] == kind and found["score"] > least


def test_a_saxophone_is_not_speech_but_close_to_singing(engine: Engine) -> None:
    scores = {item["label"]: item["score"] for item in classify(engine, sample("sax.wav").read_bytes())}
    assert scores["music"] + scores["singing"] > 0.7 and scores["speech"] < 0.1


@pytest.mark.parametrize(("name", "kind"), [("dial_tone.wav", "tone"), ("rain.wav", "noise")])
def test_a_dial_tone_is_no_music_and_rain_is_noise(engine: Engine, name: str, kind: str) -> None:
    found = classify(engine, sample(name).read_bytes())[0]
    assert found["label"] == kind and found["score"] > 0.9


@pytest.mark.parametrize("frequency", [60, 440, 2500, 6800])
def test_a_steady_pitch_is_a_tone_also_in_beeps(engine: Engine, frequency: float) -> None:
    time = np.arange(32_000) / 16_000
    wave = 0.4 * np.sin(2 * np.pi * frequency * time)
    assert best(engine, wave) == best(engine, wave * (time % 0.5 < 0.25)) == "tone"


def test_scores_say_how_much_of_a_long_sound_is_what(engine: Engine) -> None:
    found = classify(engine, sound_file(np.concatenate([tone(90.0), np.zeros(480_000)])))
    assert {item["label"]: round(item["score"], 2) for item in found[:2]} == {"tone": 0.75, "silence": 0.25}


def test_a_single_sample_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="Too little can be heard"):
        classify(engine, sound_file(np.ones(1)))
