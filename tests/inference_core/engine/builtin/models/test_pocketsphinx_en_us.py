import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest

from inference_core.engine.builtin.audio import synthesis as speech
from inference_core.engine.builtin.models import pocketsphinx_en_us as automatic_speech_recognition
from inference_core.engine.builtin.models.pocketsphinx_en_us import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tasks.samples import sample
from tests.support.media import hiss, plucked_chords, sound_file, spoken, tone


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def hear(engine: Engine, content: bytes, **parameters: Any) -> dict[str, Any]:
    known = {field.name: field.type for field in msgspec.structs.fields(MODEL.tasks[0].body)}["parameters"]
    found: dict[str, Any] = engine.answer(
        MODEL.tasks[0].body(inputs=Upload(content, Limits()), parameters=msgspec.convert(parameters, known))
    )
    return found


@pytest.fixture(scope="module")
def human() -> bytes:
    """Ten words that a man says within three seconds; the recording comes with Gradio."""
    return sample("heath_ledger.mp3").read_bytes()


SAID = "if you're good at something never do it for free"


def test_a_person_is_understood(engine: Engine, human: bytes) -> None:
    text = hear(engine, human)["text"]
    assert len(set(text.split()) & set(SAID.split())) >= 8


def test_words_are_plain_and_in_the_order_of_their_times(engine: Engine, human: bytes) -> None:
    answer = hear(engine, human, return_timestamps="word")
    words = [chunk["text"] for chunk in answer["chunks"]]
    times = [moment for chunk in answer["chunks"] for moment in chunk["timestamp"]]
    assert " ".join(words) == answer["text"] == answer["text"].lower()
    assert not set(answer["text"]) & set("<>[]()") and all(" " not in word for word in words)
    assert times == sorted(times) and times[0] >= 0 and times[-1] <= 3.6
    assert all(type(moment) is float for moment in times)


def test_phrases_end_at_pauses(engine: Engine) -> None:
    pause = np.zeros(2 * 22_050, np.float32)
    first, second = (speech.speak(text).samples for text in ("two three four five", "seven eight nine"))
    answer = hear(engine, sound_file(np.concatenate([first, pause, second]), 22_050), return_timestamps=True)
    assert len(answer["chunks"]) == 2
    assert answer["chunks"][1]["timestamp"][0] >= (len(first) + len(pause)) / 22_050 - 0.5
    assert " ".join(chunk["text"] for chunk in answer["chunks"]) == answer["text"]


def test_without_return_timestamps_there_are_no_chunks(engine: Engine) -> None:
    assert set(hear(engine, spoken("one two three four five"), return_timestamps=False)) == {"text"}


def test_digits_of_a_synthetic_voice_are_mostly_understood(engine: Engine) -> None:
    heard = hear(engine, spoken("one two three four five", speed=140))["text"].split()
    assert len({"one", "two", "three", "four", "five"} & set(heard)) >= 3


@pytest.mark.parametrize(
    ("samples", "rather"),
    [(np.zeros(16_000), "silence"), (hiss(), "noise"), (tone(1.0), "tone"), (plucked_chords(), "music")],
)
def test_without_speech_no_words_are_made_up(engine: Engine, samples: np.ndarray[Any, Any], rather: str) -> None:
    with pytest.raises(CannotAnswer, match=f"No speech was found, only {rather}"):
        hear(engine, sound_file(samples))


@pytest.mark.parametrize("samples", [tone(0.01), tone(0.1), np.ones(1)])
def test_less_than_a_word_is_refused(engine: Engine, samples: np.ndarray[Any, Any]) -> None:
    with pytest.raises(CannotAnswer, match="No speech was"):
        hear(engine, sound_file(samples))


def test_a_recording_too_long_is_refused_at_once(engine: Engine) -> None:
    started = time.monotonic()
    with pytest.raises(CannotAnswer, match="lasts 150 seconds, more than the 120"):
        hear(engine, sound_file(np.zeros(150 * 8000), 8000))
    assert time.monotonic() - started < 2


def test_work_that_takes_too_long_is_ended(engine: Engine, human: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automatic_speech_recognition, "_RECOGNITION_TIMEOUT", 0.05)
    with pytest.raises(CannotAnswer, match="send a shorter recording"):
        hear(engine, human)


@pytest.mark.parametrize(
    "wrong", [{"return_timestamps": "sentence"}, {"temperature": 0.2}, {"generation_parameters": {}}]
)
def test_parameters_without_meaning_are_refused(engine: Engine, wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
        hear(engine, spoken("one"), **wrong)


@pytest.mark.parametrize(("rate", "file"), [(8_000, {"subtype": "PCM_U8"}), (48_000, {"kind": "FLAC"})])
def test_other_rates_and_formats_are_heard(engine: Engine, rate: int, file: dict[str, Any]) -> None:
    sound = speech.speak("two three four five")
    moments = np.arange(round(sound.seconds * rate)) / rate
    samples = np.interp(moments, np.arange(len(sound.samples)) / sound.rate, sound.samples)
    assert hear(engine, sound_file(samples, rate, **file))["text"]


@pytest.mark.slow
def test_all_threads_hear_the_same_while_others_speak_and_nobody_stands_still(engine: Engine) -> None:
    pauses, done = [0.0], threading.Event()

    def watch() -> None:
        before = time.monotonic()
        while not done.wait(0.005):
            pauses.append(time.monotonic() - before)
            before = time.monotonic()

    with ThreadPoolExecutor(13) as threads:
        digit = spoken("two three four")
        watching = threads.submit(watch)
        texts = [threads.submit(hear, engine, digit) for _ in range(8)]
        sounds = [threads.submit(speech.speak, "Good evening.") for _ in range(200)]
        heard = {text.result()["text"] for text in texts}
        assert all(sound.result().seconds > 0.5 for sound in sounds)
        done.set()
        watching.result()
    assert len(heard) == 1 and max(pauses) < 1
