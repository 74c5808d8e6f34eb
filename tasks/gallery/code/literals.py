"""Values as source text: on one line if they fit, otherwise one part per line.

Every text is written so that it means itself and nothing else, with escapes for what could not be seen.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any

WIDTH = 88


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in the place of a value as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language writes values.

    `text` quotes a text, `key` the key of a mapping; `pad` stands inside the braces of one on one line. `split` is what
    stands before, between and after the parts of a long text, None if they cannot be joined.
    """

    words: Mapping[bool | None, str]
    text: Callable[[str], str]
    key: Callable[[str], str]
    pad: str
    step: int
    last_comma: str
    split: tuple[str, str, str] | None


def written(value: Any, notation: Notation, width: int = WIDTH, taken: int = 0, *, is_alone: bool = False) -> str:
    """The value as source text of at most `width` columns where that is possible, of which `taken` are in use.

    `is_alone` means that a long text needs nothing around its parts.
    """
    line = in_a_line(value, notation)
    if taken + len(line) <= width and "\n" not in line:
        return line
    inner = width - notation.step
    match value:
        case str() if notation.split:
            return _long_text(value, notation, inner, is_alone=is_alone)
        case Mapping() if value:
            return block("{", [_entry(name, one, notation, inner) for name, one in value.items()], "}", notation)
        case list() if value:
            return block("[", [written(one, notation, inner, 1) for one in value], "]", notation)
    return line


def in_a_line(value: Any, notation: Notation) -> str:
    """The value as source text without line breaks of its own."""
    match value:
        case Source(text=text):
            return text
        case bool() | None:
            return notation.words[value]
        case str():
            return notation.text(value)
        case int() | float():
            return repr(value)
        case Mapping():
            items = [f"{notation.key(name)}: {in_a_line(one, notation)}" for name, one in value.items()]
            return f"{{{notation.pad}{', '.join(items)}{notation.pad}}}" if items else "{}"
        case list():
            return f"[{', '.join(in_a_line(one, notation) for one in value)}]"
    raise TypeError(f"{type(value).__name__} has no notation.")


def block(opening: str, items: Sequence[str], closing: str, notation: Notation) -> str:
    """Items, one below the other."""
    inside = ",\n".join(items) + notation.last_comma
    return f"{opening}\n{indent(inside, ' ' * notation.step)}\n{closing}"


def _entry(name: str, value: Any, notation: Notation, width: int) -> str:
    key = f"{notation.key(name)}:"
    source = written(value, notation, width, len(key) + 2)
    return key + (source if source.startswith("\n") else f" {source}")


def _long_text(text: str, notation: Notation, width: int, *, is_alone: bool) -> str:
    before, between, after = notation.split or ("", "", "")
    parts = [notation.text(part) for part in _parts(text, width - len(between) - 2)]
    if len(parts) == 1:
        return parts[0]
    lines = f"{between}\n".join(parts)
    return lines if is_alone else f"{before}\n{indent(lines, ' ' * notation.step)}{after}"


def _parts(text: str, width: int) -> list[str]:
    """The text in parts that end with a line or a word, of `width` characters where that is possible."""
    parts = [""]
    for word in re.findall(r"\S*[^\S\n]*\n?", text):
        if parts[-1] and (len(parts[-1]) + len(word) > width or parts[-1].endswith("\n")):
            parts.append("")
        parts[-1] += word
    return [part for part in parts if part]


def _python_text(text: str) -> str:
    quoted = repr(text)
    return f'"{quoted[1:-1]}"' if quoted.startswith("'") and '"' not in quoted else quoted


def _json_text(text: str) -> str:
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in json.dumps(text, ensure_ascii=False))


def _javascript_key(name: str) -> str:
    if name == "__proto__":
        return '["__proto__"]'  # otherwise it is not a key like others
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else _json_text(name)


_JSON_WORDS: Mapping[bool | None, str] = {True: "true", False: "false", None: "null"}
_PYTHON_WORDS: Mapping[bool | None, str] = {True: "True", False: "False", None: "None"}
PYTHON = Notation(_PYTHON_WORDS, _python_text, _python_text, "", 4, ",", ("(", "", "\n)"))
JSON = Notation(_JSON_WORDS, _json_text, _json_text, "", 2, "", None)
JAVASCRIPT = Notation(_JSON_WORDS, _json_text, _javascript_key, " ", 2, ",", ("", " +", ""))
