"""What was said in a recording: the text, and where its parts have times a list whose entries play them.

The value of the component is JSON, so that Gradio gives the recording its address and no word becomes an element.
"""

import json
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from inference_core.words import text
from tasks.gallery.cache import cached_file
from tasks.gallery.limits import MOST_ENTRIES
from tasks.gallery.numbers import written
from tasks.gallery.results.pieces import header_row, html_result, known, tools
from tasks.views import Moment, Transcript

_MINUTE = 60


def transcript_component() -> gr.HTML:
    """An empty component that shows what `transcript_value` made."""
    own = {
        "header": header_row("results.transcript.begin", "results.transcript.end", "results.parts.part"),
        "copy": tools("transcript", "copy"),
        "tools": tools("transcript"),
        "words": {name: text(f"results.transcript.{name}") for name in ("is", "sound")},
    }
    return html_result(f"window.results.showTranscript(element, props, watch, {json.dumps(own)});")


def transcript_value(view: Transcript) -> dict[str, Any]:
    """The text, its first `MOST_ENTRIES` parts, and the recording if a part has a time. Call it in a thread."""
    moments = [_moment(one) for one in view.moments[:MOST_ENTRIES]]
    is_timed = any(one["begin"] is not None for one in moments)
    whole = view.text or " ".join(one.text.strip() for one in view.moments)
    return {"text": whole, "moments": moments, "sound": _file(view) if is_timed else None}


def _moment(moment: Moment) -> dict[str, Any]:
    begin, end = _seconds(moment.begin), _seconds(moment.end)
    return {"text": moment.text.strip(), "begin": begin, "end": end, "at": "" if begin is None else _clock(begin)}


def _seconds(given: float | None) -> float | None:
    seconds = known(given)
    return None if seconds is None or seconds < 0 else seconds


def _clock(seconds: float) -> str:
    """Minutes and seconds, such as 1:02.5."""
    tenths = round(seconds * 10)
    return f"{tenths // (10 * _MINUTE)}:{written(tenths % (10 * _MINUTE) / 10, '04.1f')}"


def _file(view: Transcript) -> dict[str, Any]:
    return FileData(path=cached_file(view.sound)).model_dump()
