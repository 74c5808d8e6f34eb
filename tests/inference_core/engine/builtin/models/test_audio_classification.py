"""What all models of audio classification have in common."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from inference_core.engine.builtin.models import firered_audio_events, sound_kinds
from inference_core.engine.contract import CannotAnswer, Engine, Model
from tests.support.classified_sounds import best, classify
from tests.support.media import hiss, plucked_chords, sound_file, spoken, tone

MEASURED = {"speech", "music", "noise", "tone", "silence"}
KINDS = {sound_kinds.MODEL: MEASURED, firered_audio_events.MODEL: MEASURED | {"singing"}}


@pytest.fixture(scope="module", params=KINDS, ids=lambda model: model.id)
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param.load()


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The gardener watered the tulips before breakfast.", "en-gb"),
        ("Der Zug nach Bremen hat heute leider Verspätung.", "de"),
        ("Il treno per Roma parte dal binario sette.", "it"),
        ("明天早上我们去公园散步。", "cmn"),
    ],
)
def test_speech_is_speech_in_any_language(engine: Engine, text: str, voice: str) -> None:
    assert classify(engine, spoken(text, voice))[0] == {"label": "speech", "score": pytest.approx(1, abs=0.3)}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_chords_are_music(engine: Engine, seed: int) -> None:
    assert best(engine, plucked_chords(seed=seed)) == "music"


@pytest.mark.parametrize("steepness", [0, 0.5, 1, -0.5])
def test_noise_of_any_colour_is_noise(engine: Engine, steepness: float) -> None:
    spectrum = np.fft.rfft(hiss(3.0))
    coloured = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** steepness)
    assert best(engine, coloured / np.abs(coloured).max()) == "noise"


@pytest.mark.parametrize("quiet", [np.zeros(8000), np.full(8000, 0.3), hiss(1.0) / 5000], ids=["zero", "dc", "faint"])
def test_inaudible_sound_is_silence(engine: Engine, quiet: np.ndarray[Any, Any]) -> None:
    assert best(engine, quiet) == "silence"


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.id)
def test_scores_sum_to_one_and_top_k_keeps_the_best(model: Model) -> None:
    engine = model.load()
    found = classify(engine, sound_file(plucked_chords()))
    assert {item["label"] for item in found} == KINDS[model] and sum(item["score"] for item in found) == pytest.approx(
        1
    )
    assert all(type(item["score"]) is float for item in found)
    assert classify(engine, sound_file(plucked_chords()), top_k=2) == found[:2]


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (tone(0.01), 16_000),
        (np.eye(1, 32_000, 9000)[0], 16_000),
        (hiss(0.1), 8_000),
        (np.sin(np.arange(96_000) * 1.2), 96_000),
    ],
    ids=["10 ms", "click", "100 ms", "18 kHz"],
)
def test_a_sound_too_short_to_classify_is_refused(engine: Engine, samples: np.ndarray[Any, Any], rate: int) -> None:
    with pytest.raises(CannotAnswer, match="Too little can be heard"):
        classify(engine, sound_file(samples, rate))


@pytest.mark.parametrize(
    ("rate", "channels", "file"),
    [
        (8_000, 1, {"subtype": "PCM_U8"}),
        (48_000, 2, {}),
        (96_000, 2, {}),
        (44_100, 2, {"kind": "OGG"}),
        (11_025, 1, {"kind": "FLAC"}),
    ],
)
def test_a_tone_is_a_tone_in_any_format(engine: Engine, rate: int, channels: int, file: dict[str, Any]) -> None:
    assert best(engine, tone(1.0, rate, channels), rate, **file) == "tone"


@pytest.mark.parametrize("content", [b"RIFF but not really", b""])
def test_a_file_that_is_not_a_sound_is_refused(engine: Engine, content: bytes) -> None:
    with pytest.raises(CannotAnswer, match="not a sound"):
        classify(engine, content)


def test_threads_do_not_disturb_each_other(engine: Engine) -> None:
    files = [sound_file(plucked_chords()), sound_file(hiss()), sound_file(tone(1.0)), spoken("Who is there?")] * 6
    alone = [classify(engine, file) for file in files[:4]]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda file: classify(engine, file), files)) == alone * 6
