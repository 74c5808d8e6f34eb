"""A text with labelled parts as HTML: the parts marked in it, and below it a list of them with their scores.

Parts in the text and in the list have the same `data-part`, by which results.js links them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from inference_core.words import text as words
from tasks.gallery.limits import MOST_ENTRIES
from tasks.gallery.numbers import percent
from tasks.gallery.results.pieces import colours_of, header_row, known, tools
from tasks.views import Span, Spans


def marked_text(view: Spans) -> str:
    """The HTML of a text with its first `MOST_ENTRIES` parts; one that overlaps an earlier one is only in the list."""
    spans = _in_order(view)
    colours = colours_of(span.label for span in spans)
    body = "".join(pieces(view.text, spans, colours))
    parts = _list(view.text, spans, colours)
    return f'<div class="spans" data-rows data-linked><p class="marked" dir="auto">{body}</p>{parts}</div>'


def mark(words_in_it: str, label: str, colour: str, part: int) -> str:
    """The HTML of one marked part of a text."""
    tag = f'<small class="tag">{escape(label)}</small>' if label else ""
    return (
        f'<mark data-part="{part}" style="--part:{colour}"><span class="words">{escape(words_in_it)}</span>{tag}</mark>'
    )


def _in_order(view: Spans) -> list[Span]:
    """The parts in the order of the text, cut to what is there; those that hold nothing are left out."""
    length = len(view.text)
    cut = [replace(span, start=max(0, span.start), end=min(span.end, length)) for span in view.spans[:MOST_ENTRIES]]
    return sorted((span for span in cut if span.start < span.end), key=lambda one: one.start)


def pieces(text: str, spans: Sequence[Span], colours: dict[str, str]) -> Iterator[str]:
    """The HTML of a text with its parts, in their order, marked; one that overlaps an earlier one is left out."""
    at = 0
    for part, span in enumerate(spans):
        if span.start < at:
            continue
        yield escape(text[at : span.start])
        yield mark(text[span.start : span.end], span.label, colours[span.label], part)
        at = span.end
    yield escape(text[at:])


def _list(text: str, spans: Sequence[Span], colours: dict[str, str]) -> str:
    if not spans:
        return ""
    header = header_row(
        *("results.parts.part", "results.scores.label", "results.scores.score"),
        *("results.parts.begin", "results.parts.end"),
    )
    rows = "".join(_row(text, span, colours[span.label], part) for part, span in enumerate(spans))
    about = escape(words("results.parts.is"))
    return f'{header}<ol class="parts" role="list" aria-label="{about}">{rows}</ol>{tools("marks")}'


def _row(text: str, span: Span, colour: str, part: int) -> str:
    score = known(span.score)
    number, raw = (percent(score), f"{score:.6g}") if score is not None else ("", "")
    marked = escape(text[span.start : span.end])
    return (
        f'<li data-row data-part="{part}" style="--part:{colour}" tabindex="{-1 if part else 0}">'
        f'<i class="dot"></i><span class="words" dir="auto" data-cell>{marked}</span>'
        f'<span class="label" dir="auto" data-cell>{escape(span.label)}</span>'
        f'<span class="number" data-cell="{raw}">{number}</span>'
        f"<span data-cell hidden>{span.start}</span><span data-cell hidden>{span.end}</span></li>"
    )
