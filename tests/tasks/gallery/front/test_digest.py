"""Views in little: what of an answer goes on a card."""

import pytest

from inference_core.media.sounds import encode_wav
from tasks.gallery.front.digest import digest, headline
from tasks.views import GeneratedSound, Grid, LabelScores, Messages, PlainText, Span, Spans, View

LONG = "word " * 100
CONTEXT = f"{LONG}The lighthouse was built by Ada Lindqvist. {LONG}"


def test_labels_come_best_first_and_at_most_three() -> None:
    view = LabelScores({"a": 0.1, "b": 0.6, "c": 0.25, "d": 0.05})
    assert digest(view) == {"kind": "labels", "labels": [("b", 0.6), ("c", 0.25), ("a", 0.1)]}
    assert headline(view) == "b 60%"


def test_labels_without_scores_stay_without() -> None:
    view = LabelScores({"a": None})
    assert digest(view) == {"kind": "labels", "labels": [("a", None)]}
    assert headline(view) == "a"


def test_a_long_text_is_cut_around_its_first_mark() -> None:
    start = CONTEXT.index("Ada")
    shown = digest(Spans(CONTEXT, [Span(start, start + len("Ada Lindqvist"), "answer")]))
    assert shown["kind"] == "marked"
    assert ("Ada Lindqvist", "answer") in shown["pieces"]
    assert sum(len(text) for text, _ in shown["pieces"]) < 200


def test_marks_that_do_not_fit_are_left_out_and_no_text_is_lost_between() -> None:
    text = "Ada met Bob in Rome."
    shown = digest(Spans(text, [Span(8, 11, "PER"), Span(0, 3, "PER"), Span(1, 2, "odd")]))
    assert shown["kind"] == "marked"
    assert "".join(piece for piece, _ in shown["pieces"]) == text
    assert [label for _, label in shown["pieces"]] == ["PER", None, "PER", None]


@pytest.mark.parametrize(
    ("marked", "headers", "marks"),
    [
        ([(0, 2)], ["first", "third"], [(0, 1)]),
        ([(1, 0)], ["first", "second"], [(1, 0)]),
        ([], ["first", "third"], []),
    ],
)
def test_a_table_keeps_the_column_that_holds_the_answer(
    marked: list[tuple[int, int]], headers: list[str], marks: list[tuple[int, int]]
) -> None:
    shown = digest(Grid(["first", "second", "third"], [[1, 2, 3]] * 5, marked))
    assert shown["kind"] == "table"
    assert (shown["headers"], shown["marked"], len(shown["rows"])) == (headers, marks, 3)


def test_a_sound_becomes_its_loudness() -> None:
    import numpy as np

    loud = np.concatenate([np.zeros(8000), np.full(8000, 0.5)]).astype(np.float32)
    shown = digest(GeneratedSound(encode_wav(loud, 8000), "audio/wav"))
    assert shown["kind"] == "wave"
    assert (shown["peaks"][0], shown["peaks"][-1]) == (0, 100)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (PlainText("Good day."), "Good day."),
        (Messages([{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]), "So."),
        (Grid(["a"], [["x"], ["y"]], [(1, 0)]), "y"),
        (Grid(["a"], [["x"]], note="Answer: x"), "Answer: x"),
        (Spans("Ada met Bob", [Span(0, 3, "PER"), Span(8, 11, "PER")]), "Ada, Bob"),
    ],
)
def test_the_headline_is_the_answer(view: View, said: str) -> None:
    assert headline(view) == said
