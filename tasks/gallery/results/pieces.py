"""What the results have in common: an empty component for HTML of our own, numbers in words, colours, copy and CSV."""

from collections.abc import Iterable
from html import escape
from math import isfinite
from typing import Any

import gradio as gr

from inference_core.words import text
from tasks.gallery.numbers import written
from tasks.gallery.subclass import component_with

COLOURS = (
    "#4f46e5",
    "#d97706",
    "#059669",
    "#e11d48",
    "#0284c7",
    "#9333ea",
    "#65a30d",
    "#c026d3",
    "#0d9488",
    "#ea580c",
)
"""Of marks and regions; whoever cannot tell them apart has the labels."""

# Gradio gives the classes of the component to its frame too, where they count.
_NO_CLASSES = "element.className = '';"


def html_result(script: str = "") -> gr.HTML:
    """An empty component for a result, whose value is HTML or what the `script` makes of it."""
    kind = component_with(gr.HTML, postprocess=lambda self, value: "" if value is None else value)
    template: dict[str, Any] = {"html_template": ""} if script else {}
    return kind(js_on_load=_NO_CLASSES + script, apply_default_css=False, container=True, **template)


def colours_of(labels: Iterable[str]) -> dict[str, str]:
    """A colour for each label, in the order in which they come first."""
    return {label: COLOURS[at % len(COLOURS)] for at, label in enumerate(dict.fromkeys(labels))}


def known(score: float | None) -> float | None:
    """The score, or None if it is not a number that can be shown."""
    return score if score is not None and isfinite(score) else None


def first_of(count: int, most: int) -> str:
    """A sentence about how many are shown, "" if all are."""
    return text("results.shown.first", most=written(most, ","), count=written(count, ",")) if count > most else ""


def tools(name: str, *kinds: str) -> str:
    """Buttons that copy the rows of the result and download them as `name`.csv; results.js does the work.

    It reads elements with `data-row`: each `data-cell` in one is a cell, whose attribute, if it is not empty, is what
    is written instead of the text. `kinds` are the buttons, "copy", "csv" and "picture"; without them the first two.
    """
    return f'<div class="tools">{"".join(_tool(kind, name) for kind in kinds or ("copy", "csv"))}</div>'


def _tool(kind: str, name: str) -> str:
    said = f'data-done="{_quoted("results.copy.done")}" data-refused="{_quoted("results.copy.refused")}"'
    more = said if kind == "copy" else f'data-name="{escape(name)}" title="{_quoted(f"results.{kind}.what")}"'
    return f'<button type="button" data-do="{kind}" {more}>{_quoted(f"results.{kind}.is")}</button>'


def header_row(*keys: str) -> str:
    """The names of the columns, which only the copy and the CSV file show."""
    cells = "".join(f"<span data-cell>{_quoted(key)}</span>" for key in keys)
    return f'<div data-row hidden aria-hidden="true">{cells}</div>'


def _quoted(key: str) -> str:
    return escape(text(key))
