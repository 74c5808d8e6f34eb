"""Tasks: what a declaration says, and that a file in the package is all a task needs."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Literal

import gradio as gr
import pytest

import tasks
from inference_core.media.inputs import Media
from tasks.fields import Choice, Number, Previous, Text, Words
from tasks.gallery.backend import Backend
from tasks.gallery.inputs import argument, example_value, widget
from tasks.gallery.page import build_page
from tasks.registry import Domain, Task, all_tasks, task
from tasks.views import LabelScores, PlainText

TASKS = {
    "audio-classification": "Audio Classification",
    "automatic-speech-recognition": "Automatic Speech Recognition",
    "conversational": "Conversational",
    "document-question-answering": "Document Question Answering",
    "feature-extraction": "Feature Extraction",
    "fill-mask": "Fill-Mask",
    "image-classification": "Image Classification",
    "image-segmentation": "Image Segmentation",
    "image-to-image": "Image-to-Image",
    "image-to-text": "Image-to-Text",
    "object-detection": "Object Detection",
    "question-answering": "Question Answering",
    "sentence-similarity": "Sentence Similarity",
    "summarization": "Summarization",
    "table-question-answering": "Table Question Answering",
    "tabular-classification": "Tabular Classification",
    "tabular-regression": "Tabular Regression",
    "text-classification": "Text Classification",
    "text-generation": "Text Generation",
    "text-to-image": "Text-to-Image",
    "text-to-speech": "Text-to-Speech",
    "token-classification": "Token Classification",
    "translation": "Translation",
    "visual-question-answering": "Visual Question Answering",
    "zero-shot-classification": "Zero-Shot Classification",
    "zero-shot-image-classification": "Zero-Shot Image Classification",
}

ECHO = '''
from typing import Annotated
from tasks.fields import Text
from tasks.registry import Domain, task
from tasks.views import PlainText

@task(title="Echo", verb="Repeat a text", search_words="parrot", domain=Domain.LANGUAGE, examples=[["hello"]])
async def echo(client, words: Annotated[str, Text("Words")]) -> PlainText:
    """Say the same again."""
    return PlainText(words)
'''


@task(title="Naming", verb="Name a thing", search_words="call, give a name", domain=Domain.VISION, examples=[["a cat"]])
async def naming_things(
    client: object,
    thing: Annotated[str, Text("Thing")],
    before: Annotated[list[str], Previous()],
    *,
    count: Annotated[int | None, Number("How many", 1, 9)] = None,
    order: Annotated[Literal["up", "down"] | None, Choice("Which way")] = None,
) -> AsyncIterator[LabelScores]:
    """Name a thing.

    More about it.
    """
    yield LabelScores({})


@task(title="Once", verb="Answer once", search_words="single", domain=Domain.AUDIO, examples=[])
async def once(client: object, words: Annotated[list[str], Words("Words")]) -> PlainText:
    """Answer at once."""
    return PlainText("")


def test_the_function_name_is_the_task_id_and_the_api_name() -> None:
    assert (naming_things.id, naming_things.api_name) == ("naming-things", "naming_things")
    assert naming_things.page == "https://huggingface.co/tasks/naming-things"


def test_positional_parameters_are_inputs_and_keyword_only_ones_are_parameters() -> None:
    assert [one.name for one in naming_things.inputs] == ["thing", "before"]
    assert [one.name for one in naming_things.user_inputs] == ["thing"]
    assert [one.name for one in naming_things.parameters] == ["count", "order"]


def test_a_parameter_knows_its_type_its_field_and_whether_it_is_required() -> None:
    thing, count = naming_things.inputs[0], naming_things.parameters[0]
    assert (thing.type, thing.field, thing.is_required) == (str, Text("Thing"), True)
    assert (count.type, count.field, count.is_required) == (int | None, Number("How many", 1, 9), False)


def test_the_return_annotation_is_the_view_whether_it_streams_or_not() -> None:
    assert (naming_things.view, naming_things.streams) == (LabelScores, True)
    assert (once.view, once.streams) == (PlainText, False)


def test_the_docstring_is_the_description() -> None:
    assert naming_things.description == "Name a thing.\n\nMore about it."


def test_search_words_are_given_with_commas_between() -> None:
    assert naming_things.search_words == ("call", "give a name")


def test_every_task_of_the_guide_is_there_under_its_title() -> None:
    assert {one.id: one.title for one in all_tasks()} == TASKS


def test_tasks_come_by_domain_and_then_by_title() -> None:
    order = [(list(Domain).index(one.domain), one.title) for one in all_tasks()]
    assert order == sorted(order)


def test_every_task_says_what_one_can_do_with_it_in_words_of_its_own() -> None:
    verbs = [one.verb for one in all_tasks()]
    assert len(set(verbs)) == len(verbs)
    for one in all_tasks():
        assert one.verb[0].isupper() and one.verb[-1].isalpha() and 1 < len(one.verb.split()) < 7, one.verb
        assert one.verb.lower() != one.title.lower()


def test_three_tasks_are_shown_first() -> None:
    assert sorted(one.featured for one in all_tasks() if one.featured is not None) == [1, 2, 3]


async def test_one_more_file_is_one_more_tab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "echo.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.setattr(tasks, "__path__", [*tasks.__path__, str(tmp_path)])
    try:
        found = all_tasks.__wrapped__()
    finally:
        sys.modules.pop("tasks.echo", None)
    assert {one.id for one in found} - {one.id for one in all_tasks()} == {"echo"}
    assert "Echo" in titles_of_tabs(found)


def titles_of_tabs(found: tuple[Task, ...]) -> set[str]:
    async def nobody() -> None: ...

    page = build_page(found, Backend("server", nobody, nobody))
    return {block.label for block in page.blocks.values() if isinstance(block, gr.Tab)}


@pytest.mark.parametrize("one", all_tasks(), ids=lambda one: one.id)
def test_a_task_is_described_and_has_examples_that_its_fields_take(one: Task) -> None:
    assert one.description.endswith(".")
    assert len(one.examples) >= 2
    for example in one.examples:
        for parameter, value in zip(one.user_inputs, example, strict=True):
            component = widget(parameter, no_download)
            shown = component.preprocess(as_sent(component, example_value(parameter.field, value)))
            assert content(argument(parameter, shown)) == content(value)


def content(value: object) -> object:
    return value.read_bytes() if isinstance(value, Path) else value


async def no_download(url: str) -> Media:
    raise AssertionError(f"{url} was downloaded")


def as_sent(component: gr.components.Component, value: object) -> object:
    """A component's value as the browser sends it back."""
    processed = component.postprocess(value)
    return component.data_model(**processed.model_dump()) if component.data_model else processed
