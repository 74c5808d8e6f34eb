"""Finds out which of the known sets of columns a table has, and puts its columns in the order of that set."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inference_core.engine.builtin.lexical.composed import caseless
from inference_core.engine.contract import CannotAnswer

_UNIT = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SEPARATORS = re.compile(r"[\W_]+")

# Ignored: columns that number the rows, or hold what is to be predicted. pandas gives an index an empty name.
_IGNORED = frozenset(
    {"", "unnamed0", "id", "index", "row", "rownumber", "target", "class", "label", "species", "diagnosis"}
    | {"cultivar", "progression", "diseaseprogression"}
)
_MOST_NAMED = 13


def match_columns(
    table: Mapping[str, list[Any]], known: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, list[Any]]]:
    """The name of the table's set of columns, and its columns in the order of that set, with the names of the table.

    Case, spaces, underscores, order and units in brackets do not matter; ids and targets are ignored.

    Raises:
        CannotAnswer: a column is missing, is unknown, or occurs twice.
    """
    given = _by_key(table)
    keys = {name: {_key(column): column for column in columns} for name, columns in known.items()}
    best = max(keys, key=lambda name: len(keys[name].keys() & given.keys()) / len(keys[name]))
    if not keys[best].keys() & given.keys():
        raise CannotAnswer("no_known_column", known=_alternatives(known))
    missing = [column for key, column in keys[best].items() if key not in given]
    if missing:
        raise CannotAnswer("columns_missing", data=best, missing=_list(missing), known=_list(known[best]))
    unknown = [column for key, column in given.items() if key not in keys[best] and key not in _IGNORED]
    if unknown:
        raise CannotAnswer("columns_unknown", data=best, unknown=_list(unknown), known=_list(known[best]))
    return best, {given[key]: table[given[key]] for key in keys[best]}


def _by_key(table: Mapping[str, list[Any]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for column in table:
        if (key := _key(column)) in given:
            raise CannotAnswer("columns_the_same", one=given[key], other=column)
        given[key] = column
    return given


def _key(column: str) -> str:
    return _SEPARATORS.sub("", _UNIT.sub("", caseless(column)))


def _list(columns: Sequence[str]) -> str:
    named = ", ".join(column[:60] for column in columns[:_MOST_NAMED])
    more = len(columns) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _alternatives(known: Mapping[str, Sequence[str]]) -> str:
    return ", or ".join(f"those of the {name} data ({_list(columns)})" for name, columns in known.items())
