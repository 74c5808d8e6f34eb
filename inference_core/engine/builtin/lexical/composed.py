"""Texts are compared and cut in Unicode's normal form C; positions in it are mapped back to the caller's own text.

The same letter can be one character or a letter with combining marks, and both look alike. Positions never fall inside
a character as a person sees it: a letter with its marks, an emoji with its modifiers, a flag. What else is hardly seen
makes no difference either: soft hyphens, marks of direction, kinds of spaces and hyphens, letters of full
width, ligatures.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.letters import MARKS

_SKIN_TONES, _TAGS, _JAMO = "\U0001f3fb-\U0001f3ff", "\U000e0020-\U000e007f", "\u1160-\u11ff\ud7b0-\ud7ff"
_EXTENDING = f"{MARKS}{_SKIN_TONES}{_TAGS}{_JAMO}"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_JOINED = rf"\u200d(?:[^\s\w{_EXTENDING}][{_EXTENDING}]*)?"
CLUSTER = rf"(?:(?:\r\n|{_FLAG}|(?s:.))[{_EXTENDING}]*(?:{_JOINED})*)"
"""A pattern for a character as a person sees it, whatever it consists of."""

_CLUSTER = re.compile(CLUSTER)
_INVISIBLE = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HYPHENS = "\u2010\u2011"
_SHAPES = "\ufb00-\ufb06\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_PLAIN = re.compile(
    rf"(?P<invisible>[{_INVISIBLE}](?![{_EXTENDING}]))|(?P<space>[{_SPACES}])|(?P<hyphen>[{_HYPHENS}])|\r\n|[{_SHAPES}]"
)
_NEEDS_CLUSTERS = re.compile(rf"[{_EXTENDING}{_INVISIBLE}{_SPACES}{_HYPHENS}{_SHAPES}\r\u200d\U0001f1e6-\U0001f1ff]")


@dataclass(frozen=True, slots=True)
class Composed:
    """`text` is the text as it is compared. `span` maps a part of it to the caller's text."""

    text: str
    _starts: list[int] | None
    _own_starts: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the caller's text has `text[start:end]`, extended to whole visible characters."""
        if self._starts is None or self._own_starts is None:
            return start, end
        first = bisect_right(self._starts, start) - 1
        if end <= start:
            return self._own_starts[first], self._own_starts[first]
        return self._own_starts[first], self._own_starts[bisect_left(self._starts, end)]


def nfc(text: str) -> str:
    """The text in normal form C, without invisible characters and with plain spaces and letters."""
    if text.isascii():
        return text.replace("\r\n", "\n")
    return unicodedata.normalize("NFC", _plain(text))


def _plain(text: str) -> str:
    return _PLAIN.sub(_plain_character, text)


def _plain_character(found: re.Match[str]) -> str:
    if found["invisible"]:
        return ""
    if found["hyphen"]:
        return "-"
    return " " if found["space"] else unicodedata.normalize("NFKC", found[0].replace("\r\n", "\n"))


def composed(text: str) -> Composed:
    """The text as `nfc` returns it, with the positions of the caller's text."""
    if (text.isascii() and "\r" not in text) or (
        unicodedata.is_normalized("NFC", text) and not _NEEDS_CLUSTERS.search(text)
    ):
        return Composed(text, None, None)
    return _mapped(text, nfc)


def folded(text: str) -> Composed:
    """The text in lower case without accents, such as "strasse" for "Straße", with the caller's positions."""
    return _mapped(text, fold)


def caseless(text: str) -> str:
    """The text for comparisons where capital letters do not matter: "ß" equals "SS", and every kind of i equals "i"."""
    if text.isascii():
        return nfc(text).lower()
    lowered = unicodedata.normalize("NFD", _plain(text)).casefold().replace("i\u0307", "i").replace("ı", "i")
    return unicodedata.normalize("NFC", lowered)


def fold(text: str) -> str:
    """The text in lower case without accents."""
    if text.isascii():
        return nfc(text).lower()
    plain = unicodedata.normalize("NFD", _plain(text)).casefold().replace("ı", "i")
    return nfc("".join(character for character in unicodedata.normalize("NFD", plain) if not _is_accent(character)))


def _is_accent(character: str) -> bool:
    # Vowel signs of Indian scripts are marks too, but of class 0.
    return unicodedata.combining(character) != 0


def _mapped(text: str, change: Callable[[str], str]) -> Composed:
    parts: list[str] = []
    starts, own_starts = [0], [0]
    for cluster in _CLUSTER.finditer(text):
        parts.append(change(cluster[0]))
        starts.append(starts[-1] + len(parts[-1]))
        own_starts.append(cluster.end())
    return Composed("".join(parts), starts, own_starts)
