"""Whatever a value is, its source text means that value."""

import ast
import json
import re
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.gallery.code.literals import JAVASCRIPT, JSON, PYTHON, WIDTH, written
from tests.support.node import NODE
from tests.support.snippets import HOSTILE

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
)
LONG = " ".join(f"word{number}" for number in range(60))
OFTEN = [*HOSTILE, LONG, f"{LONG}\n\n{LONG}\n", {"__proto__": LONG, "a-b": {}, "c": []}]


@given(VALUES)
def test_python_reads_it_as_it_was(value: Any) -> None:
    assert ast.literal_eval(written(value, PYTHON)) == value


@given(VALUES)
def test_json_reads_it_as_it_was(value: Any) -> None:
    assert json.loads(written(value, JSON)) == value


def test_javascript_reads_it_as_it_was() -> None:
    sources = ", ".join(written(value, JAVASCRIPT) for value in OFTEN)
    run = [NODE, "-e", f"console.log(JSON.stringify([{sources}]))"]
    assert json.loads(subprocess.run(run, capture_output=True, check=True, text=True).stdout) == OFTEN


@pytest.mark.parametrize("notation", [PYTHON, JAVASCRIPT, JSON])
@pytest.mark.parametrize("value", OFTEN, ids=repr)
def test_nothing_is_in_it_that_cannot_be_seen(value: Any, notation: Any) -> None:
    assert all(one.isprintable() or one == "\n" for one in written(value, notation))


@pytest.mark.parametrize("notation", [PYTHON, JAVASCRIPT])
def test_a_long_text_is_written_in_lines_that_end_with_a_word(notation: Any) -> None:
    lines = written({"text": LONG}, notation).splitlines()
    assert len(lines) > 5
    assert all(len(line) <= WIDTH for line in lines)
    assert not [line for line in lines if re.search(r'\w"', line) and "word59" not in line and "text" not in line]


def test_what_fits_on_a_line_is_on_one() -> None:
    assert written({"top_k": 3, "labels": ["a", "b"]}, PYTHON) == '{"top_k": 3, "labels": ["a", "b"]}'
    assert written({"top_k": 3, "labels": ["a", "b"]}, JAVASCRIPT) == '{ top_k: 3, labels: ["a", "b"] }'
