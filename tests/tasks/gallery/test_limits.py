"""What is too much is refused by its shape, with a sentence of its own, before anything is made of it."""

from typing import Any

import gradio as gr
import pytest

from inference_core.errors import CodedError
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.error_text import ShownError
from tasks.gallery.limits import (
    LONGEST_CONVERSATION,
    LONGEST_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_MESSAGES,
    MOST_PARTS,
    check_conversation,
    check_entries,
    check_values,
)
from tasks.gallery.outputs import component_value, note_of
from tasks.views import Grid, LabelScores, Span, Spans

TABLE, TEXT, OTHER = gr.Dataframe(label="Table"), gr.Textbox(label="Text"), gr.JSON(label="It")


def table(rows: int, columns: int) -> dict[str, Any]:
    return {"headers": [str(number) for number in range(columns)], "data": [["1"] * columns] * rows}


@pytest.mark.parametrize(
    ("component", "value", "message"),
    [
        (TABLE, table(1, 100_000), "Table has more than 500 columns"),
        (TABLE, table(0, MOST_COLUMNS + 1), "Table has more than 500 columns"),
        (TABLE, {"headers": [], "data": [["1"], ["1"] * (MOST_COLUMNS + 1)]}, "Table has more than 500 columns"),
        (TABLE, table(MOST_CELLS + 1, 1), "Table has more than 50,000 cells"),
        (TABLE, table(MOST_CELLS // MOST_COLUMNS + 1, MOST_COLUMNS), "Table has more than 50,000 cells"),
        (TABLE, {"headers": [], "data": [[]] * (MOST_CELLS + 1)}, "Table has more than 50,000 cells"),
        (TABLE, {"data": [[[[1] * MOST_PARTS]]]}, "The request has more than 200,000 parts"),
        (TABLE, {"metadata": {"styling": [[""] * MOST_PARTS]}}, "The request has more than 200,000 parts"),
        (TEXT, "x" * (LONGEST_TEXT + 1), "Text has more than 100,000 characters"),
        (OTHER, {"a": {"b": [[1]] * MOST_PARTS}}, "The request has more than 200,000 parts"),
    ],
)
def test_too_much_is_refused_with_what_there_is_too_much_of(component: gr.Component, value: Any, message: str) -> None:
    with pytest.raises(CodedError, match=f"^{message}: [a-z]"):
        check_values([component], [value])


@pytest.mark.parametrize(
    ("component", "value"),
    [
        (TABLE, None),
        (TABLE, table(MOST_CELLS // MOST_COLUMNS, MOST_COLUMNS)),
        (TABLE, table(MOST_CELLS, 1)),
        (TABLE, {"headers": 1, "data": {"a": 1}}),
        (TEXT, "x" * LONGEST_TEXT),
        (OTHER, {"a": [1] * (MOST_PARTS - 10)}),
    ],
)
def test_as_much_as_is_allowed_is_taken(component: gr.Component, value: Any) -> None:
    check_values([component], [value])


@pytest.mark.parametrize(("count", "length"), [(MOST_MESSAGES + 1, 1), (1, LONGEST_CONVERSATION + 1)])
def test_a_conversation_that_is_too_long_is_refused(count: int, length: int) -> None:
    with pytest.raises(CodedError, match=r"^The conversation has more than .*: clear it to begin a new one"):
        check_conversation([{"role": "user", "content": "x" * length}] * count)


def test_a_list_with_too_many_entries_is_refused() -> None:
    check_entries("Labels", ["a"] * MOST_ENTRIES)
    with pytest.raises(CodedError, match=r"^Labels has more than 1,000 entries: leave out some"):
        check_entries("Labels", ["a"] * (MOST_ENTRIES + 1))


async def test_gradio_makes_nothing_of_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_: Any) -> None:
        raise AssertionError("The cells were touched.")

    monkeypatch.setattr(gr.Dataframe, "preprocess", touched)
    monkeypatch.setattr("gradio.processing_utils.async_move_files_to_cache", touched)
    with GalleryBlocks() as page:
        frame = gr.Dataframe(label="Table")
        frame.change(lambda table: None, inputs=[frame])
    (event,) = page.fns.values()
    with pytest.raises(ShownError, match="Table has more than 500 columns"):
        await page.process_api(event, [table(1, 100_000)])


@pytest.mark.parametrize(
    ("view", "size"),
    [
        (LabelScores({str(number): number / 2_000 for number in range(2_000)}), MOST_ENTRIES),
        (Spans("a" * 2_000, [Span(at, at + 1, "X") for at in range(2_000)]), MOST_ENTRIES),
    ],
)
def test_the_browser_gets_the_first_of_too_many_and_the_note_says_so(view: LabelScores | Spans, size: int) -> None:
    assert component_value(view).count("<li data-row") == size
    assert note_of(view) == "The first 1,000 of 2,000 are shown."


def test_a_table_of_results_is_cut_by_its_cells() -> None:
    view = Grid(["a", "b"], [[1, 2]] * MOST_CELLS, note="Done.")
    assert len(component_value(view)["data"]) == MOST_CELLS // 2
    assert note_of(view) == "Done. The first 25,000 of 50,000 are shown."


def test_the_best_of_too_many_labels_are_kept() -> None:
    shown = component_value(LabelScores({str(number): number / 2_000 for number in range(2_000)}))
    assert ">1999<" in shown and ">0<" not in shown
