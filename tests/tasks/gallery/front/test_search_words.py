"""The words that find a task on the front page; `tests/browser/test_search.py` types them."""

import re

import pytest

from tasks.registry import Task, all_tasks


@pytest.mark.parametrize("one", all_tasks(), ids=lambda one: one.id)
def test_a_task_has_some_search_words_each_once_and_none_that_its_name_says(one: Task) -> None:
    assert 5 <= len(one.search_words) <= 20
    assert len(set(one.search_words)) == len(one.search_words)
    name = f" {one.verb} {one.title}".lower()
    assert [word for word in one.search_words if f" {word}" in name] == []


def test_search_words_are_as_they_are_typed() -> None:
    written = [word for one in all_tasks() for word in one.search_words]
    assert [word for word in written if not re.fullmatch(r"[a-z0-9&]+( [a-z0-9&]+)*", word)] == []
