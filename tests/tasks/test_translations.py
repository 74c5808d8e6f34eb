"""What tasks declare has its German, and none of it is left over."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import tasks.translations
from inference_core import words
from tasks.gallery.languages import LANGUAGES
from tasks.registry import Domain, Task, all_tasks
from tasks.translations import searched, translated

GERMAN = tomllib.loads((Path(tasks.translations.__file__).parent / "de.toml").read_text(encoding="utf-8"))
SAME = {"Audio", "Multimodal", "Text", "Labels", "Prompt", "Hindi", "Thai"}
API_NAME = set("abcdefghijklmnopqrstuvwxyz_")
"""A label of these alone is the name of the API's parameter, which is what people look up."""


def declared(task: Task) -> Iterator[str]:
    yield from (task.title, task.verb, task.summary)
    for field in (one.field for one in (*task.inputs, *task.parameters)):
        given = (getattr(field, name, "") for name in ("label", "info", "placeholder", "empty"))
        yield from (text for text in given if text and not set(text) <= API_NAME)


ALL = {*(text for task in all_tasks() for text in declared(task)), *(one.value for one in Domain), *LANGUAGES.values()}


@pytest.mark.parametrize("text", sorted(ALL))
def test_every_text_of_a_task_is_said_in_german(text: str) -> None:
    assert text in GERMAN["texts"]
    assert (GERMAN["texts"][text] == text) == (text in SAME)


def test_nothing_is_translated_that_no_task_says() -> None:
    assert set(GERMAN["texts"]) <= ALL
    assert set(GERMAN["search_words"]) == {task.verb for task in all_tasks()}


def test_a_text_is_said_in_the_language_of_who_is_answered() -> None:
    assert (translated("Question"), searched("Ask a table")) == ("Question", ())
    with words.in_language("de"):
        assert translated("Question") == "Frage" and "Summe" in searched("Ask a table")
        assert translated("of a task that somebody else declared") == "of a task that somebody else declared"
