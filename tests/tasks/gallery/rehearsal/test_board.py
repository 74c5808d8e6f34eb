"""The board for people, and the reports for machines."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tasks.gallery.rehearsal.board import lines, summary, write
from tasks.gallery.rehearsal.rehearsal import Outcome, Row

LONG = "the answer does not say “" + "a long phrase " * 12 + "”"
ROWS = [
    Row("translation", "Good\x0bmorning <&>!", Outcome.PASSED, "Guten Morgen!", 0.25, None, "builtin/phrase-book", "p"),
    Row("text-generation", "Once", Outcome.WRONG, LONG, 3.5, 0.4, "builtin/smollm2"),
    Row("text-generation", "Twice", Outcome.FAILED, "No answer.", 0.0),
]


def test_a_line_names_task_example_outcome_and_what_came() -> None:
    first, second, third = lines(ROWS)
    assert all(word in first for word in ("✓ passed", "translation", "Guten Morgen!", "0.25 s", "builtin/phrase-book"))
    assert "✗ wrong" in second and LONG in second
    assert "✗ failed" in third and list(lines([])) == []


def test_the_last_line_counts() -> None:
    assert summary(ROWS[:1], 61.2) == "All 1 passed in 61 s."
    assert summary(ROWS, 2) == "2 of 3 are not as they are to be; it took 2 s."


def test_json_has_the_fields_that_are_settled(tmp_path: Path) -> None:
    write(ROWS, tmp_path / "report.json")
    first, *_ = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(first) == ["task", "example", "outcome", "sentence", "seconds", "first_token", "model", "engine"]
    assert first["outcome"] == "passed"


@pytest.mark.parametrize("name", ["report.xml", "REPORT.XML"])
def test_junits_xml_counts_failures_by_task(tmp_path: Path, name: str) -> None:
    write(ROWS, tmp_path / name)
    translation, generation = ElementTree.fromstring((tmp_path / name).read_bytes())  # noqa: S314  # our own
    assert (translation.get("tests"), translation.get("failures")) == ("1", "0")
    assert (generation.get("tests"), generation.get("failures")) == ("2", "2")
    case = generation.find("testcase")
    assert case is not None and case.get("classname") == "text-generation"
    failure = case.find("failure")
    assert failure is not None and failure.get("message") == LONG
