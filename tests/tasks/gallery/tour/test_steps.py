"""The list of a tour: what fills in the tasks, and the sentence for each mistake in the file."""

from pathlib import Path

import pytest

from inference_core import words
from tasks.gallery.tour.steps import DEFAULT, UnusableTour, filled_in, in_language, read_tour, tour_of
from tasks.registry import all_tasks

TASKS = {task.id: task for task in all_tasks()}
TRANSLATE, CLASSIFY, TABLE = (
    f'[[step]]\ntask = "{task}"\n' for task in ("translation", "image-classification", "tabular-classification")
)


def filled(tmp_path: Path, text: str) -> list[dict[str, str]]:
    """What the steps of this file fill in."""
    file = tmp_path / "tour.toml"
    file.write_text(text, encoding="utf-8")
    return [filled_in(step, TASKS[step.task]) for step in read_tour(file, all_tasks())]


def test_the_tour_that_comes_along_lasts_five_minutes_and_has_words_in_every_language() -> None:
    steps = read_tour(DEFAULT, all_tasks())
    assert 240 <= sum(step.seconds for step in steps) <= 300
    for step in steps:
        for text in (step.line, step.say):
            assert isinstance(text, dict) and text.keys() == set(words.LANGUAGES)
        assert filled_in(step, TASKS[step.task])


def test_a_step_is_an_example_or_values_or_both(tmp_path: Path) -> None:
    example, values, both, table = filled(
        tmp_path,
        """
        [[step]]
        task = "visual-question-answering"
        example = 2
        [[step]]
        task = "translation"
        inputs = { text = "Bread & butter = 100%", tgt_lang = "de" }
        model = "acme/model"
        [[step]]
        task = "zero-shot-classification"
        example = 1
        inputs = { candidate_labels = ["a", "b"] }
        [[step]]
        task = "tabular-classification"
        inputs = { table = { a = ["1", "2"] } }
        """,
    )
    assert example == {"example": "1", "question": "What is the main colour?"}
    assert values == {"text": "Bread & butter = 100%", "tgt_lang": "de", "model": "acme/model"}
    assert both["candidate_labels"] == "a, b" and both["example"] == "0" and "central bank" in both["text"]
    assert table == {"table": '{"headers": ["a"], "data": [["1"], ["2"]]}'}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "missing required field `step`"),
        ("step = []", "it has no step"),
        ("[[step", "is no tour"),
        ("[[step]]\nexample = 1", "missing required field `task`"),
        ('[[step]]\ntask = "translation"\nexampel = 1', "unknown field `exampel`"),
        ('[[step]]\ntask = "poetry"\nexample = 1', "step 1: there is no task poetry."),
        ('[[step]]\ntask = "translation"', "step 1: it needs an example or inputs."),
        ('[[step]]\ntask = "translation"\nexample = 9', "has the examples 1 to 3, not 9"),
        ('[[step]]\ntask = "translation"\nexample = 0', "has the examples 1 to 3, not 0"),
        ('[[step]]\ntask = "translation"\ninputs = {words = "a"}', "has no input words; it has text, src_lang, tgt"),
        (f'{TRANSLATE}inputs = {{text = ["a"]}}', "step 1: text: this is no value for it."),
        (f'{TRANSLATE}inputs = {{text = "a"}}\nseconds = nan', "its seconds are no time."),
        (f'{CLASSIFY}inputs = {{image = "cat.png"}}', "image: this is no value for it."),
        (f'{CLASSIFY}inputs = {{top_k = "two", function_to_apply = "max"}}', "top_k, function_to_apply: this is no"),
        (f'{TABLE}inputs = {{table = {{a = ["1", "2"], b = ["3"]}}}}', "table: this is no value for it."),
        (f"{TABLE}inputs = {{table = {{a = [1]}}}}", "table: this is no value for it."),
        (f"{TABLE}inputs = {{table = {{}}}}", "table: this is no value for it."),
        (f"{TABLE}inputs = {{table = 2026-01-01}}", "table: this is no value for it."),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UnusableTour) as raised:
        filled(tmp_path, text)
    assert sentence in str(raised.value)


def test_a_file_that_cannot_be_read_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "tour.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SystemExit, match="is no tour"):
        tour_of(str(file), all_tasks())


def test_a_text_is_in_the_readers_language_or_else_in_any() -> None:
    assert in_language("for all") == "for all" and in_language({}) == ""
    assert in_language({"de": "nur deutsch"}) == "nur deutsch"
    with words.in_language("de"):
        assert in_language({"en": "one", "de": "eins"}) == "eins"
