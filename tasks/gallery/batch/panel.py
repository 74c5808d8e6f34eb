"""What the page shows of a batch: where it is in a line, and its rows, which batch.js fetches as they change."""

import json
from textwrap import shorten
from typing import Any, TypedDict

import gradio as gr

from inference_core import words
from tasks.gallery.api.results import FILES
from tasks.gallery.batch.rows import Batch, Row, State
from tasks.gallery.numbers import written

_LONGEST = 200
"""Characters of an input or an answer in the table; the download has all."""

_SERVED = "gradio_api/file="
_ENOUGH_SECONDS = 90


class Panel(TypedDict):
    """The value of the component: which batch it shows, what goes on, how far it is in words, and what was wrong.

    Without a batch, `key` and `state` are "".
    """

    key: str
    version: int
    state: str
    line: str
    problem: str


def batch_panel(view: type) -> gr.HTML:
    """The panel, empty; batch.js makes what is in it."""
    said = {
        "states": {state: words.text(f"batch.states.{state}") for state in State},
        "columns": {name: words.text(f"batch.columns.{name}") for name in ("row", "input", "state", "answer")},
        "download": words.text("batch.panel.zip" if view in FILES else "batch.panel.csv"),
        "ending": "zip" if view in FILES else "csv",
        **{
            name: words.text(f"batch.panel.{name}", count="{count}")
            for name in ("go", "on", "again", "all", "rows", "before")
        },
        **{name: words.text(f"batch.panel.{name}") for name in ("over", "stop", "gone", "progress", "filter")},
    }
    return gr.HTML(
        html_template="",
        js_on_load=f"window.batch.show(element, props, watch, {json.dumps(said)});",
        apply_default_css=False,
        elem_classes="batch-panel",
    )


def shown(batch: Batch | None, problem: str = "") -> Panel:
    """What the panel shows of a batch now; `problem` is why something that was asked for cannot be done."""
    if batch is None:
        return Panel(key="", version=0, state="", line="", problem=problem)
    state = _state(batch)
    return Panel(key=batch.key, version=batch.version, state=state, line=_line(batch, state), problem=problem)


def changes(batch: Batch, version: int) -> dict[str, Any]:
    """What the panel shows, with the rows that have changed since that version."""
    rows = [[at, row.state, _short(row.name), _said(row), _file(row)] for at, row in batch.since(version)]
    before = batch.before.count(State.DONE) if batch.before else 0
    return {"panel": shown(batch), "count": len(batch.rows), "before": before, "rows": rows}


def _state(batch: Batch) -> str:
    if batch.is_running:
        return "running"
    if batch.paused_at:
        return "paused"
    if not batch.left:
        return "done"
    return "stopped" if batch.is_stopped else "ready"


def _line(batch: Batch, state: str) -> str:
    far = words.text("batch.line.far", finished=written(batch.finished, ","), count=written(len(batch.rows), ","))
    refused = batch.count(State.REFUSED)
    facts = [words.text(f"batch.line.{state}"), far, words.text("batch.line.refused", count=refused) if refused else ""]
    if state == "running":
        facts += [words.text(f"batch.line.{batch.held_by}", count=batch.pace) if batch.held_by else ""]
        facts += [_to_go(batch), next((said for run in batch.runs.values() if (said := run.waits_for)), "")]
    if batch.has_other_settings:
        facts.append(words.text("batch.line.other_settings"))
    line = " · ".join(fact for fact in facts if fact)
    if state == "paused" and batch.paused_at:
        at = words.text("batch.line.paused_at", row=batch.number(batch.paused_at), problem=batch.paused_at.problem)
        return f"{line}. {at}"
    return line


def _to_go(batch: Batch) -> str:
    seconds = batch.seconds_to_go
    if seconds is None:
        return ""
    if seconds < _ENOUGH_SECONDS:
        return words.text("batch.line.seconds", seconds=max(1, round(seconds)))
    return words.text("batch.line.minutes", minutes=round(seconds / 60))


def _said(row: Row) -> str:
    if row.outcome is None:
        return _short(row.problem)
    return _short(" · ".join(one for one in (*row.outcome.cells, row.outcome.note) if one))


def _file(row: Row) -> str | None:
    return f"{_SERVED}{row.outcome.file}" if row.outcome and row.outcome.file else None


def _short(text: str) -> str:
    return shorten(text[: 2 * _LONGEST], _LONGEST, placeholder="…")
