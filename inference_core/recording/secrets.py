"""What must not be in a recording: keys in headers, URLs and bodies, in any spelling.

What is known to be secret is looked for everywhere; what only looks like a key, in texts.
"""

import os
import re
from collections.abc import Collection, Mapping
from urllib.parse import unquote, unquote_plus

from inference_core.recording.canonical import HARMLESS
from inference_core.secrets_in_text import decoded_basic, masked
from inference_core.tokens import saved_token
from inference_core.urls import secrets_of, target_of

_SHORTEST = 7
"""Letters. Anything shorter is in many words that are none of its business."""

_SHORTEST_VARIABLE = 12
"""The same in the environment, where other programs have their own."""

_SEPARATORS = re.compile(r"""[\s=;,"']+""")
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
    known = {one for one in {*given, saved_token() or ""} if len(one) >= _SHORTEST}
    return known | {one for one in variables if len(one) >= _SHORTEST_VARIABLE}


def secrets_of_request(url: str, private: Mapping[str, str]) -> set[str]:
    """What one request must keep secret: the words of its headers, and what its URL has beside its path."""
    given = [value for name, value in private.items() if name.lower() not in _PUBLIC_HEADERS]
    harmless = _harmless(url)
    pieces = {piece for value in [*given, *(secrets_of(url) - harmless)] for piece in _SEPARATORS.split(value)}
    basic = {credentials for piece in pieces if (credentials := decoded_basic(piece))}
    passwords = {credentials.partition(":")[2] for credentials in basic}
    return {one for one in pieces | basic | passwords if len(one) >= _SHORTEST and one not in harmless}


def without_keys(content: bytes, secrets: Collection[str], *, is_text: bool) -> bytes | None:
    """The content with an x for each byte of a key; None if it would take too long to look for them."""
    found = masked(content, secrets)
    if found is None or not is_text:
        return found
    found = _SIGNED.sub(lambda match: match[1] + b"x" * len(match[2]), found)
    return _LIKE_A_KEY.sub(lambda match: b"x" * len(match[0]), found)


def _harmless(url: str) -> set[str]:
    """The fields of a URL's query that are no secrets, and their values."""
    try:
        query = target_of(url).partition("?")[2]
    except ValueError:
        return set()
    fields = [field for field in query.split("&") if field.partition("=")[0] in HARMLESS]
    texts = {text for field in fields for text in (field, field.partition("=")[2])}
    return {form for text in texts for form in (text, unquote(text), unquote_plus(text))}
