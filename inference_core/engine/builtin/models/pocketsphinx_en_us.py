"""Automatic speech recognition for English with CMU Sphinx."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from inference_core.engine.builtin.audio.requests import (
    AutomaticSpeechRecognitionBody,
    Spoken,
    require_length,
    transcript,
)
from inference_core.engine.builtin.trigram.file import pocketsphinx_model
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import POCKETSPHINX, SCIPY

if TYPE_CHECKING:
    from inference_core.media.sounds import Sound

_MAX_SECONDS = 120.0
_RECOGNITION_TIMEOUT = 100.0
"""Seconds that recognition may take; the server gives up after 120."""

_MIN_SPEECH_SCORE = 0.4
_PAUSE = 0.5
"""Seconds of silence that end a phrase."""


class SphinxRecognition:
    """First checks that there is speech, because the decoder finds words in any sound."""

    name = "CMU Sphinx en-us acoustic and trigram language model (pocketsphinx)"

    def answer(self, body: AutomaticSpeechRecognitionBody) -> dict[str, Any]:
        """{text} in lower case without punctuation. With `return_timestamps` also `chunks`: {text, timestamp: [start,
        end]}, in seconds.

        Raises `CannotAnswer` for a sound without speech or longer than 120 seconds, and if recognition takes more than
        100 seconds.
        """
        words = _words(body.inputs.sound())
        if not words:
            raise CannotAnswer("no_word_understood")
        asked = body.parameters.return_timestamps
        parts = [[word] for word in words] if asked == "word" else _phrases(words)
        return transcript(parts, timed=bool(asked))


def _words(sound: "Sound") -> list[Spoken]:
    from inference_core.engine.builtin.audio.recognition import RATE, TooSlow, recognize
    from inference_core.engine.builtin.audio.resample import resampled

    _require_speech(sound)
    try:
        return recognize(resampled(sound, RATE), _RECOGNITION_TIMEOUT)
    except TooSlow:
        raise CannotAnswer("recognition_too_slow", most=_RECOGNITION_TIMEOUT) from None


def _require_speech(sound: "Sound") -> None:
    from inference_core.engine.builtin.audio.kinds import KINDS, kinds_over_time

    require_length(sound, _MAX_SECONDS)
    rows = kinds_over_time(sound)
    if not len(rows):
        raise CannotAnswer("no_speech")
    if rows[:, KINDS.index("speech")].max() < _MIN_SPEECH_SCORE:
        kind = KINDS[int(rows.mean(axis=0).argmax())]
        raise CannotAnswer("rather_than_speech", kind=kind)


def _phrases(words: list[Spoken]) -> list[list[Spoken]]:
    phrases = [[words[0]]]
    for before, word in pairwise(words):
        if word.start - before.end >= _PAUSE:
            phrases.append([])
        phrases[-1].append(word)
    return phrases


def _load() -> SphinxRecognition:
    pocketsphinx_model()
    return SphinxRecognition()


MODEL = Model(
    id="builtin/pocketsphinx-en-us",
    tasks=(
        ServedTask(
            id="automatic-speech-recognition",
            body=AutomaticSpeechRecognitionBody,
            answer=SphinxRecognition.answer,
            takes_files=True,
            answered_example={"inputs": Sample("heath_ledger.mp3")},
            refused_example={"inputs": Sample("rain.wav")},
        ),
    ),
    words="models.pocketsphinx_en_us",
    licence="BSD-2-Clause",
    load=_load,
    level="toy",
    needs=POCKETSPHINX + SCIPY,
    sizes=InputSizes(seconds=_MAX_SECONDS),
    lane=Lane("sound", __name__),
)
