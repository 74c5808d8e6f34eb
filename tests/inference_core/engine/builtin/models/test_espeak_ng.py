import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest

from inference_core.engine.builtin.models.espeak_ng import MODEL
from inference_core.engine.contract import CannotAnswer, Engine, File
from inference_core.media.sounds import Sound, decode_sound


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def say(engine: Engine, text: str, **parameters: Any) -> Sound:
    file = engine.answer(msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body))
    assert isinstance(file, File) and file.mime_type == "audio/wav"
    return decode_sound(file.content)


def mean_pitch(sound: Sound) -> float:
    """In hertz: the median over time of the lag at which the signal resembles itself most."""
    size = sound.rate // 20
    pitches = []
    for start in range(0, len(sound.samples) - 2 * size, size):
        piece = sound.samples[start : start + 2 * size]
        lags = np.correlate(piece, piece[:size], "valid")[sound.rate // 400 : sound.rate // 60]
        if np.square(piece).mean() > 0.003:
            pitches.append(sound.rate / (lags.argmax() + sound.rate // 400))
    return float(np.median(pitches))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Yes.", 0.5), ("The kettle is on the stove.", 1.5), ("Twelve geese crossed the pond. " * 4, 7.5)],
)
def test_a_text_becomes_a_wav_file_about_as_long_as_reading_it_takes(engine: Engine, text: str, seconds: float) -> None:
    sound = say(engine, text)
    assert sound.rate == 22_050 and 0.6 * seconds < sound.seconds < 1.6 * seconds
    assert 0.1 < np.abs(sound.samples).max() <= 1


def test_speed_makes_it_shorter_and_pitch_higher(engine: Engine) -> None:
    text = "Seven sailors sold their silver."
    assert say(engine, text, speed=300).seconds < 0.7 * say(engine, text, speed=120).seconds
    assert mean_pitch(say(engine, text, pitch=95)) > 1.3 * mean_pitch(say(engine, text, pitch=0))


def test_a_voice_reads_by_the_rules_of_its_language(engine: Engine) -> None:
    lengths = {voice: say(engine, "1997", voice=voice).seconds for voice in ("en-us", "de", "fr", "cmn")}
    assert len({round(length, 2) for length in lengths.values()}) == 4


@pytest.mark.parametrize("voice", ["EN_GB", " fr ", "pt-BR", "zh", "ES-419"])
def test_voices_are_found_however_they_are_written(engine: Engine, voice: str) -> None:
    assert say(engine, "Papa", voice=voice).seconds > 0.2


@pytest.mark.parametrize(
    ("voice", "named"), [("xx", "en-us"), ("fr-ca", "fr-ch"), ("../../etc/passwd", "en-us"), ("gmw/en", "en-us")]
)
def test_an_unknown_voice_is_refused_and_known_ones_are_named(engine: Engine, voice: str, named: str) -> None:
    with pytest.raises(CannotAnswer, match=f"There is no voice .*{named}"):
        say(engine, "Hello", voice=voice)


@pytest.mark.parametrize("text", ["?!", "🙂🙃", "...\n---", "★"])
def test_a_text_without_letters_and_digits_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(CannotAnswer, match="nothing in the text to read aloud"):
        say(engine, text)


@pytest.mark.parametrize(
    ("text", "reader"), [("Доброе утро", "ru"), ("Καλημέρα σας", "el"), ("早上好", "cmn"), ("בוקר טוב", "he")]
)
def test_letters_a_voice_would_spell_out_are_refused_and_read_by_the_voice_it_names(
    engine: Engine, text: str, reader: str
) -> None:
    with pytest.raises(CannotAnswer, match=f"does not read .* set `voice` to {reader}"):
        say(engine, text)
    assert say(engine, text, voice=reader).seconds > 0.3


def test_some_foreign_letters_do_not_matter_and_a_script_no_voice_reads_is_refused(engine: Engine) -> None:
    assert say(engine, "The angle α is small.").seconds > 0.5
    with pytest.raises(CannotAnswer, match="Lao letters, and no other voice does"):
        say(engine, "ສະບາຍດີ")


def test_the_longest_text_is_read_to_its_end(engine: Engine) -> None:
    assert say(engine, "Long. " * 333, speed=450).seconds > 60


@pytest.mark.parametrize("part", ["U.", "a-", "1,", "é.", "'ß.", "w"])
def test_a_word_without_end_does_not_break_the_library(engine: Engine, part: str) -> None:
    """U.U.U... of 240 characters ended the process: the library wrote beyond its buffer."""
    assert say(engine, part * (2000 // len(part)), speed=450).seconds > 1


@pytest.mark.parametrize("wrong", [{"speed": 20}, {"pitch": 100}, {"temperature": 0.5}, {"voice": ""}])
def test_parameters_out_of_range_and_without_meaning_are_refused(engine: Engine, wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(wrong))):
        say(engine, "Hello", **wrong)


def test_control_characters_and_markup_are_not_commands(engine: Engine) -> None:
    assert say(engine, "one\0two").seconds > say(engine, "one").seconds
    assert say(engine, "<break time='9s'/>yes [[hEl]] yes").seconds < 8


def test_many_threads_speak_at_once_each_their_own_text(engine: Engine) -> None:
    texts = [
        ("Nine.", "en-us"),
        ("Neunundneunzig Luftballons am Himmel.", "de"),
        ("Bonjour à tous mes amis.", "fr"),
    ] * 67
    alone = {text: say(engine, text, voice=voice).seconds for text, voice in texts[:3]}
    with ThreadPoolExecutor(8) as threads:
        sounds = list(threads.map(lambda asked: say(engine, asked[0], voice=asked[1]), texts))
    assert all(
        sound.seconds == pytest.approx(alone[text], abs=0.05) for sound, (text, _) in zip(sounds, texts, strict=True)
    )


def test_a_process_that_spoke_from_a_thread_ends_well() -> None:
    program = (
        "import threading; from inference_core.engine.builtin.audio.synthesis import speak;"
        "threading.Thread(target=lambda: [speak('Good bye to you all.') for _ in range(300)], daemon=True).start();"
        "speak('Good bye.')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
