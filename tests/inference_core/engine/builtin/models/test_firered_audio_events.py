from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_core.engine.builtin.audio.requests import AudioClassificationBody, AudioClassificationParameters
from inference_core.engine.builtin.models.firered_audio_events import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tasks.samples import sample
from tests.support.media import hiss, plucked_chords, sound_file, spoken, tone

KINDS = {"speech", "singing", "music", "noise", "tone", "silence"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def classify(engine: Engine, content: bytes, top_k: int | None = None) -> list[dict[str, Any]]:
    body = AudioClassificationBody(Upload(content, Limits()), AudioClassificationParameters(top_k=top_k))
    found: list[dict[str, Any]] = engine.answer(body)
    return found


def best(engine: Engine, samples: np.ndarray[Any, Any], rate: int = 16_000, **file: Any) -> str:
    found: str = classify(engine, sound_file(samples, rate, **file))[0]["label"]
    return found


def recording(name: str) -> bytes:
    """One of the recordings that come with Gradio."""
    spec = find_spec("gradio")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "media_assets" / "audio" / name).read_bytes()


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
    found = classify(engine, recording(name))[0]
    assert found["label"] == kind and found["score"] > least


def test_a_saxophone_is_not_speech_but_close_to_singing(engine: Engine) -> None:
    scores = {item["label"]: item["score"] for item in classify(engine, recording("sax.wav"))}
    assert scores["music"] + scores["singing"] > 0.7 and scores["speech"] < 0.1


@pytest.mark.parametrize(("name", "kind"), [("dial_tone.wav", "tone"), ("rain.wav", "noise")])
def test_a_dial_tone_is_no_music_and_rain_is_noise(engine: Engine, name: str, kind: str) -> None:
    found = classify(engine, sample(name).read_bytes())[0]
    assert found["label"] == kind and found["score"] > 0.9


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


@pytest.mark.parametrize("frequency", [60, 440, 2500, 6800])
def test_a_steady_pitch_is_a_tone_also_in_beeps(engine: Engine, frequency: float) -> None:
    time = np.arange(32_000) / 16_000
    wave = 0.4 * np.sin(2 * np.pi * frequency * time)
    assert best(engine, wave) == best(engine, wave * (time % 0.5 < 0.25)) == "tone"


@pytest.mark.parametrize("quiet", [np.zeros(8000), np.full(8000, 0.3), hiss(1.0) / 5000], ids=["zero", "dc", "faint"])
def test_inaudible_sound_is_silence(engine: Engine, quiet: np.ndarray[Any, Any]) -> None:
    assert best(engine, quiet) == "silence"


def test_scores_say_how_much_of_a_long_sound_is_what(engine: Engine) -> None:
    found = classify(engine, sound_file(np.concatenate([tone(90.0), np.zeros(480_000)])))
    assert {item["label"]: round(item["score"], 2) for item in found[:2]} == {"tone": 0.75, "silence": 0.25}


def test_scores_sum_to_one_and_top_k_keeps_the_best(engine: Engine) -> None:
    found = classify(engine, sound_file(plucked_chords()))
    assert {item["label"] for item in found} == KINDS and sum(item["score"] for item in found) == pytest.approx(1)
    assert all(type(item["score"]) is float for item in found)
    assert classify(engine, sound_file(plucked_chords()), top_k=2) == found[:2]


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        (tone(0.01), 16_000),
        (np.ones(1), 16_000),
        (np.eye(1, 32_000, 9000)[0], 16_000),
        (hiss(0.1), 8_000),
        (np.sin(np.arange(96_000) * 1.2), 96_000),
    ],
    ids=["10 ms", "one sample", "click", "100 ms", "18 kHz"],
)
def test_a_sound_too_short_to_classify_is_refused(engine: Engine, samples: np.ndarray[Any, Any], rate: int) -> None:
    with pytest.raises(CannotAnswer, match="Too little can be heard"):
        classify(engine, sound_file(samples, rate))


@pytest.mark.parametrize(
    ("rate", "channels", "file"),
    [(8_000, 1, {"subtype": "PCM_U8"}), (48_000, 2, {}), (44_100, 2, {"kind": "OGG"}), (11_025, 1, {"kind": "FLAC"})],
)
def test_a_tone_is_a_tone_in_any_format(engine: Engine, rate: int, channels: int, file: dict[str, Any]) -> None:
    assert best(engine, tone(1.0, rate, channels), rate, **file) == "tone"


@pytest.mark.parametrize(("content", "why"), [(b"RIFF but not really", "not a sound"), (b"", "not a sound")])
def test_a_file_that_is_not_a_sound_is_refused(engine: Engine, content: bytes, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        classify(engine, content)


def test_threads_do_not_disturb_each_other(engine: Engine) -> None:
    files = [sound_file(plucked_chords()), sound_file(hiss()), sound_file(tone(1.0)), spoken("Who is there?")] * 6
    alone = [classify(engine, file) for file in files[:4]]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda file: classify(engine, file), files)) == alone * 6
