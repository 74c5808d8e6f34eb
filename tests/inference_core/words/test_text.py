"""The catalogue of words: a key and a language give a sentence."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from inference_core import words


def keys_below(key: str) -> Iterator[str]:
    """The keys below a key that have words."""
    names = words.names(key)
    if "en" in names:
        yield key
    else:
        for name in names:
            yield from keys_below(f"{key}.{name}")


def test_a_key_gives_its_english_words() -> None:
    assert words.text("models.sound_kinds.can").startswith("Tells speech, music")


def test_a_language_without_a_column_falls_back_to_english() -> None:
    assert words.text("models.sound_kinds.can", "tlh") == words.text("models.sound_kinds.can")


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
