"""Marked text: it stays whole, its parts are listed with their scores, and all of it is escaped."""

import re
from html import unescape
from math import nan

import pytest

from tasks.gallery.results.marked_text import marked_text
from tasks.views import Span, Spans

TEXT = "Ada met Bob in Cairo."
ADA, BOB, CAIRO = Span(0, 3, "PER", 0.987), Span(8, 11, "PER"), Span(15, 20, "LOC", 0.5)


def whole_text(html: str) -> str:
    (body,) = re.findall(r'<p class="marked" dir="auto">(.*?)</p>', html, re.S)
    return unescape(re.sub("<.*?>", "", re.sub(r'<small class="tag">.*?</small>', "", body)))


def marks(html: str) -> list[tuple[str, str, str]]:
    """Number, words and label of each mark in the text."""
    pattern = r'<mark data-part="(\d+)" style="--part:#\w{6}"><span class="words">(.*?)</span><small class="tag">(.*?)<'
    return re.findall(pattern, html, re.S)


def entries(html: str) -> list[tuple[str, ...]]:
    """Number, words, label, score as it is shown, begin and end of each entry in the list."""
    pattern = (
        r'<li data-row data-part="(\d+)".*?data-cell>(.*?)</span>.*?data-cell>(.*?)</span>'
        r".*?>([^<]*)</span>.*?>(\d+)</span>.*?>(\d+)</span></li>"
    )
    return re.findall(pattern, html, re.S)


def test_parts_are_marked_in_the_text_and_listed_with_their_scores() -> None:
    html = marked_text(Spans(TEXT, [CAIRO, ADA, BOB]))
    assert marks(html) == [("0", "Ada", "PER"), ("1", "Bob", "PER"), ("2", "Cairo", "LOC")]
    assert entries(html) == [
        ("0", "Ada", "PER", "98.7%", "0", "3"),
        ("1", "Bob", "PER", "", "8", "11"),
        ("2", "Cairo", "LOC", "50.0%", "15", "20"),
    ]


def test_a_label_has_the_same_colour_everywhere() -> None:
    html = marked_text(Spans(TEXT, [ADA, BOB, CAIRO]))
    colours = re.findall(r'data-part="(\d)" style="--part:(#\w{6})"', html)
    assert len(colours) == 6 and len(set(colours)) == 3
    assert dict(colours)["0"] == dict(colours)["1"] != dict(colours)["2"]


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (CAIRO, ADA),
        (ADA, Span(2, 9, "X"), BOB),
        (Span(0, 21, "ALL"), BOB),
        (Span(5, 5, "EMPTY"), Span(9, 4, "BACKWARDS")),
        (Span(15, 99, "BEYOND"), Span(-4, 3, "BEFORE"), Span(50, 60, "OUTSIDE")),
        (ADA, ADA),
    ],
)
def test_the_text_stays_whole_whatever_the_spans(spans: tuple[Span, ...]) -> None:
    assert whole_text(marked_text(Spans(TEXT, spans))) == TEXT


def test_the_earlier_of_overlapping_spans_is_marked_and_both_are_listed() -> None:
    html = marked_text(Spans(TEXT, [Span(0, 7, "A"), Span(4, 11, "B")]))
    assert marks(html) == [("0", "Ada met", "A")]
    assert [entry[1] for entry in entries(html)] == ["Ada met", "met Bob"]


def test_offsets_count_characters_and_not_bytes() -> None:
    html = marked_text(Spans("🙂 Köln ✓", [Span(3, 7, "LOC")]))
    assert marks(html) == [("0", "öln ", "LOC")] and whole_text(html) == "🙂 Köln ✓"


def test_an_unknown_score_is_left_out() -> None:
    assert entries(marked_text(Spans(TEXT, [Span(0, 3, "PER", nan)])))[0][3] == ""


def test_text_and_labels_are_escaped() -> None:
    evil = '<img src="x">&'
    html = marked_text(Spans(evil * 2, [Span(0, len(evil), evil)]))
    assert "<img" not in html and whole_text(html) == evil * 2


def test_without_parts_there_is_no_list() -> None:
    assert "<ol" not in marked_text(Spans(TEXT, [])) and "tools" not in marked_text(Spans("", []))
