"""Views as Gradio components: which one shows a view, and the view's value as that component takes it."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.components import Component

from inference_core.media.pictures import encode_png
from inference_core.words import text
from tasks.gallery.cache import cached, shown_copy
from tasks.gallery.chat.conversation import GrowingConversation, conversation
from tasks.gallery.file_inputs import ending
from tasks.gallery.limits import MOST_CELLS, MOST_ENTRIES
from tasks.gallery.results.marked_text import marked_text
from tasks.gallery.results.pieces import first_of, html_result
from tasks.gallery.results.regions import left_out, regions_component, regions_value
from tasks.gallery.results.score_bars import score_bars
from tasks.gallery.results.summary import marked_source
from tasks.gallery.results.transcript import transcript_component, transcript_value
from tasks.gallery.results.vectors import MOST_STRIPS, heat_strips
from tasks.views import (
    BeforeAfter,
    GeneratedPicture,
    GeneratedSound,
    Grid,
    LabelScores,
    Messages,
    PlainText,
    Regions,
    Spans,
    Summary,
    Transcript,
    Vectors,
    View,
)

_MARK = "background-color: var(--secondary-300); color: black; font-weight: 600"


def display(view: type[View]) -> Component:
    """An empty component for views of this type."""
    if view is PlainText:
        return gr.Textbox(
            label=text("results.labels.result"), lines=6, max_lines=24, interactive=False, buttons=["copy"]
        )
    if view in (LabelScores, Spans, Summary, Vectors):
        return html_result()
    if view is Transcript:
        return transcript_component()
    if view is Messages:
        return conversation()
    if view is Grid:
        return gr.Dataframe(label=text("results.labels.result"), interactive=False, max_height=420, wrap=True)
    if view is Regions:
        return regions_component()
    if view is GeneratedPicture:
        return gr.Image(
            label=text("results.labels.result"),
            interactive=False,
            format="png",
            height=400,
            buttons=["download", "fullscreen"],
        )
    if view is BeforeAfter:
        return gr.ImageSlider(
            label=text("results.labels.before_and_after"),
            interactive=False,
            max_height=400,
            buttons=["download", "fullscreen"],
        )
    if view is GeneratedSound:
        return gr.Audio(label=text("results.labels.result"), interactive=False, buttons=["download"])
    raise TypeError(f"No component shows {view!r}.")


def component_value(view: View) -> Any:
    """The value of the view's component; the note is shown next to it. Pictures take a while: call it in a thread.

    Raises:
        Unreadable: a given file is not a picture.
    """
    match view:
        case PlainText():
            return view.text
        case LabelScores():
            return score_bars(view)
        case Spans():
            return marked_text(view)
        case Summary():
            return marked_source(view)
        case Transcript():
            return transcript_value(view)
        case Messages():
            return GrowingConversation().value(view)
        case Grid(headers=headers, rows=rows, marked=marked):
            return _grid(headers, rows[: _most_rows(view)], marked)
        case Vectors():
            return heat_strips(view)
        case Regions():
            return regions_value(view)
        case GeneratedPicture(picture=picture):
            return cached(encode_png(picture), "picture.png")
        case BeforeAfter(before=before, after=after):
            return cached(encode_png(shown_copy(before)[0]), "before.png"), cached(encode_png(after), "after.png")
        case GeneratedSound(sound=sound, mime_type=mime_type):
            return cached(sound, f"sound{ending(mime_type)}")


def growing_value(view: type[View]) -> Callable[[Any], Any]:
    """What makes the component's values of the views of one run, each of which replaces the one before."""
    return GrowingConversation().value if view is Messages else component_value


def note_of(view: View) -> str:
    """The note that is shown next to the value."""
    return f"{view.note} {_left_out(view)}".strip()


def _left_out(view: View) -> str:
    """A sentence about what `component_value` leaves out, because it would be too much for the browser."""
    match view:
        case Regions():
            return left_out(view)
        case LabelScores(scores=scores):
            return first_of(len(scores), MOST_ENTRIES)
        case Spans(spans=spans):
            return first_of(len(spans), MOST_ENTRIES)
        case Vectors(texts=texts):
            return first_of(len(texts), MOST_STRIPS)
        case Transcript(moments=moments):
            return first_of(len(moments), MOST_ENTRIES)
        case Grid(rows=rows):
            return first_of(len(rows), _most_rows(view))
    return ""


def _most_rows(view: Grid) -> int:
    return max(1, MOST_CELLS // max(1, len(view.headers)))


def _grid(headers: Any, rows: Any, marked: Any) -> dict[str, Any]:
    marks = set(marked)
    styling = [[_MARK if (row, column) in marks else "" for column in range(len(headers))] for row in range(len(rows))]
    return {"headers": list(headers), "data": [list(row) for row in rows], "metadata": {"styling": styling}}
