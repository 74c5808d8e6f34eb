"""Where the Hugging Face token comes from, which hosts may get it, and a class that hides a token."""

import hmac
import logging
import os
import re
from collections.abc import Collection
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

from inference_core.environment import is_switched_on

_log = logging.getLogger(__name__)

_TOKEN_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")

# hf.space is missing on purpose: a Space runs the code of whoever made it.
_HUGGING_FACE_HOSTS = ("huggingface.co", "*.huggingface.co", "*.endpoints.huggingface.cloud")
_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)


class Secret:
    """A token that does not show up in messages, logs, tracebacks or pickles; `reveal()` returns it."""

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret cannot be pickled or copied.")


def saved_token() -> str | None:
    """The token of the person who runs this process, from the places where Hugging Face's own tools look.

    These are HF_TOKEN, then HUGGING_FACE_HUB_TOKEN, then the file HF_TOKEN_PATH (by default `token` in HF_HOME).
    Returns None if there is no token, or if HF_HUB_DISABLE_IMPLICIT_TOKEN is set.
    """
    if is_switched_on("HF_HUB_DISABLE_IMPLICIT_TOKEN"):
        return None
    for variable in _TOKEN_VARIABLES:
        if token := _clean(os.environ.get(variable, "")):
            return token
    return _token_in(_token_file())


def may_see_saved_token(host: str, scheme: str, extra_hosts: Collection[str] = ()) -> bool:
    """Whether a request to `host` (without port or brackets) may carry the saved token.

    It may go to Hugging Face's hosts and those in `extra_hosts` ("example.com" exactly, or "*.example.com" for its
    subdomains) over https, and over http to a loopback host in `extra_hosts`. If the name is unclear, it is not sent.
    """
    if not host.isascii():  # before lower(), which turns some non-ASCII letters into ASCII ones
        return False
    host = host.lower()
    is_extra = any(_matches(host, pattern.lower()) for pattern in extra_hosts)
    if scheme == "https":
        return is_extra or any(_matches(host, pattern) for pattern in _HUGGING_FACE_HOSTS)
    return scheme == "http" and is_extra and _is_loopback(host)


def trimmed(token: str) -> str:
    """The token without the spaces, line breaks and invisible marks that copying or an editor left around it."""
    visible = [place for place, letter in enumerate(token) if letter.isprintable() and not letter.isspace()]
    return token[visible[0] : visible[-1] + 1] if visible else ""


def _clean(token: str) -> str | None:
    return trimmed(token.replace("\r", "").replace("\n", "")) or None


def _token_file() -> Path:
    if path := os.environ.get("HF_TOKEN_PATH"):
        return _expanded(path)
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", f"{cache}/huggingface")
    return _expanded(home) / "token"


def _expanded(path: str) -> Path:
    # An account without a home folder has no token there; Path.expanduser would raise.
    return Path(os.path.expanduser(os.path.expandvars(path)))  # noqa: PTH111


def _token_in(file: Path) -> str | None:
    try:
        return _clean(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeError) as error:
        # The message of a decoding error quotes the file, so only the error's type is logged.
        _log.warning("The Hugging Face token in %s cannot be read (%s).", file, type(error).__name__)
        return None


def _matches(host: str, pattern: str) -> bool:
    if not pattern.startswith("*."):
        return host == pattern
    return host.endswith(pattern[1:]) and _HOST_NAME.fullmatch(host) is not None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
