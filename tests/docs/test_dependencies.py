"""docs/dependencies.md: every package and every sample is there, with where it comes from."""

import re
from pathlib import Path

from tasks.registry import all_tasks
from tests.support.documents import DEPENDENCIES, table_below
from tests.support.processes import ROOT


def test_every_dependency_is_in_the_table_of_packages_with_a_licence() -> None:
    listed = {name for row in table_below(DEPENDENCIES, "Packages") for name in row[0].split(", ") if row[1] and row[2]}
    required = set()
    for file in ("requirements.txt", "requirements-offline.txt"):
        required |= set(re.findall(r"^([\w-]+)(?:\[\w+\])?[~=<>]=?", (ROOT / file).read_text(), re.MULTILINE))
        required |= set(re.findall(r"^(\w+)$", (ROOT / file).read_text(), re.MULTILINE))
    assert listed == required


def test_every_sample_is_named_with_its_source() -> None:
    named = {
        name for row in table_below(DEPENDENCIES, "Samples") for name in re.findall(r"`([^`]+)`", row[0]) if row[1]
    }
    used = {
        value.name for task in all_tasks() for example in task.examples for value in example if isinstance(value, Path)
    }
    assert used - named == set()
