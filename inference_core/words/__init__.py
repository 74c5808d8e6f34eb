"""The catalogue of words: every sentence that people see, by key and language.

A key is the name of a TOML file in this folder and the names of its tables, joined by dots. For example, `can.en =
"..."` below `[sound_kinds]` in models.toml is the English text of `models.sound_kinds.can`. It may import
nothing else from the core.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")
"""The languages that every text has, by the codes of ISO 639-1. The first is that of whoever chose none."""

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)
_MAX_WITH_DIGITS = 1e6  # above it, six digits would not show a number's last whole digits


def language() -> str:
    """The language of who is being answered."""
    return _spoken.get()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Within it, and in the asyncio tasks and threads that start there, `language()` is this one."""
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)


def text(key: str, /, **arguments: object) -> str:
    """The text of a key in the present `language()`, with every `{name}` replaced by the argument of that name.

    If the key has no text in the language, the English one is used.

    Raises:
        KeyError: there is no such key, or an argument is missing.
    """
    return template(key, language()).format(**arguments)


def template(key: str, code: str) -> str:
    """The text of a key in a language, with its `{name}` placeholders. Raises KeyError."""
    columns = _columns(key)
    words: str = columns.get(code) or columns[ENGLISH]
    return words


def find(key: str, arguments: Mapping[str, object], code: str, *, missing: str | None = None) -> str:
    """The text of a key in a language, with the arguments filled in; "" if there is no such key.

    Lists are joined with commas, and numbers have no trailing zeros. `missing` replaces an argument that is absent or
    None; if `missing` is None too, the result is "".
    """
    if not is_known(key):
        return ""
    given = {name: _shown(value, code) for name, value in arguments.items() if value is not None}
    try:
        return template(key, code).format_map(given if missing is None else defaultdict(lambda: missing, given))
    except KeyError:
        return ""


def is_known(key: str) -> bool:
    """Whether this key exists, or keys below it."""
    try:
        return bool(_found(key))
    except KeyError:
        return False


def flag(key: str) -> bool:
    """The value of a flag such as `only_programmers = true`; False if it is not set."""
    above, _, name = key.rpartition(".")
    return is_known(above) and bool(_found(above).get(name))


def names(key: str) -> list[str]:
    """The names below a key in the order of the file, such as all models below `models`. Raises KeyError."""
    return list(_found(key))


def _shown(value: object, code: str) -> str:
    match value:
        case float():
            return f"{value:g}" if abs(value) < _MAX_WITH_DIGITS else f"{value:.0f}"
        case Mapping():
            return ", ".join(f"{name}: {_shown(one, code)}" for name, one in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(_shown(one, code) for one in value)
    return _values(code).get(str(value), str(value))


@cache
def _values(code: str) -> dict[str, str]:
    """The usual arguments in this language, by the English word."""
    keys = [f"arguments.values.{name}" for name in names("arguments.values")]
    return {template(key, ENGLISH): template(key, code) for key in keys}


def _columns(key: str) -> dict[str, str]:
    columns = _found(key)
    if not isinstance(columns.get(ENGLISH), str):
        raise KeyError(key)
    return columns


def _found(key: str) -> dict[str, Any]:
    found: Any = _catalogue()
    for name in key.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise KeyError(key)
    return found


@cache
def _catalogue() -> dict[str, Any]:
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
