import io
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import soundfile

from inference_core.engine.builtin.audio.moonshine import Moonshine, Written
from inference_core.engine.builtin.audio.requests import (
    AutomaticSpeechRecognitionBody,
    AutomaticSpeechRecognitionParameters,
)
from inference_core.engine.builtin.models.moonshine_tiny_en import MODEL, MoonshineRecognition
from inference_core.engine.contract import CannotAnswer
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from inference_core.engine.work.stopping import Stopped, stoppable
from tasks.samples import sample
from tests.benchmarks.judging.measures import words_wrong
from tests.support.media import hiss, plucked_chords, sound_file, spoken, tone

# What is said in the recordings, in the words of the books and films they are from. The first two come with Moonshine's
# package, so they are its publisher's choice.
TWO_CITIES = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of light, it was the season
of darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing before
us, we were all going direct to heaven, we were all going direct the other way. In short, the period was so far like the
present period, that some of its noisiest authorities insisted on its being received, for good or for evil, in the
superlative degree of comparison only."""
BECKETT = "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."
HEATH_LEDGER = "If you're good at something, never do it for free."
CATE_BLANCHETT = "I trust you had an historic evening?"


@pytest.fixture(scope="module")
def engine() -> MoonshineRecognition:
    loaded = MODEL.load()
    assert isinstance(loaded, MoonshineRecognition)
    return loaded


def hear(engine: MoonshineRecognition, content: bytes, **parameters: Any) -> dict[str, Any]:
    asked = msgspec.convert(parameters, AutomaticSpeechRecognitionParameters)
    return engine.answer(AutomaticSpeechRecognitionBody(Upload(content, Limits()), asked))


def reading(name: str) -> bytes:
    """One of the readings that come with Moonshine's package."""
    spec = find_spec("moonshine_voice")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "assets" / name).read_bytes()


def wrong_share(said: str, heard: str) -> float:
    """The word error rate: words to insert, leave out or replace, of those that were said."""
    wrong, words = words_wrong(said, heard)
    return wrong / words


def test_the_error_rate_counts_words_that_are_missing_added_and_wrong() -> None:
    assert wrong_share("one two three four", "One, two; three four!") == 0
    assert wrong_share("one two three four", "one too three") == 0.5
    assert wrong_share("one two", "one and two") == 0.5


@pytest.mark.parametrize(("name", "said"), [("two_cities.wav", TWO_CITIES), ("beckett.wav", BECKETT)])
def test_at_most_a_tenth_of_the_words_of_a_reading_is_wrong(engine: MoonshineRecognition, name: str, said: str) -> None:
    assert wrong_share(said, hear(engine, reading(name))["text"]) <= 0.1


@pytest.mark.parametrize(("name", "said"), [("heath_ledger.mp3", HEATH_LEDGER), ("cate_blanch_2.mp3", CATE_BLANCHETT)])
def test_at_most_a_fifth_of_the_words_of_a_film_is_wrong(engine: MoonshineRecognition, name: str, said: str) -> None:
    assert wrong_share(said, hear(engine, sample(name).read_bytes())["text"]) <= 0.2


def test_a_long_recording_comes_in_parts_with_their_times(engine: MoonshineRecognition) -> None:
    answer = hear(engine, reading("two_cities.wav"), return_timestamps=True)
    times = [moment for chunk in answer["chunks"] for moment in chunk["timestamp"]]
    assert len(answer["chunks"]) == 2 and times == sorted(times)
    assert 0.5 < times[0] < 1.5 and 41 < times[-1] < 43 and all(type(moment) is float for moment in times)
    assert answer["text"] == " ".join(chunk["text"] for chunk in answer["chunks"])
    assert set(hear(engine, reading("beckett.wav"), return_timestamps=False)) == {"text"}


def test_speech_between_long_silences_is_found(engine: MoonshineRecognition) -> None:
    samples, rate = soundfile.read(sample("heath_ledger.mp3"))
    long = np.concatenate([np.zeros(20 * rate), samples, np.zeros(20 * rate), samples])
    answer = hear(engine, sound_file(long, rate), return_timestamps=True)
    starts = [chunk["timestamp"][0] for chunk in answer["chunks"]]
    assert starts == pytest.approx([20, 40 + len(samples) / rate], abs=0.5)
    assert wrong_share(f"{HEATH_LEDGER} {HEATH_LEDGER}", answer["text"]) <= 0.2


@pytest.mark.parametrize(("name", "said"), [("heath_ledger.mp3", HEATH_LEDGER), ("cate_blanch_2.mp3", CATE_BLANCHETT)])
@pytest.mark.parametrize("volume", [0.1, 0.003])
def test_somebody_far_from_the_microphone_is_understood(
    engine: MoonshineRecognition, name: str, said: str, volume: float
) -> None:
    samples, rate = soundfile.read(sample(name))
    quiet = sound_file(volume * samples, rate, subtype="FLOAT")
    assert wrong_share(said, hear(engine, quiet)["text"]) <= 0.2


@pytest.mark.parametrize(
    ("samples", "rather"),
    [
        (np.zeros(16_000), "silence"),
        (hiss(), "noise"),
        (tone(1.0), "tone"),
        (plucked_chords(), "music"),
        (np.concatenate([hiss(60.0), tone(30.0), plucked_chords()]), "noise"),
    ],
)
def test_without_speech_no_words_are_made_up(
    engine: MoonshineRecognition, samples: np.ndarray[Any, Any], rather: str
) -> None:
    with pytest.raises(CannotAnswer, match=f"No speech was found, only {rather}"):
        hear(engine, sound_file(samples))


@pytest.mark.parametrize(
    ("name", "rather"), [("rain.wav", "noise"), ("dial_tone.wav", "tone"), ("cantina.wav", "music")]
)
def test_rain_a_dial_tone_and_music_have_no_words(engine: MoonshineRecognition, name: str, rather: str) -> None:
    with pytest.raises(CannotAnswer, match=f"No speech was found, only {rather}"):
        hear(engine, sample(name).read_bytes())


@pytest.mark.parametrize("samples", [tone(0.01), tone(0.1), hiss(0.1), np.ones(1)])
def test_less_than_a_word_is_refused(engine: MoonshineRecognition, samples: np.ndarray[Any, Any]) -> None:
    with pytest.raises(CannotAnswer, match="No speech was"):
        hear(engine, sound_file(samples))


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Der Zug nach Bremen hat heute leider zwanzig Minuten Verspätung.", "de"),
        ("Il treno per Roma parte dal binario sette alle otto e mezza.", "it"),
        ("明天早上我们去公园散步。", "cmn"),
    ],
)
def test_other_languages_are_not_taken_for_english(engine: MoonshineRecognition, text: str, voice: str) -> None:
    with pytest.raises(CannotAnswer, match="no words were understood"):
        hear(engine, spoken(text, voice))


class Scripted(Moonshine):
    """Writes what it is told to."""

    def __init__(self, *written: Written) -> None:
        self._written = list(written)

    def write(self, *_: object) -> Written:
        return self._written.pop(0)


@pytest.mark.parametrize(
    "unusable",
    [Written("So it was.", -0.7, True), Written("and so on and so on", -0.1, False), Written("♪ ♪", -0.1, True)],
)
def test_a_part_that_was_not_understood_says_so(engine: MoonshineRecognition, unusable: Written) -> None:
    good = Written("A good start.", -0.1, True)
    heard = hear(MoonshineRecognition(Scripted(good, unusable), engine._events), reading("two_cities.wav"))
    assert heard == {"text": "A good start. [unclear]"}
    with pytest.raises(CannotAnswer, match="no words were understood"):
        hear(MoonshineRecognition(Scripted(unusable), engine._events), sample("heath_ledger.mp3").read_bytes())


def test_the_times_of_words_are_refused_before_anything_is_computed(engine: MoonshineRecognition) -> None:
    with pytest.raises(CannotAnswer, match="does not know when each word was spoken: set `return_timestamps` to true"):
        hear(engine, b"", return_timestamps="word")


def test_a_recording_too_long_is_refused_at_once(engine: MoonshineRecognition) -> None:
    content = sound_file(np.zeros(301 * 8000), 8000)
    body = AutomaticSpeechRecognitionBody(Upload(content, Limits(audio=1000)))
    started = time.monotonic()
    with pytest.raises(CannotAnswer, match="lasts 301 seconds, more than the 300"):
        engine.answer(body)
    assert time.monotonic() - started < 2


def test_it_ends_when_nobody_waits_any_more(engine: MoonshineRecognition) -> None:
    asked = 0

    def is_unwanted() -> bool:
        nonlocal asked
        asked += 1
        return asked == 5

    with stoppable(is_unwanted), pytest.raises(Stopped):
        hear(engine, reading("two_cities.wav"))
    assert asked == 5


@pytest.mark.parametrize(
    "wrong", [{"return_timestamps": "sentence"}, {"temperature": 0.2}, {"generation_parameters": {}}]
)
def test_parameters_without_meaning_are_refused(engine: MoonshineRecognition, wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
        hear(engine, sound_file(), **wrong)


@pytest.mark.parametrize(
    ("rate", "channels", "file"), [(8_000, 1, {"subtype": "PCM_U8"}), (48_000, 1, {"kind": "FLAC"}), (44_100, 2, {})]
)
def test_other_rates_channels_and_formats_are_heard(
    engine: MoonshineRecognition, rate: int, channels: int, file: dict[str, Any]
) -> None:
    samples, original = soundfile.read(sample("heath_ledger.mp3"))
    moments = np.arange(round(len(samples) / original * rate)) / rate
    converted = np.interp(moments, np.arange(len(samples)) / original, samples)
    content = sound_file(np.stack([converted, 0.5 * converted], axis=1)[:, :channels], rate, **file)
    assert wrong_share(HEATH_LEDGER, hear(engine, content)["text"]) <= 0.2


@pytest.mark.parametrize("content", [b"", b"RIFF but not really"])
def test_a_file_that_is_not_a_sound_is_refused(engine: MoonshineRecognition, content: bytes) -> None:
    with pytest.raises(CannotAnswer, match="not a sound"):
        hear(engine, content)


def test_threads_do_not_disturb_each_other(engine: MoonshineRecognition) -> None:
    files = [sample("heath_ledger.mp3").read_bytes(), sample("cate_blanch_2.mp3").read_bytes()] * 3
    alone = [hear(engine, file) for file in files[:2]]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(lambda file: hear(engine, file), files)) == alone * 3


@pytest.mark.slow
def test_two_minutes_are_written_down_in_time(engine: MoonshineRecognition) -> None:
    samples, rate = soundfile.read(io.BytesIO(reading("two_cities.wav")))
    started = time.process_time()
    answer = hear(engine, sound_file(np.tile(samples, 3)[: 120 * rate], rate), return_timestamps=True)
    assert time.process_time() - started < 30
    assert len(answer["chunks"]) == 6 and answer["text"].count("the best of times") == 3
