from inference_core.engine.builtin.documents.layout import lines_of, page_of
from inference_core.engine.builtin.vision.boxes import Box, overlap
from inference_core.engine.builtin.vision.ocr import TextLine, TextWord


def line(top: int, *words: tuple[str, int]) -> TextLine:
    """Words with their left sides; letters are 10 pixels wide and 20 high."""
    placed = tuple(TextWord(text, Box(left, top, left + 10 * len(text), top + 20)) for text, left in words)
    box = Box(placed[0].box.xmin, top, placed[-1].box.xmax, top + 20)
    return TextLine(" ".join(word.text for word in placed), 1.0, box, placed)


def test_wide_gaps_part_a_line_into_cells_and_lines_beside_each_other_make_a_row() -> None:
    page = page_of([line(0, ("Blue", 0), ("mug", 50), ("4", 200)), line(2, ("7.50", 300)), line(40, ("Total", 0))])
    assert [[cell.text for cell in row] for row in page.rows] == [["Blue mug", "4", "7.50"], ["Total"]]
    assert [(cell.first, cell.last) for cell in page.cells] == [(0, 1), (2, 2), (3, 3), (4, 4)]


def test_a_cell_knows_what_is_right_of_it_and_below_it() -> None:
    page = page_of([line(0, ("Name", 0), ("Town", 300)), line(30, ("Ida", 0), ("Vejle", 310)), line(300, ("End", 0))])
    name, town, ida, _, _ = page.cells
    right, below = page.right_of(name), page.below(name)
    assert right == town and below == ida and page.right_of(town) is None
    assert page.below(ida) is None  # too far down


def test_words_of_several_rows_are_one_text_and_one_box_per_row() -> None:
    page = page_of([line(0, ("12", 0), ("Elm", 40), ("Row,", 80)), line(30, ("Leeds", 0))])
    assert page.text((0, 1, 2, 3)) == "12 Elm Row, Leeds"
    assert page.boxes((0, 1, 2, 3)) == [Box(0, 0, 120, 20), Box(0, 30, 50, 50)]


def test_words_without_lines_are_put_in_order() -> None:
    words = [*line(0, ("low", 90)).words, *line(50, ("last", 0)).words, *line(3, ("High", 0)).words]
    assert [one.text for one in lines_of(words)] == ["High low", "last"]


def test_the_overlap_is_the_shared_part_of_what_both_cover() -> None:
    assert overlap(Box(0, 0, 10, 10), Box(5, 0, 15, 10)) == 1 / 3
    assert overlap(Box(0, 0, 10, 10), Box(20, 0, 30, 10)) == 0 == overlap(Box(3, 3, 3, 3), Box(3, 3, 3, 3))
