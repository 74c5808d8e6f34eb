"""What a document points to is there: files and headings."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.documents import DOCUMENTS, anchors, links
from tests.support.processes import ROOT


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "CHANGELOG.md"], ids=lambda document: document.name)
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for target in links(document):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = document.parent / file if file else document
        assert path.is_file(), target
        assert not anchor or anchor in anchors(path), target


def test_the_readme_leads_to_every_document() -> None:
    assert {ROOT / target for target in links(DOCUMENTS[0])} >= set(DOCUMENTS[1:])


@cache
def paths() -> list[str]:
    folders = ("inference_core", "tasks", "tests", "deploy", "docs", ".ci")
    found = [*ROOT.iterdir(), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    return [f"/{path.relative_to(ROOT)}" for path in found]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_file_it_names_is_there(document: Path) -> None:
    quoted = re.findall(r"`([\w./-]+(?:/|\.(?:pyi?|toml|txt|md)))`", document.read_text(encoding="utf-8"))
    theirs = ("example.py", "NAME")  # what a reader writes
    named = {
        name.rstrip("/") for name in quoted if not name.startswith("/") and not any(part in name for part in theirs)
    }
    assert {name for name in named if not any(path.endswith(f"/{name}") for path in paths())} == set()
