"""What must not be in a recording: keys in headers, URLs and bodies, in any spelling.

What is known to be secret is looked for everywhere; what only looks like a key, in texts.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from inference_core.recording.canonical import HARMLESS
from inference_core.secrets_in_text import SHORTEST_SECRET, masked, pieces, secret_words
from inference_core.tokens import saved_token
from inference_core.urls import secrets_of, target_of

_SHORTEST_VARIABLE = 12
"""Letters, in the environment, where other programs have their own."""

_SECRET_VARIABLE = re.compile(r"(^|_)(TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS)S?$")
_PUBLIC_HEADERS = {"user-agent", "accept", "accept-language", "prefer", "content-type", "x-hf-bill-to"}

_LIKE_A_KEY = re.compile(
    rb"(?<![A-Za-z0-9_-])(?:(?:hf|api_org)_[A-Za-z0-9]{20,}"
    rb"|(?:gsk|r8|xai|nvapi|fw|ghp|gho|ghs|glpat|pplx|tgp|sk)[_-](?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,}"
    rb"|github_pat_[A-Za-z0-9_]{20,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,}"
    rb"|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})"
)
_SIGNED = re.compile(
    rb"((?:[?&]|\\u0026|&amp;|%26|%3F)(?:X-(?:Amz|Goog)-(?:Signature|Credential|Security-Token)|Signature|sig|token|"
    rb"access_token|api_key|apikey)(?:=|\\u003d|%3D))([^&\s\"'\\<>#)]+)",
    re.IGNORECASE,
)


def secrets_of_process(given: Collection[str]) -> set[str]:
    """The keys that are `given`, in the environment, or saved by Hugging Face's tools."""
    variables = {value for name, value in os.environ.items() if _SECRET_VARIABLE.search(name.upper())}
    known = {one for one in {*given, saved_token() or ""} if len(one) >= SHORTEST_SECRET}
    return known | {one for one in variables if len(one) >= _SHORTEST_VARIABLE}


def secrets_of_headers(private: Mapping[str, str]) -> set[str]:
    """The words of a request's headers that are credentials, or may be."""
    return secret_words(value for name, value in private.items() if name.lower() not in _PUBLIC_HEADERS)


def secrets_of_url(url: str) -> set[str]:
    """What a URL has beside its path: it may be a key, or any word."""
    harmless = _harmless(url)
    return secret_words(secrets_of(url) - harmless) - harmless


class UnsearchedError(Exception):
    """To look for keys in this would take too long."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """Takes keys out of what is recorded: those in `secrets`, and in texts all that looks like one."""

    secrets: Collection[str] = field(repr=False)

    def content(self, content: bytes, *, is_text: bool) -> bytes:
        """The content with an x for each byte of a key; raises UnsearchedError."""
        found = masked(content, self.secrets)
        if found is None:
            raise UnsearchedError
        return _without_what_looks_like_a_key(found) if is_text else found

    def text(self, text: str) -> str:
        return self.content(text.encode(errors="replace"), is_text=True).decode(errors="replace")


def _without_what_looks_like_a_key(content: bytes) -> bytes:
    hidden = bytearray(content)
    for begin, end in _places(_SIGNED, content, 2):
        hidden[begin:end] = b"x" * (end - begin)
    signed = bytes(hidden)
    for begin, end in _places(_LIKE_A_KEY, signed, 0):
        hidden[begin:end] = b"x" * (end - begin)
    return bytes(hidden)


def _places(pattern: re.Pattern[bytes], content: bytes, group: int) -> Iterator[tuple[int, int]]:
    """Where a group of a pattern is, found piece by piece as `masked` does."""
    done = 0
    for begin, end in pieces(len(content)):
        for found in pattern.finditer(content, max(begin, done), end):
            match = pattern.match(content, found.start()) if found.end() == end else found
            if match is not None:
                done = match.end()
                yield match.span(group)


def _harmless(url: str) -> set[str]:
    """The fields of a URL's query that are no secrets, and their values."""
    try:
        query = target_of(url).partition("?")[2]
    except ValueError:
        return set()
    fields = [field for field in query.split("&") if field.partition("=")[0] in HARMLESS]
    texts = {text for field in fields for text in (field, field.partition("=")[2])}
    return {form for text in texts for form in (text, unquote(text), unquote_plus(text))}
