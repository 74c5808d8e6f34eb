"""What people type into the search of the front page, and the tasks whose cards hold it."""

import re
from html.parser import HTMLParser

import pytest

from tasks.gallery.front.front_page import front_page
from tasks.registry import Task, all_tasks

FOUND = {
    "sentiment": {"text-classification"},
    "emotion": {"text-classification"},
    "positive or negative": {"text-classification"},
    "classify a text": {"text-classification", "zero-shot-classification"},
    "translator": {"translation"},
    "spanish": {"translation"},
    "summarize": {"summarization"},
    "summarise": {"summarization"},
    "summary": {"summarization"},
    "tldr": {"summarization"},
    "chatbot": {"conversational"},
    "chatbots": {"conversational"},
    "embedding": {"feature-extraction"},
    "semantic search": {"feature-extraction", "sentence-similarity"},
    "paraphrase": {"sentence-similarity"},
    "fill in the blank": {"fill-mask"},
    "entities": {"token-classification"},
    "ner": {"token-classification"},
    "write a story": {"text-generation"},
    "topic": {"zero-shot-classification"},
    "faq": {"question-answering"},
    "sql": {"table-question-answering"},
    "excel": {"table-question-answering", "tabular-classification", "tabular-regression"},
    "forecast": {"tabular-regression"},
    "predict a category": {"tabular-classification"},
    "speech to text": {"automatic-speech-recognition"},
    "transcribe": {"automatic-speech-recognition"},
    "transcription": {"automatic-speech-recognition"},
    "dictation": {"automatic-speech-recognition"},
    "text to speech": {"text-to-speech"},
    "tts": {"text-to-speech"},
    "music": {"audio-classification"},
    "ocr": {"image-to-text"},
    "caption": {"image-to-text"},
    "image generation": {"text-to-image"},
    "text to image": {"text-to-image"},
    "image to text": {"image-to-text"},
    "photo editor": {"image-to-image"},
    "detect faces": {"object-detection"},
    "qr code": {"object-detection"},
    "remove background": {"image-segmentation"},
    "image recognition": {"image-classification"},
    "own categories": {"zero-shot-classification", "zero-shot-image-classification"},
    "pdf": {"document-question-answering"},
    "receipt": {"document-question-answering"},
    "vqa": {"visual-question-answering"},
}


class Cards(HTMLParser):
    """What finds each card's task."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "data-words" in given:
            self.words[given["data-task"]] = given["data-words"]


CARDS = Cards(front_page(all_tasks(), {})).words


@pytest.mark.parametrize(("typed", "found"), FOUND.items(), ids=list(FOUND))
def test_an_everyday_word_finds_its_task(typed: str, found: set[str]) -> None:
    assert {task for task, words in CARDS.items() if f" {typed}" in f" {words}"} == found


def test_every_task_is_found_by_an_everyday_word() -> None:
    assert set().union(*FOUND.values()) == {one.id for one in all_tasks()}


@pytest.mark.parametrize("one", all_tasks(), ids=lambda one: one.id)
def test_a_task_has_some_search_words_each_once_and_none_that_its_name_says(one: Task) -> None:
    assert 5 <= len(one.search_words) <= 12
    assert len(set(one.search_words)) == len(one.search_words)
    name = f" {one.verb} {one.title}".lower()
    assert [word for word in one.search_words if f" {word}" in name] == []


def test_search_words_are_as_they_are_typed() -> None:
    written = [word for one in all_tasks() for word in one.search_words]
    assert [word for word in written if not re.fullmatch(r"[a-z0-9&]+( [a-z0-9&]+)*", word)] == []
