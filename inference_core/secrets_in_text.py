"""Removing secrets from what a server says, also where it writes them in another way than they were sent.

Servers repeat requests as JSON (a slash or any letter may be escaped, more than once where JSON holds JSON), as a part
of a URL, in HTML, as base64, and in hexadecimal.
"""

import base64
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

SHORTEST_SECRET = 7
"""Letters, one more than "Bearer" has. Anything shorter is in many words that are none of its business."""

_SEPARATORS = re.compile(r"""[\s=;,"']+""")
_HIDDEN = "…".encode()
_MOST_LAYERS = 4
_MOST_ESCAPES = 50_000
"""Of ASCII characters, which nobody has to escape so often; a hostile answer of millions would take seconds."""

_MOST_SECRETS = 200
_MOST_SEARCHED = 32 * 1024 * 1024
"""Bytes, once for each secret. A URL with many values and a long answer of the same server would take minutes."""

_MOST_SEARCHED_SLOWLY = 512 * 1024
"""The same for the secrets that are escaped in the words."""

_MOST_MASKED = 4 * 1024 * 1024 * 1024
_MOST_MASKED_SLOWLY = 32 * 1024 * 1024
"""The same for what is written to a file by a thread that nobody waits for."""

_NAMES = {'"': "quot", "&": "amp", "<": "lt", ">": "gt", "'": "apos"}
_BASE64 = (base64.b64encode, base64.urlsafe_b64encode)
# Each begins with bytes that are quickly found to be absent, and stands for an ASCII character: megabytes of other
# escapes, such as those of Chinese in JSON, are left alone.
_ESCAPES: tuple[tuple[bytes, re.Pattern[bytes], int], ...] = (
    (b"\\u00", re.compile(rb"\\u00([0-7][0-9a-fA-F])"), 16),
    (b"\\x", re.compile(rb"\\x([0-7][0-9a-fA-F])"), 16),
    (b"%", re.compile(rb"%([0-7][0-9a-fA-F])"), 16),
    (b"&#x", re.compile(rb"&#x0*([0-7][0-9a-fA-F]);"), 16),
    (b"&#X", re.compile(rb"&#X0*([0-7][0-9a-fA-F]);"), 16),
    (b"&#", re.compile(rb"&#0*([0-9]{2,3});"), 10),
)
_SHORT_ESCAPES: tuple[tuple[bytes, bytes], ...] = (
    (b"\\/", b"/"),
    (b'\\"', b'"'),
    (b"&quot;", b'"'),
    (b"&apos;", b"'"),
    (b"&lt;", b"<"),
    (b"&gt;", b">"),
    (b"&amp;", b"&"),
)
_BEGINNINGS = [b"&#", *(form % digit for form in (b"\\u00%d", b"\\x%d", b"%%%d") for digit in range(8))]


_PIECE = 64 * 1024
"""Bytes that are searched at once where other threads have work to do: Python runs one of them at a time."""

_OVERLAP = 16 * 1024
_LONGEST_LETTER = 24
"""Bytes of an escaped letter, as far as anybody escapes it again and again; pieces overlap by this for each."""


def without_secrets(words: bytes, secrets: Collection[str]) -> bytes:
    """The words with "…" in place of each secret, plain, escaped, as base64 or hexadecimal.

    If the search would take too long, "…" is all that is left of them.
    """
    forms = _forms(words, secrets, _MOST_SEARCHED)
    found = None if forms is None else _replaced(words, forms, lambda _: _HIDDEN, _Effort(_MOST_SEARCHED_SLOWLY))
    return _HIDDEN if found is None else found


def masked(words: bytes, secrets: Collection[str]) -> bytes | None:
    """The words with an x in place of every byte of each secret, however it is written: nothing else moves.

    An x can stand in base64, JSON and URLs. None if the search would take minutes. Other threads are not kept waiting.
    """
    forms = _forms(words, secrets, _MOST_MASKED)
    if forms is None:
        return None
    hidden, effort = bytearray(words), _Effort(_MOST_MASKED_SLOWLY)
    for begin, end in pieces(len(words), _LONGEST_LETTER * max(map(len, forms), default=0)):
        piece = words[begin:end]
        found = _replaced(piece, forms, lambda secret: b"x" * len(secret), effort)
        if found is None:
            return None
        if found != piece:
            hidden[begin:end] = _both(piece, found, hidden[begin:end])
    return bytes(hidden)


def pieces(size: int, overlap: int = 0) -> Iterator[tuple[int, int]]:
    """Where pieces of so many bytes begin and end. What is shorter than the overlap is whole in one of them."""
    overlap = max(_OVERLAP, overlap)
    step = max(_PIECE, overlap)
    for begin in range(0, size, step):
        yield begin, min(size, begin + step + overlap)


def _both(words: bytes, one: bytes, other: bytes | bytearray) -> bytes:
    """The words, of which the letters are hidden that are hidden in one of two versions."""
    return bytes(a if a != word else b for word, a, b in zip(words, one, other, strict=True))


@dataclass(slots=True)
class _Effort:
    """What a search may still take: bytes to search for escaped secrets, and escapes to resolve."""

    slowly: int
    escapes: int = _MOST_ESCAPES


def _forms(words: bytes, secrets: Collection[str], most: int) -> dict[bytes, list[bytes]] | None:
    """The secrets that can be in the words, the longest first, with what is quickly found of them.

    None if they are too many for `most` bytes to search.
    """
    encoded = (secret.encode(errors="replace") for secret in sorted(secrets, key=len, reverse=True))
    plain = [secret for secret in encoded if len(secret) <= len(words)]  # no way of writing is shorter
    if len(plain) > _MOST_SECRETS or len(plain) * len(words) > most:
        return None
    return {secret: [secret, *_encoded(secret)] for secret in plain}


def _replaced(
    words: bytes, forms: Mapping[bytes, Sequence[bytes]], hide: Callable[[bytes], bytes], effort: _Effort
) -> bytes | None:
    for form in chain.from_iterable(forms.values()):
        words = words.replace(form, hide(form))
    if forms:
        effort.escapes -= sum(map(words.count, _BEGINNINGS))
    if effort.escapes < 0:
        return None
    # Few answers escape anything, and fewer a secret: the slow search is for those alone.
    escaped = _escaped_in(words, [*forms])
    effort.slowly -= len(escaped) * len(words)
    if effort.slowly < 0:
        return None
    for secret in escaped:
        words = _in_any_form(secret).sub(lambda found: hide(found[0]), words)
    return None if _escaped_in(words, escaped) else words


def secret_words(values: Iterable[str]) -> set[str]:
    """The words of headers and URLs that may be secret, with user and password where they are basic authentication."""
    words = {word for value in values for word in _SEPARATORS.split(value)}
    basic = {credentials for word in words if (credentials := _decoded_basic(word))}
    passwords = {credentials.partition(":")[2] for credentials in basic}
    return {one for one in words | basic | passwords if len(one) >= SHORTEST_SECRET}


def _decoded_basic(credentials: str) -> str:
    """The `user:password` that basic authentication sends as base64; "" if it is something else."""
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return ""
    return decoded if ":" in decoded and decoded.isprintable() else ""


def _escaped_in(words: bytes, secrets: Sequence[bytes]) -> list[bytes]:
    """Those of the secrets that are in the words in an escaped form."""
    layers = [*_layers(words)] if secrets else []
    return [secret for secret in secrets if any(secret in layer for layer in layers)]


def _layers(words: bytes) -> Iterator[bytes]:
    """The words with their escapes resolved once, twice and so on."""
    for _ in range(_MOST_LAYERS):
        unescaped = _unescaped(words)
        if unescaped == words:
            return
        yield unescaped
        words = unescaped


def _unescaped(words: bytes) -> bytes:
    while b"\\\\" in words:
        words = words.replace(b"\\\\", b"\\")
    for escape, sign in _SHORT_ESCAPES:
        words = words.replace(escape, sign)
    for beginning, escaped, base in _ESCAPES:
        if beginning in words:
            words = escaped.sub(lambda found, base=base: bytes([int(found[1], base) & 127]), words)  # type: ignore[misc]
    return words


def _in_any_form(secret: bytes) -> re.Pattern[bytes]:
    """Matches the secret, each of whose characters may be escaped in its own way."""
    return re.compile(b"".join(map(_any_form, secret)))


def _any_form(code: int) -> bytes:
    digits = "".join(f"[{digit}{digit.upper()}]" for digit in f"{code:02x}")
    forms = [
        rf"\\*{re.escape(chr(code))}",
        rf"\\+u0*{digits}",
        rf"\\+x{digits}",
        rf"%(?:25)*{digits}",
        rf"&(?:amp;)*#0*{code};",
        rf"&(?:amp;)*#[xX]0*{digits};",
    ]
    if chr(code) in _NAMES:
        forms.append(f"&(?:amp;)*{_NAMES[chr(code)]};")
    return f"(?:{'|'.join(forms)})".encode("latin-1")


def _encoded(secret: bytes) -> set[bytes]:
    """The secret in hexadecimal, and what stands for a text with it in base64, wherever the text begins."""
    digits = secret.hex().encode()
    return {_middle_of_base64(secret, before, code) for before in range(3) for code in _BASE64} | {
        digits,
        digits.upper(),
    }


def _middle_of_base64(secret: bytes, before: int, code: Callable[[bytes], bytes]) -> bytes:
    """The characters that are the same whatever comes before (so many bytes, by threes) and after the secret."""
    whole = code(bytes(before) + secret)
    return whole[(before * 8 + 5) // 6 : (before + len(secret)) * 8 // 6]
