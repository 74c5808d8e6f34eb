"""Tables as people have them: any encoding, any separator, ragged, without names, far too large."""

import csv
import io
import time

import pytest

from inference_core.errors import CodedError
from tasks.gallery.batch.tables import (
    LARGEST_TABLE,
    MOST_ROWS,
    decoded,
    likely_column,
    names_columns,
    read_table,
)
from tasks.gallery.limits import LONGEST_TEXT, MOST_COLUMNS

ROWS = [["id", "text"], ["1", "Schöne Grüße, „äöü“"], ["2", 'She said "hi"\nand left']]


def written(rows: list[list[str]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def read(content: str | bytes) -> list[list[str]]:
    return read_table(content.encode() if isinstance(content, str) else content, "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert read(written(ROWS).encode(encoding)) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_another_script_is_read_without_its_mark(encoding: str) -> None:
    rows = [["name", "text"], ["1", "Γειά σου, κόσμε"]]
    assert read(written(rows).encode(encoding)) == rows


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    assert read(written(ROWS, separator)) == ROWS


def test_a_separator_that_the_file_declares_is_not_guessed() -> None:
    assert read("sep=;\r\na;b\r\n1,5;2,5\r\n") == [["a", "b"], ["1,5", "2,5"]]


def test_commas_in_the_texts_of_a_single_column_separate_nothing() -> None:
    assert read("text\nGood, really good\nBad\nSo, so, so\n") == [
        ["text"],
        ["Good, really good"],
        ["Bad"],
        ["So, so, so"],
    ]


def test_german_numbers_with_commas_stay_whole() -> None:
    assert read("Text;Preis\nGut, wirklich;1,5\nSchlecht;2,5\n")[1] == ["Gut, wirklich", "1,5"]


def test_short_rows_are_filled_and_long_ones_make_a_column_and_empty_ones_are_left_out() -> None:
    assert read("a,b\n1\n\n1,2,3\n,,\n1,2\n1,2\n") == [
        ["a", "b", ""],
        ["1", "", ""],
        ["1", "2", "3"],
        ["1", "2", ""],
        ["1", "2", ""],
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(ends: str) -> None:
    assert read(f"a,b{ends}1,2{ends}") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n \n"])
def test_a_file_without_rows_is_told(content: bytes) -> None:
    with pytest.raises(CodedError) as refused:
        read(content)
    assert refused.value.explain() == "“a.csv” has no rows: drop a table with at least one."


@pytest.mark.parametrize("content", [b"PK\x03\x04 and more", b"\xd0\xcf\x11\xe0 and more"])
def test_a_workbook_is_told_what_to_be_saved_as(content: bytes) -> None:
    with pytest.raises(CodedError, match="save it as CSV"):
        read(content)


def test_what_is_no_text_is_told() -> None:
    with pytest.raises(CodedError, match="is not a file of text"):
        decoded(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "a.csv")


def test_a_hundred_thousand_rows_are_counted_at_once_and_refused_in_one_sentence() -> None:
    began = time.monotonic()
    with pytest.raises(CodedError) as refused:
        read("text\n" + "some words, and more\n" * 100_000)
    assert refused.value.explain() == (
        "There are 100,000 rows, and one batch has at most 1,000: split them into several files, and run one after the "
        "other."
    )
    assert time.monotonic() - began < 5


def test_as_many_rows_as_may_be_are_read_with_and_without_names() -> None:
    assert len(read("text\n" + "words\n" * MOST_ROWS)) == MOST_ROWS + 1


def test_a_cell_of_ten_megabytes_is_cut_behind_what_is_too_long_anyway() -> None:
    [_, [_, cell], last] = read("id,text\n1,{}\n2,short\n".format("a" * 10_000_000))
    assert len(cell) == LONGEST_TEXT + 1 and last == ["2", "short"]


def test_a_table_of_too_many_columns_or_bytes_is_refused() -> None:
    with pytest.raises(CodedError, match="more than 500 columns"):
        read(",".join("a" * (MOST_COLUMNS + 1)))
    with pytest.raises(CodedError, match="larger than 32 MiB"):
        read(b"a" * (LARGEST_TABLE + 1))


@pytest.mark.parametrize(
    ("first", "others", "are_names"),
    [
        (["id", "text"], ["1", "Good"], True),
        (["text"], ["This was a good day"], True),
        (["I love it"], ["No"], False),
        (["I love it."], ["This was a good day"], False),
        (["1", "Good"], ["2", "Bad"], False),
        (["2,5", "x"], ["2", "Bad"], False),
        (["a", "a"], ["2", "Bad"], False),
        (["a", ""], ["2", "Bad"], True),
        (["a long text that tells of somebody who did something", "x"], ["2", "Bad"], False),
    ],
)
def test_the_first_row_is_taken_for_names_if_it_looks_like_them(
    first: list[str], others: list[str], are_names: bool
) -> None:
    assert names_columns([first, others]) is are_names


def test_a_single_row_is_no_name() -> None:
    assert not names_columns([["text"]])


def test_the_column_is_the_one_with_the_name_of_the_input_or_the_longest_texts() -> None:
    rows = [["a long remark about it", "words"]]
    assert likely_column(["remark", "Text"], rows, ("text", "Sentence")) == 1
    assert likely_column(["remark", "other"], rows, ("text", "Sentence")) == 0
