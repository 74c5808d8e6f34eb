"""What somebody drops becomes rows: files one each, a table row by row, and what is done stays when it is changed."""

from pathlib import Path

import pytest
from PIL import Image

from inference_core.errors import CodedError
from tasks.fields import Picture, Sound, Text
from tasks.gallery.backend import url_backend
from tasks.gallery.batch.pages import with_pages
from tasks.gallery.batch.rows import Batches, NoRoom, Outcome, Row, State
from tasks.gallery.batch.sources import Dropped, is_table, many_of, of_files, of_table
from tasks.gallery.batch.tables import MOST_ROWS
from tasks.gallery.files.documents import wanted_page
from tasks.registry import Parameter, all_tasks
from tests.support.batches import task_named
from tests.support.media import pdf_file, written_pdf

TEXT = Parameter("text", str, Text("Text"), True)
PICTURE = Parameter("image", Path, Picture("Picture"), True)
DONE = Outcome(["good", "0.9"], "", "[]", None, "acme/mood", 0.1)


def dropped(folder: Path, **files: str | bytes) -> list[Dropped]:
    """Files by name, with `_` for the dot of their ending."""
    found = []
    for name, content in files.items():
        called = ".".join(name.rsplit("_", 1))
        path = folder / called
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found.append((str(path), called))
    return found


def batches() -> Batches:
    return Batches(url_backend("http://127.0.0.1:1", token=None, timeout=1))


def test_a_task_takes_many_of_its_first_picture_sound_or_text() -> None:
    many = {task.id: found for task in all_tasks() if (found := many_of(task))}
    assert many["image-classification"].name == "image" and many["visual-question-answering"].name == "image"
    assert many["question-answering"].name == "question" and many["sentence-similarity"].name == "sentence"
    assert all(isinstance(one.field, Picture | Sound | Text) for one in many.values())
    assert {task.id for task in all_tasks()} - many.keys() == {
        "conversational",
        "feature-extraction",
        "table-question-answering",
        "tabular-classification",
        "tabular-regression",
    }


def test_a_picture_is_a_row_by_its_path_and_name(tmp_path: Path) -> None:
    files = dropped(tmp_path, cat_png=b"1", dog_png=b"2")
    source = of_files(PICTURE, files)
    assert [(row.value, row.name) for row in source.rows] == files and source.columns == ["File"]


async def test_a_pdf_is_a_row_for_each_page_and_a_broken_one_is_one(tmp_path: Path) -> None:
    page = Image.new("RGB", (90, 120))
    (tmp_path / "own").mkdir()
    (tmp_path / "broken").mkdir()
    [pdf] = dropped(tmp_path / "own", scan_pdf=pdf_file(page, page, page))
    [broken] = dropped(tmp_path / "broken", bad_pdf=b"%PDF-1.7 and no more")
    [cat] = dropped(tmp_path, cat_png=b"1")
    found = await with_pages([pdf, cat, broken])
    assert [name for _, name in found] == [
        *("scan.pdf, page 1", "scan.pdf, page 2", "scan.pdf, page 3"),
        *("cat.png", "bad.pdf"),
    ]
    assert [(await wanted_page(Path(path))).name for path, _ in found[:3]] == [
        f"page-{number}-of-3.png" for number in (1, 2, 3)
    ]


async def test_a_pdf_of_more_pages_than_a_batch_has_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodedError, match="There are 1,001 rows"):
        await with_pages(dropped(tmp_path, long_pdf=written_pdf(count=MOST_ROWS + 1)))


def test_a_text_file_is_a_row_with_what_is_in_it(tmp_path: Path) -> None:
    files = dropped(tmp_path, one_txt="Grüße".encode("cp1252"), two_md="second, with a comma\nand lines")
    assert not is_table(files)
    source = of_files(TEXT, files)
    assert [row.value for row in source.rows] == ["Grüße", "second, with a comma\nand lines"]
    assert [row.name for row in source.rows] == ["one.txt", "two.md"]


def test_a_table_gives_a_row_for_each_with_all_its_cells(tmp_path: Path) -> None:
    files = dropped(tmp_path, mood_CSV="id,text\n1,Good\n2,Bad\n")
    assert is_table(files)
    source = of_table(TEXT, files)
    assert source.columns == ["id", "text"] and (source.column, source.has_names) == (1, True)
    assert [(row.value, list(row.cells)) for row in source.rows] == [("Good", ["1", "Good"]), ("Bad", ["2", "Bad"])]


def test_a_table_without_names_has_numbered_columns(tmp_path: Path) -> None:
    source = of_table(TEXT, dropped(tmp_path, mood_tsv="1\tGood\n2\tBad\n"))
    assert source.columns == ["Column 1", "Column 2"] and len(source.rows) == 2
    source = of_table(TEXT, dropped(tmp_path, mood_csv="id,\n1,Good\n"), column=9, has_names=True)
    assert source.columns == ["id", "Column 2"] and source.column == 1


def test_a_table_with_nothing_but_names_has_no_rows(tmp_path: Path) -> None:
    files = dropped(tmp_path, mood_csv="id,text\n")
    assert len(of_table(TEXT, files).rows) == 1
    with pytest.raises(CodedError, match=r"has no rows"):
        of_table(TEXT, files, has_names=True)


def test_a_table_beside_other_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(CodedError) as refused:
        of_table(TEXT, dropped(tmp_path, mood_csv="a,b\n1,2\n", more_csv="a,b\n1,2\n"))
    assert refused.value.explain().endswith("drop one table alone, or only text files.")


def test_more_files_than_a_batch_has_rows_are_refused() -> None:
    with pytest.raises(CodedError, match="There are 1,001 rows"):
        of_files(PICTURE, [("/nowhere", "a.png")] * (MOST_ROWS + 1))


def test_what_is_done_stays_where_a_row_stays() -> None:
    batch = batches().new(task_named("text-classification"), takes_files=False)
    batch.fill(["text"], [Row(text, (text,), text) for text in ("a", "b", "a")])
    batch.answer(batch.rows[0], DONE)
    batch.no_answer(batch.rows[1], State.REFUSED, "No.")
    seen = batch.version
    batch.fill(["text"], [Row(text, (text,), text) for text in ("new", "b", "a")])
    assert [row.state for row in batch.rows] == ["waiting", "refused", "done"]
    batch.fill(["text"], [Row(text, (text,), text) for text in ("a", "new")])
    assert [at for at, _ in batch.since(seen)] == [0, 1] and [row.state for row in batch.rows] == ["done", "waiting"]


def test_answers_to_rows_that_go_are_kept_beside_until_others_go() -> None:
    kept = batches()
    batch = kept.new(task_named("text-classification"), takes_files=False)
    batch.fill(["text"], [Row("a", ("a",), "a"), Row("b", ("b",), "b")])
    batch.answer(batch.rows[0], DONE)
    batch.fill(["text"], [Row("b", ("b",), "b")])
    assert batch.before and [row.outcome for row in batch.before.rows] == [DONE, None]
    batch.answer(batch.rows[0], DONE)
    batch.ask_again(State.DONE)
    assert batch.before and [row.value for row in batch.before.rows] == ["b"] and not batch.rows[0].outcome
    assert kept.held == batch.size + batch.before.size


def test_rows_that_are_too_much_leave_the_others_as_they_were() -> None:
    kept = batches()
    batch = kept.new(task_named("text-classification"), takes_files=False)
    batch.fill(["text"], [Row("a", ("a",), "a")])
    held = kept.held
    with pytest.raises(NoRoom, match="32 MiB"):
        batch.fill(["text"], [Row(str(number) * 100_000, (), "") for number in range(1000)])
    assert [row.value for row in batch.rows] == ["a"] and kept.held == held
