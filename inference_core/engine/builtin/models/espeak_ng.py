"""Text to speech by the formant synthesizer espeak-ng."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from inference_core.engine.builtin.audio.scripts import unreadable_script
from inference_core.engine.builtin.audio.synthesis import (
    DEFAULT_PITCH,
    DEFAULT_SPEED,
    DEFAULT_VOICE,
    SpeechOptions,
    speak,
    voices,
)
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.contract import CannotAnswer, File, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ESPEAK
from inference_core.media.sounds import encode_wav

_MAX_CHARACTERS = 2_000
_MAX_UNREAD = 0.25
_SUGGESTED_VOICES = ("en-us", "en-gb", "de", "es", "fr", "it", "pt-br", "ru", "cmn")
_MAX_LISTED = 9
_MIN_SECONDS = 0.02
"""Seconds. For text that it cannot pronounce, espeak-ng returns 7 ms of silence."""


class TextToSpeechParameters(Parameters):
    """`voice` is a language id such as en-gb, `speed` is in words per minute, `pitch` goes from 0 (low) to 99."""

    voice: NonEmpty | None = None
    speed: Annotated[int, msgspec.Meta(ge=80, le=450)] | None = None
    pitch: Annotated[int, msgspec.Meta(ge=0, le=99)] | None = None


class TextToSpeechBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: NonEmpty
    parameters: TextToSpeechParameters = msgspec.field(default_factory=TextToSpeechParameters)


class EspeakSpeech:
    """Speaks American English by default, whatever the language of the text; `voice` selects another language."""

    name = "espeak-ng, a formant synthesizer (espeakng-loader)"

    def __init__(self, known_voices: frozenset[str]) -> None:
        self._voices = known_voices

    def answer(self, body: TextToSpeechBody) -> File:
        """A WAV file: one channel, 16 bits, 22,050 Hz.

        Raises `CannotAnswer` for an unknown voice, and for a text that has no letter or digit, or is written in a
        script of which the voice would spell out more than a quarter of the letters.
        """
        options = self._speech_options(body.parameters)
        text = nfc(body.inputs)
        _require_readable(text, options.voice)
        sound = speak(text, options)
        if sound.seconds < _MIN_SECONDS:
            raise CannotAnswer("voice_is_silent", voice=options.voice)
        return File(encode_wav(sound.samples, sound.rate), "audio/wav")

    def _speech_options(self, parameters: TextToSpeechParameters) -> SpeechOptions:
        pitch = DEFAULT_PITCH if parameters.pitch is None else parameters.pitch
        return SpeechOptions(self._voice(parameters.voice or DEFAULT_VOICE), parameters.speed or DEFAULT_SPEED, pitch)

    def _voice(self, asked: str) -> str:
        voice = asked.strip().lower().replace("_", "-")
        if voice in self._voices:
            return voice
        language = voice.partition("-")[0]
        related = sorted(known for known in self._voices if known.partition("-")[0] == language)
        raise CannotAnswer("no_such_voice", voice=asked[:50], known=_joined_with_or(related or _SUGGESTED_VOICES))


def _require_readable(text: str, voice: str) -> None:
    if not any(character.isalnum() for character in text):
        raise CannotAnswer("nothing_to_say")
    unread = unreadable_script(text, voice)
    if unread and unread.share > _MAX_UNREAD:
        if not unread.voices:
            raise CannotAnswer("no_voice_for_script", voice=voice, script=unread.script)
        raise CannotAnswer(
            "voice_without_script", voice=voice, script=unread.script, known=_joined_with_or(unread.voices)
        )


def _joined_with_or(choices: Sequence[str]) -> str:
    *most, last = choices[:_MAX_LISTED]
    return f"{', '.join(most)} or {last}" if most else last


MODEL = Model(
    id="builtin/espeak-ng",
    tasks=(
        ServedTask(
            id="text-to-speech",
            body=TextToSpeechBody,
            answer=EspeakSpeech.answer,
            answer_type="audio/wav",
            answered_example={"inputs": "Welcome to the gallery."},
            refused_example={"inputs": "Привет, мир!"},
        ),
    ),
    words="models.espeak_ng",
    licence="GPL-3.0-or-later",
    load=lambda: EspeakSpeech(voices()),
    level="basic",
    needs=ESPEAK,
    sizes=InputSizes(characters=_MAX_CHARACTERS),
    lane=Lane("sound", __name__),
)
