"""Trials of audio-classification, automatic-speech-recognition and text-to-speech."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.figures import ratio
from tests.benchmarks.judging.item_files import installed, items
from tests.benchmarks.judging.levels import SHARE, WORDS_WRONG, WORDS_WRONG_BY_PROXY
from tests.benchmarks.judging.made_sounds import made_sound, middle_of, resampled_to, spoken, with_noise
from tests.benchmarks.judging.measures import words_of, words_wrong
from tests.benchmarks.judging.trials import Body, Row, Trial, asked, each

_AUDIO, _RECOGNITION, _SPEECH = "audio-classification", "automatic-speech-recognition", "text-to-speech"

_TUNED_WITH_MADE_SOUNDS = frozenset({"builtin/sound-kinds", "builtin/firered-audio-events"})
"""The second takes the measurements of noise, tones and silence from the first."""


def trials(engine: Engine) -> Iterator[Trial]:
    yield from _events(engine)
    yield from _recognition(engine)
    yield _synthesis(engine)


def _upload(content: bytes) -> Body:
    return {"inputs": base64.b64encode(content).decode()}


def _events(engine: Engine) -> Iterator[Trial]:
    read = items("sounds")
    sounds = [(path.read_bytes(), item["right"]) for item, path in installed(read["recordings"])]
    sounds += [
        (spoken(read["spoken"]["sentence"], voice), read["spoken"]["right"]) for voice in read["spoken"]["voices"]
    ]
    for _, path in installed([read["mixed"]]):
        sounds += [(with_noise(path.read_bytes(), ratio), read["mixed"]["right"]) for ratio in read["mixed"]["noise"]]
    sounds += [(made_sound(name), right) for name, right in read["made"].items()]
    for measure, chosen in (("kind of sound right", sounds), ("kind of sound right, harder", list(_harder(read)))):
        yield _kinds(engine, measure, chosen, read["same"])


def _harder(read: Mapping[str, Any]) -> Iterator[tuple[bytes, list[str]]]:
    """Recordings and made music with noise, short, and as on the telephone."""
    harder = read["harder"]
    sounds = [(path.read_bytes(), item["right"]) for item, path in installed(read["recordings"])]
    sounds += [(made_sound(name), read["made"][name]) for name in harder["made"]]
    for content, right in sounds:
        yield from ((with_noise(content, decibels), right) for decibels in harder["noise"])
        yield middle_of(content, harder["seconds"]), right
        yield resampled_to(content, harder["rate"]), right


def _kinds(
    engine: Engine, measure: str, sounds: Sequence[tuple[bytes, list[str]]], same: Mapping[str, list[str]]
) -> Trial:
    commonest = Counter(kind for _, right in sounds for kind in right).most_common(1)[0][1]
    judges = [_says_one_of({label for kind in right for label in same[kind]}) for _, right in sounds]
    return Trial(
        task=_AUDIO,
        measure=measure,
        outcome=asked(engine, _AUDIO, [_upload(content) for content, _ in sounds], each(judges)),
        trivial=commonest / len(sounds),
        rule=SHARE,
        source="recordings of Gradio and moonshine-voice (two are examples of the gallery), made sounds, espeak-ng",
        known_to=_TUNED_WITH_MADE_SOUNDS,
    )


def _says_one_of(labels: set[str]) -> Callable[[Any], bool]:
    return lambda answer: answer[0]["label"].lower() in labels


def _recognition(engine: Engine) -> Iterator[Trial]:
    read = items("speech")
    recorded = [
        (item, with_noise(path.read_bytes(), item["noise"]) if "noise" in item else path.read_bytes())
        for item, path in installed(read["recordings"])
    ]
    people = [(content, item["words"]) for item, content in recorded]
    source = "two readings of moonshine-voice (its model's publisher's own) and a film clip, clean and in noise"
    yield _words_wrong(engine, "words wrong, people", people, source, counts=True)
    for chosen in dict.fromkeys(item["set"] for item, _ in recorded):
        part = [(content, item["words"]) for item, content in recorded if item["set"] == chosen]
        yield _words_wrong(engine, f"words wrong, {chosen}", part, source)
    voices = read["synthetic"]["voices"]
    synthetic = [(spoken(text, voice), text) for voice in voices for text in read["synthetic"]["sentences"]]
    yield _words_wrong(engine, "words wrong, synthetic", synthetic, "own sentences, spoken by espeak-ng")
    silent = [_upload(made_sound(name)) for name in read["no_speech"]["made"]]
    yield Trial(
        task=_RECOGNITION,
        measure="writes nothing where nobody speaks",
        outcome=asked(engine, _RECOGNITION, silent, each([_is_empty] * len(silent), if_refused=1.0)),
        source="made sounds",
    )


def _is_empty(answer: Mapping[str, Any]) -> bool:
    return not words_of(answer["text"])


def _words_wrong(
    engine: Engine, measure: str, recordings: Sequence[tuple[bytes, str]], source: str, *, counts: bool = False
) -> Trial:
    def rows(answers: Sequence[Answer]) -> list[Row]:
        said = ["" if answer.content is None else answer.content["text"] for answer in answers]
        return [words_wrong(right, text) for (_, right), text in zip(recordings, said, strict=True)]

    return Trial(
        task=_RECOGNITION,
        measure=measure,
        outcome=asked(engine, _RECOGNITION, [_upload(content) for content, _ in recordings], rows),
        statistic=ratio,
        trivial=1.0,
        rule=WORDS_WRONG if counts else None,
        source=source,
        known_to=frozenset({"builtin/moonshine-tiny-en"}),
        less_is_better=True,
    )


def _synthesis(engine: Engine) -> Trial:
    """The recommended recogniser reads back what was spoken."""
    sentences = items("speech")["synthetic"]["sentences"]
    reader = engine.recommended(_RECOGNITION)

    def rows(answers: Sequence[Answer]) -> Iterator[Row]:
        for text, answer in zip(sentences, answers, strict=True):
            heard = answer.content and engine.ask(reader, _RECOGNITION, _upload(answer.content)).content
            yield words_wrong(text, heard["text"] if heard else "")

    return Trial(
        task=_SPEECH,
        measure=f"words wrong as {reader} hears them",
        outcome=asked(engine, _SPEECH, [{"inputs": text} for text in sentences], rows),
        statistic=ratio,
        trivial=1.0,
        rule=WORDS_WRONG_BY_PROXY,
        source="own sentences; how natural it sounds is not measured",
        less_is_better=True,
    )
