"""A summary as HTML, and below it its source, in which the sentences that were taken over are marked."""

import re
from collections.abc import Sequence
from html import escape

from inference_core.words import text
from tasks.gallery.limits import MOST_ENTRIES
from tasks.gallery.results.marked_text import pieces
from tasks.gallery.results.pieces import COLOURS, tools
from tasks.views import Span, Summary

# A run of full stops is tried once, at its begin, or very many of them would take very long.
_END = r"""(?<![.!?…])[.!?…]++["'”’»)]*+(?=\s|$)|[。！？]|\n|$"""
_SENTENCE = re.compile(rf"\S.*?(?:{_END})", re.S)
_FEWEST_LETTERS = 12
"""Shorter sentences, such as "Yes.", may be in a text without having been taken from it."""


def marked_source(view: Summary) -> str:
    """The HTML of the summary and its source; the same sentence has the same `data-part` in both."""
    sentences = [(found.start(), found[0].strip()) for found in _SENTENCE.finditer(view.text)][:MOST_ENTRIES]
    taken = [
        (Span(begin, begin + len(sentence), ""), Span(at, at + len(sentence), ""))
        for begin, sentence in sentences
        if (at := _place(sentence, view.source)) >= 0
    ]
    # In the order of the source, so that the same number means the same sentence.
    taken.sort(key=lambda pair: pair[1].start)
    summary = "".join(_summary(view.text, [own for own, _ in taken]))
    colours = {"": COLOURS[0]}
    source = "".join(pieces(view.source, [place for _, place in taken], colours))
    key = "taken" if taken else "own_words"
    about = escape(text(f"results.summary.{key}", taken=len(taken), count=len(sentences)))
    return (
        f'<div class="summary" data-rows data-linked><p class="answer" dir="auto" data-row>'
        f"<span data-cell>{summary}</span></p>{tools('summary', 'copy')}"
        f'<p class="about-source">{about}</p>'
        f'<p class="marked source" dir="auto" tabindex="0" role="group" aria-label="{about}">{source}</p></div>'
    )


def _place(sentence: str, source: str) -> int:
    """Where the sentence is in the source, -1 if it is not."""
    return source.find(sentence) if sum(map(str.isalpha, sentence)) >= _FEWEST_LETTERS else -1


def _summary(words: str, taken: Sequence[Span]) -> list[str]:
    """The pieces of the summary; the sentences that were taken light up with their places."""
    at, shown = 0, []
    for part, span in sorted(enumerate(taken), key=lambda pair: pair[1].start):
        shown += [
            escape(words[at : span.start]),
            f'<span data-part="{part}">{escape(words[span.start : span.end])}</span>',
        ]
        at = span.end
    return [*shown, escape(words[at:])]
