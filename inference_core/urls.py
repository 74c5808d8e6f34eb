"""URLs: checking them, adding a path, and showing them without secrets."""

import re
from urllib.parse import urlsplit

from yarl import URL

from inference_core.errors import InvalidInputError

_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.%]+\]|[^\s\[\]:@\\]+)(:[0-9]*)?")
_UNREADABLE = "(unreadable URL)"


def is_url(model: str) -> bool:
    """Whether a model is given by the URL of an endpoint rather than by its id."""
    return model[:8].lower().startswith(("http://", "https://"))


def checked_url(url: str) -> str:
    """`url`, if it is an http(s) URL with a host; raises InvalidInputError otherwise."""
    try:
        if is_url(url) and URL(url).host:
            return url
    except ValueError:
        pass
    raise InvalidInputError("not_a_url", given=_shown(url))


def below(url: str, path: str) -> str:
    """The URL with `path` added to its path; the query stays."""
    parsed = URL(url)
    return str(parsed.with_path(parsed.raw_path.rstrip("/") + path, encoded=True, keep_query=True))


def safe_url(url: str) -> str:
    """`url` for messages: without user name, password, fragment and the values of its query.

    Never raises: text that does not look like `scheme://host…` is not shown at all.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return _UNREADABLE
    authority = parts.netloc.rpartition("@")[2]
    if not parts.scheme or not _AUTHORITY.fullmatch(authority):
        return _UNREADABLE
    query = "&".join(map(_without_value, parts.query.split("&"))) if parts.query else ""
    return f"{parts.scheme}://{authority}{parts.path}{'?' if query else ''}{query}"


def safe_model(model: str) -> str:
    """The model for messages: an id as it is, a URL without its secrets."""
    return safe_url(model) if is_url(model) else model


def _shown(url: str) -> str:
    return safe_url(url) if "://" in url else safe_url(f"http://{url}").removeprefix("http://")


def _without_value(field: str) -> str:
    key, equals, _ = field.partition("=")
    return f"{key}=…" if equals else "…"
