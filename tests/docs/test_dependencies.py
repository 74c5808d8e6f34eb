"""docs/dependencies.md: every package and every sample is there, with where it comes from."""

import re
from pathlib import Path

from tasks.registry import all_tasks
from tests.support.documents import DEPENDENCIES, table_below
from tests.support.processes import ROOT


def listed_below(heading: str) -> set[str]:
    """The packages of a table that have a licence and a purpose."""
    rows = table_below(DEPENDENCIES, heading)
    return {name for row in rows for name in row[0].split(", ") if row[1] and row[2]}


def required_by(file: str) -> set[str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return set(re.findall(r"^([\w-]+)(?:\[\w+\])?(?:[~=<>]=?.*)?$", text, re.MULTILINE))


def test_every_dependency_is_in_the_table_of_packages_with_a_licence() -> None:
    required = required_by("requirements.txt") | required_by("requirements-offline.txt")
    optional = required_by("requirements-pretrained.txt") | required_by("requirements-cluster.txt")
    assert {"torch", "ray"} <= optional
    assert listed_below("Packages") == required | optional


def test_every_package_of_the_tests_is_in_their_table_with_a_licence() -> None:
    assert listed_below("Packages of the tests") == required_by("tests/requirements.txt") - {"gradio"}


def test_every_sample_is_named_with_its_source() -> None:
    named = {
        name for row in table_below(DEPENDENCIES, "Samples") for name in re.findall(r"`([^`]+)`", row[0]) if row[1]
    }
    used = {
        value.name for task in all_tasks() for example in task.examples for value in example if isinstance(value, Path)
    }
    assert used - named == set()
