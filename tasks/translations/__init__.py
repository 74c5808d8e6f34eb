"""What the tasks' declarations say, in other languages: a file per language, by the English text.

It may import nothing but the core's words.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from inference_core import words

_FOLDER = Path(__file__).parent


def translated(text: str) -> str:
    """The text in the language of who is being answered; as it is if it has no translation."""
    return _known(words.language(), "texts").get(text, text)


def searched(verb: str) -> tuple[str, ...]:
    """What people type in the present language who search for the task with this English `verb`."""
    found = _known(words.language(), "search_words").get(verb, "")
    return tuple(found.split(", ")) if found else ()


@cache
def _known(language: str, table: str) -> Mapping[str, str]:
    file = _FOLDER / f"{language}.toml"
    known: dict[str, dict[str, str]] = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return known.get(table, {})
