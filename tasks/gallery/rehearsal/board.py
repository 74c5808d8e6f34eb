"""What a rehearsal found, for people and for machines: lines in a terminal, JSON, and JUnit's XML."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from xml.etree import ElementTree

from inference_core import words
from tasks.gallery.numbers import written
from tasks.gallery.rehearsal.rehearsal import Row

_LONGEST_EXAMPLE, _LONGEST_SENTENCE = 40, 60


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """The board, a line per example; the words of one that is not right are not cut."""
    wide = max((len(row.task) for row in rows), default=0)
    for row in rows:
        example = shorten(row.example, _LONGEST_EXAMPLE, placeholder="…")
        said = shorten(row.sentence, _LONGEST_SENTENCE, placeholder="…") if row.is_right else row.sentence
        came = f"{words.text(f'rehearsal.outcomes.{row.outcome}'):10}  {row.task:{wide}}"
        yield f"{came}  {example:{_LONGEST_EXAMPLE}}  {row.seconds:6.2f} s  {row.model}  {said}"


def summary(rows: Sequence[Row], seconds: float) -> str:
    """The last line."""
    failed = sum(not row.is_right for row in rows)
    key = "some_failed" if failed else "all_passed"
    return words.text(f"rehearsal.{key}", failed=failed, count=len(rows), seconds=written(seconds, ".0f"))


def write(rows: Sequence[Row], file: Path) -> None:
    """Write the rows: JUnit's XML where the file's name ends in .xml, else JSON. Raises OSError."""
    file.write_text(_junit(rows) if file.suffix.lower() == ".xml" else _json(rows), encoding="utf-8")


def _json(rows: Sequence[Row]) -> str:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def _junit(rows: Iterable[Row]) -> str:
    suites = ElementTree.Element("testsuites")
    for task, of_task in groupby(rows, key=lambda row: row.task):
        cases = list(of_task)
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=task,
            tests=str(len(cases)),
            failures=str(sum(not row.is_right for row in cases)),
            time=f"{sum(row.seconds for row in cases):.3f}",
        )
        for row in cases:
            case = ElementTree.SubElement(
                suite, "testcase", classname=task, name=_printable(row.example), time=f"{row.seconds:.3f}"
            )
            if not row.is_right:
                ElementTree.SubElement(case, "failure", type=row.outcome, message=_printable(row.sentence))
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(one if one.isprintable() else " " for one in text)
