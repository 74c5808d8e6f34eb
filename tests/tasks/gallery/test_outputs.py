"""Views as what their components take: nothing is lost, nothing empty breaks."""

from typing import Any, get_args

import pytest

from tasks.gallery.outputs import component_value, display
from tasks.views import Grid, LabelScores, Messages, PlainText, Span, Spans, View


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
