"""An answer as it is kept of a row: cells for a table, and the typed result as JSON."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite

from inference_core import words
from tasks.gallery.api.results import FILES, file_of, result_of
from tasks.gallery.batch.rows import Outcome
from tasks.gallery.noting import Noting
from tasks.gallery.outputs import note_of
from tasks.gallery.run_report import Run
from tasks.views import LabelScores, PlainText, Region, Regions, Span, Spans, Summary, Transcript, Vectors, View


def columns(view: type[View]) -> list[str]:
    """The names of the columns of a view's cells."""
    return [words.text(f"batch.columns.{name}") for name in _columns(view)]


def _columns(view: type[View]) -> Sequence[str]:
    if view is LabelScores:
        return "label", "score"
    if view in (PlainText, Summary, Transcript):
        return ("text",)
    if view in (Spans, Regions):
        return "found", "count"
    if view is Vectors:
        return ("numbers",)
    return ()


def outcome_of(run: Run, view: View, noting: Noting | None) -> Outcome:
    """What is kept of the last view of a run. Takes a while: call it in a thread."""
    exchange = run.exchanges[-1] if run.exchanges else None
    is_file = isinstance(view, FILES)
    result = None if is_file else result_of(view, noting and noting.answer)
    return Outcome(
        cells=_cells(view),
        note=note_of(view),
        json="" if is_file else json.dumps(result, ensure_ascii=False),
        file=file_of(view)["path"] if is_file else None,
        model=(exchange and exchange.model) or run.model,
        seconds=round(run.seconds, 3),
    )


def _cells(view: View) -> list[str]:
    match view:
        case LabelScores(scores=scores):
            return _best(scores)
        case PlainText(text=text) | Summary(text=text):
            return [text]
        case Transcript(text=text, moments=moments):
            return [text or " ".join(one.text.strip() for one in moments)]
        case Spans(text=text, spans=spans):
            return ["; ".join(_span(text, one) for one in spans), str(len(spans))]
        case Regions(regions=regions):
            return ["; ".join(map(_region, regions)), str(len(regions))]
        case Vectors(vectors=vectors):
            return [str(vectors.shape[-1])]
    return []


def _best(scores: Mapping[str, float | None]) -> list[str]:
    known = {label: score for label, score in scores.items() if score is not None and isfinite(score)}
    label = max(known, key=known.__getitem__) if known else next(iter(scores), "")
    return [label, _number(known.get(label))]


def _span(text: str, span: Span) -> str:
    marked = text[max(0, span.start) : span.end]
    return f"{marked} ({span.label})" if span.label else marked


def _region(region: Region) -> str:
    score = _number(region.score)
    return f"{region.label} ({score})" if score else region.label


def _number(score: float | None) -> str:
    return f"{score:.6g}" if score is not None and isfinite(score) else ""
