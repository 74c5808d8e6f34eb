"""The catalogue of words: every sentence that is shown to people, by key and language.

A key is the name of a TOML file of this folder and the names of the tables in it, joined by points. The last table has
a column per language: `can.en = "..."` below `[sound_kinds]` in models.toml is the English of `models.sound_kinds.can`.
May import nothing of the core.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_ENGLISH = "en"


def text(key: str, language: str = _ENGLISH, **arguments: object) -> str:
    """The words of a key in a language, with `{name}` replaced by the argument of that name.

    A key that has no column for the language is given in English. No argument can be called key or language.

    Raises:
        KeyError: there is no such key, or its words need an argument that is missing.
    """
    columns = _columns(key)
    words: str = columns.get(language) or columns[_ENGLISH]
    return words.format(**arguments)


def names(key: str) -> list[str]:
    """The names below a key, in the order of the file, such as those of all models below `models`. Raises KeyError."""
    return list(_found(key))


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
