"""Views as what their components take: nothing is lost, nothing empty breaks."""

from typing import Any, get_args

import pytest

from tasks.gallery.outputs import component_value, display
from tasks.views import Grid, LabelScores, Messages, PlainText, Span, Spans, View

TEXT = "Ada met Bob in Cairo."
ADA, BOB, CAIRO = Span(0, 3, "PER"), Span(8, 11, "PER"), Span(15, 20, "LOC")


def pieces(*spans: Span, text: str = TEXT) -> list[tuple[str, str | None]]:
    return component_value(Spans(text, spans))


def test_spans_cut_the_text_into_pieces_with_and_without_label() -> None:
    assert pieces(ADA, BOB, CAIRO) == [
        ("Ada", "PER"),
        (" met ", None),
        ("Bob", "PER"),
        (" in ", None),
        ("Cairo", "LOC"),
        (".", None),
    ]


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (CAIRO, ADA),
        (ADA, Span(2, 9, "X"), BOB),
        (Span(0, 21, "ALL"), BOB),
        (Span(5, 5, "EMPTY"), Span(9, 4, "BACKWARDS")),
        (Span(15, 99, "BEYOND"),),
        (ADA, ADA),
    ],
)
def test_the_text_stays_whole_whatever_the_spans(spans: tuple[Span, ...]) -> None:
    assert "".join(text for text, _ in pieces(*spans)) == TEXT


def test_the_earlier_of_overlapping_spans_is_shown() -> None:
    assert [piece for piece in pieces(Span(0, 7, "A"), Span(4, 11, "B")) if piece[1]] == [("Ada met", "A")]


def test_offsets_count_characters_and_not_bytes() -> None:
    assert pieces(Span(3, 7, "LOC"), text="🙂 Köln ✓") == [("🙂 K", None), ("öln ", "LOC"), ("✓", None)]


def test_scores_are_plain_floats() -> None:
    assert component_value(LabelScores({"yes": 1, "no": 0})) == {"yes": 1.0, "no": 0.0}


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_labels_are_shown_without_bars_if_a_score_is_not_known(unknown: float | None) -> None:
    assert component_value(LabelScores({"yes": 0.5, "no": unknown})) == "yes, no"


def test_marked_cells_are_styled_and_the_others_are_not() -> None:
    styling = component_value(Grid(["a", "b"], [["1", "2"], ["3", "4"]], marked=[(1, 0)]))["metadata"]["styling"]
    assert [[bool(cell) for cell in row] for row in styling] == [[False, False], [True, False]]


@pytest.mark.parametrize(
    "view",
    [
        PlainText(""),
        PlainText("a\n" * 1000),
        LabelScores({}),
        LabelScores({"one": 0.5, "two": -0.1}),
        LabelScores({"one": 0.5, "two": None}),
        Spans("", []),
        Spans("a\n\nb", [Span(0, 1, "X")]),
        Messages([]),
        Messages([{"role": "user", "content": "<b>&amp;"}]),
        Grid([], []),
        Grid(["a"], []),
        Grid(["a", "a"], [["1", 2]], [(0, 1)]),
    ],
)
def test_the_component_takes_every_view_even_an_empty_one(view: View) -> None:
    display(type(view)).postprocess(component_value(view))


def test_every_view_has_a_component_and_nothing_else_has() -> None:
    for view in get_args(View):
        display(view)
    other: Any = int
    with pytest.raises(TypeError):
        display(other)
