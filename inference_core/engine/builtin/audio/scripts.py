"""Which scripts a text is written in, and which of espeak-ng's voices read them."""

import functools
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass

from inference_core.engine.builtin.data import read_data

_NAMES = {"CJK": "Chinese"}


@dataclass(frozen=True, slots=True)
class UnreadableScript:
    """What a voice cannot read in a text: the most frequent `script` and the `voices` that read it, best known first.

    `share`, from 0 to 1, is the part of the text's letters in scripts that the voice cannot read.
    """

    script: str
    share: float
    voices: tuple[str, ...]


def unreadable_script(text: str, voice: str) -> UnreadableScript | None:
    """What the voice would spell out letter by letter; None if it reads every script of the text."""
    scripts = Counter(_script(letter) for letter in text if letter.isalpha())
    unread = Counter({script: count for script, count in scripts.items() if not _reads(voice, script)})
    if not unread:
        return None
    (script, _), *_ = unread.most_common(1)
    return UnreadableScript(
        _NAMES.get(script, script.title()), unread.total() / scripts.total(), _readers().get(script, ())
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0]


def _reads(voice: str, script: str) -> bool:
    return script in _read_by_all() or voice in _readers().get(script, ())


@functools.cache
def _read_by_all() -> frozenset[str]:
    everyone: str = tomllib.loads(read_data("scripts.toml"))["everyone"]
    return frozenset(everyone.split())


@functools.cache
def _readers() -> dict[str, tuple[str, ...]]:
    readers: dict[str, str] = tomllib.loads(read_data("scripts.toml"))["readers"]
    return {script: tuple(voices.split()) for script, voices in readers.items()}
