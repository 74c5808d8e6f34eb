from typing import Any

import msgspec
import numpy as np
import pytest

from inference_core.engine.builtin.models.sound_kinds import MODEL
from inference_core.engine.contract import Engine
from tasks.samples import sample
from tests.support.classified_sounds import best, classify
from tests.support.media import hiss, sound_file, tone


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("heath_ledger.mp3", "speech"),
        ("cate_blanch.mp3", "speech"),
        ("cate_blanch_2.mp3", "speech"),
        ("cantina.wav", "music"),
        ("sax.wav", "music"),
    ],
)
def test_recordings_of_people_and_of_instruments_are_told_apart(engine: Engine, name: str, kind: str) -> None:
    found = classify(engine, sample(name).read_bytes())
    assert found[0]["label"] == kind and found[0]["score"] > 0.6


@pytest.mark.parametrize("frequency", [60, 440, 2500, 6800])
@pytest.mark.parametrize("shape", [np.sin, lambda phase: 0.5 * np.sign(np.sin(phase))], ids=["sine", "square"])
def test_a_steady_pitch_is_a_tone_also_in_beeps(engine: Engine, frequency: float, shape: Any) -> None:
    time = np.arange(32_000) / 16_000
    wave = 0.4 * shape(2 * np.pi * frequency * time)
    assert best(engine, wave) == "tone"
    if shape is np.sin:
        assert best(engine, wave * (time % 0.5 < 0.25)) == "tone"


def test_scores_say_how_much_of_a_long_sound_is_what(engine: Engine) -> None:
    found = classify(engine, sound_file(np.concatenate([hiss(9.0), np.zeros(48_000)])))
    assert {item["label"]: round(item["score"], 2) for item in found[:2]} == {"noise": 0.75, "silence": 0.25}


@pytest.mark.parametrize("wrong", [{"function_to_apply": "softmax"}, {"top_k": 0}])
def test_parameters_without_meaning_are_refused(engine: Engine, wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
        classify(engine, sound_file(tone()), **wrong)
