"""URLs: checking them, sending them as they are, adding a path, following a link, showing them without secrets.

A signed URL is only valid byte for byte. So URLs are cut and joined here as text: parsing with yarl would write their
percent signs anew.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from yarl import URL

from inference_core.errors import InvalidInputError

_PARTS = re.compile(r"([a-z]+://)([^/?#]*)([^#]*)", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"[\t\r\n]")  # the URL standard drops them
_NOT_ON_THE_WIRE = re.compile(r"[^!-~]+")
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.%]+\]|[^\s\[\]:@\\]+)(:[0-9]*)?")
_UNREADABLE = "(unreadable URL)"


def is_url(model: str) -> bool:
    """Whether a model is given by the URL of an endpoint rather than by its id."""
    return model[:8].lower().startswith(("http://", "https://"))


def checked_url(url: str) -> str:
    """`url`, if it is an http(s) URL with a host; raises InvalidInputError otherwise."""
    try:
        if is_url(url) and wire_url(url).host:
            return url
    except ValueError:
        pass
    raise InvalidInputError("not_a_url", given=_shown(url))


@lru_cache(maxsize=256)
def wire_url(url: str) -> URL:
    """`url` for aiohttp, which then asks for exactly this path and query.

    Only what cannot be in a request line is escaped: spaces, control characters, and everything outside of ASCII. The
    result is good for sending and for its host; its path contains the query, because yarl would drop an empty one.

    Raises:
        ValueError: it is not an absolute URL with a valid host and port.
    """
    scheme, authority, target = _parts(url)
    there = URL(scheme + authority)
    path = target if target.startswith("/") else f"/{target}"
    return URL.build(scheme=there.scheme, authority=there.raw_authority, path=_escaped(path), encoded=True)


def target_of(url: str) -> str:
    """Path and query of a URL, as they are; raises ValueError if it is not an absolute URL."""
    return _parts(url)[2] or "/"


def file_name(url: str) -> str:
    """The last part of the URL's path."""
    return unquote(target_of(url).partition("?")[0].rpartition("/")[2])


def read_path(url: str) -> str:
    """The URL's path with its escapes undone, to be read and not to be sent."""
    return unquote(target_of(url).partition("?")[0])


def below(url: str, path: str) -> str:
    """The URL with `path` added to its path; the query stays."""
    scheme, authority, target = _parts(url)
    present, mark, query = target.partition("?")
    return f"{scheme}{authority}{present.rstrip('/')}{path}{mark}{query}"


def at_server(base: str, url: str) -> str:
    """The path and query of `url` below the path of `base`."""
    scheme, authority, target = _parts(base)
    return f"{scheme}{authority}{target.partition('?')[0].rstrip('/')}{target_of(url)}"


def linked(url: str, link: str) -> str:
    """Where `link`, absolute or relative, leads from the page at `url`; raises ValueError if that is not http(s)."""
    link = link.strip()
    if not is_url(link):
        link = _absolute(url, link)
    if not wire_url(link).host:
        raise ValueError("It leads to no host.")
    return link


def without_dots(path: str) -> str:
    """A path whose parts `.` and `..` are resolved, however they are spelled; any other path stays as it is."""
    kept: list[str] = []
    *folders, last = path.removeprefix("/").split("/")
    for part in [*folders, last, ""] if _DOTS.fullmatch(last) else [*folders, last]:
        if not _DOTS.fullmatch(part):
            kept.append(part)
        elif len(part.lower().replace("%2e", ".")) == 2:
            del kept[-1:]
    return "/" + "/".join(kept)


def with_user_of(url: str, link: str) -> str:
    """`link` with the user name and password of `url`, if it has none of its own."""
    scheme, authority, target = _parts(link)
    user, at, _ = _parts(url)[1].rpartition("@")
    return link if "@" in authority else f"{scheme}{user}{at}{authority}{target}"


def secrets_of(url: str) -> set[str]:
    """The password, alone and after its user name, and the values of the query, as they are and decoded."""
    try:
        _, authority, target = _parts(url)
    except ValueError:
        return set()
    fields = target.partition("?")[2].split("&")
    user = authority.rpartition("@")[0]
    password = user.partition(":")[2]
    given = {password, user if password else "", *fields, *(field.partition("=")[2] for field in fields)}
    return {form for text in given for form in (text, unquote(text), unquote_plus(text)) if form}


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


def _parts(url: str) -> tuple[str, str, str]:
    """Scheme (with `://`), authority, and path with query."""
    parts = _PARTS.match(_LINE_BREAKS.sub("", url))
    if parts is None:
        raise ValueError("It is not an absolute URL.")
    return parts[1], parts[2], parts[3]


def _escaped(target: str) -> str:
    # aiohttp decodes headers with "surrogateescape", so the bytes of a redirect come out as they were.
    return _NOT_ON_THE_WIRE.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), target)


def _absolute(url: str, link: str) -> str:
    """A relative reference as a URL, as section 5.2 of RFC 3986 describes it."""
    scheme, authority, target = _parts(url)
    link = link.partition("#")[0]
    if re.match(r"[a-z][a-z0-9+.-]*:", link, re.IGNORECASE):
        raise ValueError("It is a URL of another kind.")
    if link.startswith("//"):
        return scheme.removesuffix("//") + link
    path, _, _ = target.partition("?")
    if not link:
        return scheme + authority + target
    if link.startswith(("/", "?")):
        return scheme + authority + (link if link.startswith("/") else path + link)
    ahead, mark, query = link.partition("?")
    return f"{scheme}{authority}{without_dots(path.rpartition('/')[0] + '/' + ahead)}{mark}{query}"
