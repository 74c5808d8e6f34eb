"""The catalogue of words: a key and a language give a sentence."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from inference_core import words

FOLDER = Path(words.__file__).parent


def keys_below(key: str) -> Iterator[str]:
    """The keys below a key that have words."""
    names = words.names(key)
    if "en" in names:
        yield key
    else:
        for below in (f"{key}.{name}" for name in names):
            yield from keys_below(below) if words.is_known(below) else ()


def arguments(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


ALL = [key for file in sorted(FOLDER.glob("*.toml")) for key in keys_below(file.stem)]
SAME = {
    "arguments.values.hindi",
    "arguments.values.thai",
    *(f"batch.columns.{name}" for name in ("label", "score", "text", "json")),
    *(f"calendar.months.{name}" for name in ("april", "august", "september", "november")),
    *(f"code.languages.{name}" for name in ("python", "async", "huggingface_hub", "openai", "javascript", "curl")),
    "code.panel.title",
    "errors.field_wrong.cause",
    "errors.no_file_from_url.cause",
    "history.said.seconds",
    "page.backends.hosted.badge",
    "page.front.made_by",
    "page.front.seconds",
    "page.site.name",
    "results.csv.is",
    "results.parts.part",
    *(f"results.{of}.{name}" for of in ("scores", "regions") for name in ("label", "score")),
    "results.vectors.text",
    "run.facts.seconds",
}
"""Keys whose words are names, units, or the same word in German."""


def test_a_key_gives_its_english_words() -> None:
    assert words.text("models.sound_kinds.can").startswith("Tells speech, music")


def test_a_language_without_a_column_falls_back_to_english() -> None:
    with words.in_language("tlh"):
        klingon = words.text("models.sound_kinds.can")
    assert klingon == words.text("models.sound_kinds.can")


def test_tasks_and_threads_that_start_in_a_language_speak_it() -> None:
    async def said() -> list[str]:
        with words.in_language("de"):
            started = asyncio.create_task(_now())
        return [await started, await _now(), await asyncio.to_thread(words.language)]

    assert asyncio.run(said()) == ["de", "en", "en"]


async def _now() -> str:
    return words.language()


@pytest.mark.parametrize("key", ALL)
def test_every_text_is_in_every_language_with_the_same_arguments(key: str) -> None:
    english, german = (words.template(key, language) for language in ("en", "de"))
    assert words.is_known(key) and "de" in words.names(key)
    assert arguments(english) == arguments(german)


@pytest.mark.parametrize("key", ALL)
def test_only_names_are_the_same_in_german(key: str) -> None:
    english, german = (words.template(key, language) for language in ("en", "de"))
    has_words = re.search(r"\w", re.sub(r"{\w+}", "", english))
    assert (english == german) == (key in SAME) or not has_words


@pytest.mark.parametrize("key", ["models.sound_kinds.smell", "models.sound_kinds", "models", "nothing.at.all"])
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(KeyError, match=key):
        words.text(key)


def test_every_model_has_all_its_words_as_plain_sentences() -> None:
    for name in words.names("models"):
        for part in ("is", "can", "cannot"):
            assert words.text(f"models.{name}.{part}").endswith("."), (name, part)


@pytest.mark.parametrize("key", list(keys_below("models")))
def test_the_words_about_models_need_no_arguments(key: str) -> None:
    placeholders: list[Any] = [field for _, field, _, _ in Formatter().parse(words.text(key)) if field is not None]
    assert placeholders == []
