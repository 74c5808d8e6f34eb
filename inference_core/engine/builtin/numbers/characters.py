"""Writes the digits, signs and spaces of every script as the plain ones, so that one pattern reads them all."""

import re
import unicodedata

from inference_core.engine.builtin.lexical.composed import nfc

_PLAIN = {
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\n\r", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff", ""),
    **dict.fromkeys("−‐‑‒–—﹣", "-"),
    **dict.fromkeys("’‘ʼ", "'"),
    **dict.fromkeys("٪﹪", "%"),
    **dict.fromkeys("✕⨯", "×"),
    **dict.fromkeys("⋅∙", "·"),
    "￥": "¥",
    "￡": "£",
    "￦": "₩",
}
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_SQUARE = range(0x3300, 0x3400)  # units in one character, such as "㎏"
_OTHER_LETTERS = "℃℉ℓµ"
_SPACES = re.compile(" {2,}")


def plain(text: str) -> str:
    """The text with ASCII digits, signs and spaces, without white space around it; letters stay as they are."""
    if not text.isascii():
        text = "".join(map(_plain, nfc(text)))
    return _SPACES.sub(" ", text).strip()


def _plain(character: str) -> str:
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    if character in _PLAIN:
        return _PLAIN[character]
    if ord(character) in _SQUARE or character in _OTHER_LETTERS:
        return unicodedata.normalize("NFKC", character)
    return chr(ord(character) - 0xFEE0) if ord(character) in _FULL_WIDTH else character
