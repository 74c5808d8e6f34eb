"""Text to speech by espeak-ng: one library per process, behind one lock, because it keeps its state in globals."""

import ctypes
import functools
import re
import threading
from dataclasses import dataclass

import numpy as np

from inference_core.media.sounds import Sound

DEFAULT_VOICE = "en-us"
DEFAULT_SPEED = 175
DEFAULT_PITCH = 50

_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_RATE, _PITCH = 1, 3
_CHARACTERS, _UTF_8 = 1, 1
_GO_ON = 0
_OK = 0

_Receiver = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

_LONG_RUN = re.compile(r"\S{80,}")
_PIECE = re.compile(r"[^.]{80}|\.")

_library_in_use = threading.Lock()


class _Voice(ctypes.Structure):
    """The start of espeak_VOICE; `languages` is a list of a priority byte and a zero-terminated language id."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
    )


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """How to speak: `voice` is one of `voices()`, `speed` 80 to 450 words per minute, `pitch` 0 to 99."""

    voice: str = DEFAULT_VOICE
    speed: int = DEFAULT_SPEED
    pitch: int = DEFAULT_PITCH


def voices() -> frozenset[str]:
    """The language ids that have a voice, in lower case, such as `en-us`, `de` and `cmn`."""
    with _library_in_use:
        return frozenset(_speaker().voices)


def speak(text: str, options: SpeechOptions | None = None) -> Sound:
    """The text as speech; without samples if there is nothing to pronounce. Safe to call from any thread.

    Raises KeyError for a voice that is not in `voices()`.
    """
    with _library_in_use:
        return _speaker().speak(text, options or SpeechOptions())


@functools.cache
def _speaker() -> "_Speaker":
    return _Speaker()


class _Speaker:
    """The loaded library; its methods must not run at the same time."""

    def __init__(self) -> None:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
        library.espeak_Synth.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        )
        folder = espeakng_loader.get_data_path().encode()
        self._rate = library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _DO_NOT_EXIT)
        if self._rate <= 0:
            raise RuntimeError("espeak-ng did not start: its data files cannot be read.")
        self._library = library
        self._blocks: list[bytes] = []
        # The library only keeps the address: without this reference Python would free the function.
        self._receiver = _Receiver(self._receive)
        library.espeak_SetSynthCallback(self._receiver)
        self.voices = _voice_identifiers(library)

    def speak(self, text: str, options: SpeechOptions) -> Sound:
        self._set(options)
        content = _with_short_words(text.replace("\0", " ")).encode("utf-8", "replace") + b"\0"
        self._blocks.clear()
        status = self._library.espeak_Synth(content, len(content), 0, _CHARACTERS, 0, _UTF_8, None, None)
        if status != _OK:
            raise RuntimeError(f"espeak-ng failed with status {status}.")
        samples = np.frombuffer(b"".join(self._blocks), np.int16)
        self._blocks.clear()
        return Sound(samples.astype(np.float32) / np.float32(2**15), self._rate)

    def _set(self, options: SpeechOptions) -> None:
        identifier = self.voices[options.voice]
        if self._library.espeak_SetVoiceByName(identifier) != _OK:
            raise RuntimeError(f"espeak-ng cannot load its voice {options.voice}.")
        self._library.espeak_SetParameter(_RATE, options.speed, 0)
        self._library.espeak_SetParameter(_PITCH, options.pitch, 0)

    def _receive(self, samples: int | None, count: int, _: int | None) -> int:
        if samples and count > 0:
            self._blocks.append(ctypes.string_at(samples, 2 * count))
        return _GO_ON


def _with_short_words(text: str) -> str:
    """The text with spaces in words of more than 80 characters.

    espeak-ng writes beyond its buffers, and the process ends, if a word is too long, such as U.U.U... or é.é.é...
    """
    return _LONG_RUN.sub(lambda run: _PIECE.sub(r"\g<0> ", run[0]), text)


def _voice_identifiers(library: ctypes.CDLL) -> dict[str, bytes]:
    """The voice file of each language id; of several, the one with the lowest priority number for that language."""
    ranked: dict[str, tuple[int, bytes]] = {}
    listed = library.espeak_ListVoices(None)
    index = 0
    while listed[index]:
        voice = listed[index].contents
        for priority, language in _languages(voice.languages):
            ranked[language] = min(ranked.get(language, (256, b"")), (priority, voice.identifier))
        index += 1
    return {language: identifier for language, (_, identifier) in ranked.items()}


def _languages(address: int) -> list[tuple[int, str]]:
    found = []
    while priority := ctypes.string_at(address, 1)[0]:
        language = ctypes.string_at(address + 1)
        found.append((priority, language.decode().lower()))
        address += len(language) + 2
    return found
