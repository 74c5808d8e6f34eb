"""Views as Gradio components: which one shows a view, and the view's value as that component takes it."""

from typing import Any

import gradio as gr
from gradio.components import Component

from tasks.views import Bars, Bubbles, Grid, Spans, View, Written

_MARK = "background-color: var(--secondary-300); color: black; font-weight: 600"


def display(view: type[View]) -> Component:
    """An empty component for views of this type."""
    if view is Written:
        return gr.Textbox(label="Result", lines=6, max_lines=24, interactive=False, buttons=["copy"])
    if view is Bars:
        return gr.Label(label="Result", show_heading=False)
    if view is Spans:
        return gr.HighlightedText(label="Result", combine_adjacent=False, show_legend=False, interactive=False)
    if view is Bubbles:
        return gr.Chatbot(label="Conversation", height=420, feedback_options=None, render_markdown=False)
    if view is Grid:
        return gr.Dataframe(label="Result", interactive=False, max_height=420, wrap=True)
    raise TypeError(f"No component shows {view!r}.")


def shown(view: View) -> Any:
    """The view as an update of its component."""
    match view:
        case Written(text):
            return text
        case Bars(scores):
            return {label: float(score) for label, score in scores.items()}
        case Spans(text, spans, note):
            return gr.update(value=list(_pieces(text, spans)), label=note or "Result")
        case Bubbles(messages):
            return [dict(message) for message in messages]
        case Grid(headers, rows, marked, note):
            return gr.update(value=_grid(headers, rows, marked), label=note or "Result")


def _pieces(text: str, spans: Any) -> Any:
    """The text cut at the spans, each piece with its label or None; overlapping spans lose to earlier ones."""
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        if span.start < at or span.end <= span.start:
            continue
        if span.start > at:
            yield text[at : span.start], None
        yield text[span.start : span.end], span.label
        at = span.end
    if at < len(text):
        yield text[at:], None


def _grid(headers: Any, rows: Any, marked: Any) -> dict[str, Any]:
    marks = set(marked)
    styling = [[_MARK if (row, column) in marks else "" for column in range(len(headers))] for row in range(len(rows))]
    return {"headers": list(headers), "data": [list(row) for row in rows], "metadata": {"styling": styling}}
