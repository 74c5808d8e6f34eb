"""How much a caller may send to the page: told by its shape, before anything is made of it.

Gradio turns what is sent into tables and conversations before a task sees it, and a wide table alone stops the page for
everybody for seconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from inference_core.errors import CodedError
from inference_core.words import text as words
from tasks.gallery.numbers import written
from tasks.translations import translated

LONGEST_TEXT = 100_000
"""Characters a text box takes; far beyond what a model reads, far below what hurts the browser."""

MOST_COLUMNS = 500
MOST_CELLS = 50_000
MOST_ENTRIES = 1_000
"""Of a list that is written with commas or one per line."""

MOST_MESSAGES = 500
LONGEST_CONVERSATION = 400_000
"""Characters; every part of an answer sends the conversation once more."""

LARGEST_TEXTS = 4 * 2**20
"""Bytes of a request beside its files."""

MOST_PARTS = 200_000
"""Values and containers in one JSON document, of which each costs the page memory and time."""


class TooMuch(CodedError):
    """A caller sent more than the page takes."""


def check_values(components: Sequence[Block], values: Sequence[Any]) -> None:
    """Check the values that a caller sends for these components, without making anything of them.

    For a component that `takes_files` a text is a URL, which may hold a whole file.

    Raises:
        TooMuch: there is too much of something.
    """
    for component, value in zip(components, values, strict=True):
        label = translated(getattr(component, "label", None) or "") or None
        if isinstance(value, str) and not getattr(component, "takes_files", False):
            check_text(label, value)
        elif isinstance(component, gr.Textbox) and isinstance(value, list | Mapping):
            raise CodedError("not_what_the_task_takes")  # Gradio would make a text of it
        elif isinstance(component, gr.Dataframe) and isinstance(value, Mapping):
            check_table(label, value)
        if sum(1 for _ in _parts(value)) > MOST_PARTS:
            raise _too_much("request_too_complex", MOST_PARTS)


def check_text(label: str | None, text: str) -> None:
    """Raises TooMuch if the text is too long for a text box."""
    if len(text) > LONGEST_TEXT:
        raise _too_much("text_too_long_for_page", LONGEST_TEXT, label=label)


def check_entries(label: str, entries: Sequence[str]) -> None:
    """Raises TooMuch if a list has too many entries."""
    if len(entries) > MOST_ENTRIES:
        raise _too_much("list_too_long", MOST_ENTRIES, label=label)


def check_conversation(messages: Sequence[Mapping[str, str]]) -> None:
    """Raises TooMuch if a conversation is too long."""
    if len(messages) > MOST_MESSAGES:
        raise _too_much("conversation_too_long", MOST_MESSAGES, unit=words("inputs.units.messages"))
    if sum(len(message["content"]) for message in messages) > LONGEST_CONVERSATION:
        raise _too_much("conversation_too_long", LONGEST_CONVERSATION, unit=words("inputs.units.characters"))


def check_table(label: str | None, table: Mapping[str, Any]) -> None:
    """Raises TooMuch if a table as Gradio sends it, with headers and data, is too large."""
    rows = [row for row in _list(table.get("data")) if isinstance(row, list)]
    if max(map(len, [_list(table.get("headers")), *rows])) > MOST_COLUMNS:
        raise _too_much("table_too_wide", MOST_COLUMNS, label=label)
    if max(len(rows), sum(map(len, rows))) > MOST_CELLS:
        raise _too_much("table_too_large_for_page", MOST_CELLS, label=label)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parts(value: Any) -> Iterator[None]:
    """One item for the value and for each one in it, but no more than tell that they are too many."""
    waiting = [value]
    for _ in range(MOST_PARTS + 1):
        if not waiting:
            return
        one = waiting.pop()
        waiting += one.values() if isinstance(one, Mapping) else _list(one)
        yield None


def _too_much(code: str, most: int, **arguments: str | None) -> TooMuch:
    return TooMuch(code, most=written(most, ","), **arguments)
