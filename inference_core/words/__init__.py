"""The catalogue of words: every sentence that is shown to people, by key and language.

A key is the name of a TOML file of this folder and the names of the tables in it, joined by points. The last table has
a column per language: `can.en = "..."` below `[sound_kinds]` in models.toml is the English of `models.sound_kinds.can`.
May import nothing of the core.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_ENGLISH = "en"
_MOST_WITH_DIGITS = 1e6  # beyond it, six digits would leave out whole ones


def text(key: str, language: str = _ENGLISH, /, **arguments: object) -> str:
    """The words of a key in a language, with `{name}` replaced by the argument of that name.

    A key that has no column for the language is given in English.

    Raises:
        KeyError: there is no such key, or its words need an argument that is missing.
    """
    return template(key, language).format(**arguments)


def template(key: str, language: str = _ENGLISH) -> str:
    """The words of a key with their `{name}`s as they are. Raises KeyError."""
    columns = _columns(key)
    words: str = columns.get(language) or columns[_ENGLISH]
    return words


def find(key: str, arguments: Mapping[str, object], language: str = _ENGLISH, *, missing: str | None = None) -> str:
    """The words of a key with the arguments filled in; "" if there is no such key.

    Lists are told with commas, numbers without needless zeros. An argument that is absent or None is told as `missing`;
    without that there are no words.
    """
    if not is_known(key):
        return ""
    given = {name: _shown(value) for name, value in arguments.items() if value is not None}
    try:
        return template(key, language).format_map(given if missing is None else defaultdict(lambda: missing, given))
    except KeyError:
        return ""


def is_known(key: str) -> bool:
    """Whether there is such a key, or are keys below it."""
    try:
        return bool(_found(key))
    except KeyError:
        return False


def flag(key: str) -> bool:
    """A mark beside the columns of a key, such as `only_programmers = true`; False where it is missing."""
    above, _, name = key.rpartition(".")
    return is_known(above) and bool(_found(above).get(name))


def names(key: str) -> list[str]:
    """The names below a key, in the order of the file, such as those of all models below `models`. Raises KeyError."""
    return list(_found(key))


def _shown(value: object) -> str:
    match value:
        case float():
            return f"{value:g}" if abs(value) < _MOST_WITH_DIGITS else f"{value:.0f}"
        case Mapping():
            return ", ".join(f"{name}: {_shown(one)}" for name, one in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(_shown, value))
    return str(value)


def _columns(key: str) -> dict[str, str]:
    columns = _found(key)
    if not isinstance(columns.get(_ENGLISH), str):
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
