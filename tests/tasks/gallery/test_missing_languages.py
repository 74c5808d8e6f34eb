"""What the page says of a language that a model does not have."""

import pytest

from tasks.gallery.languages import LANGUAGES
from tasks.gallery.missing_languages import missing_language

FOUR = ["en", "de", "fr", "es"]


@pytest.mark.parametrize("picked", ["it", "IT", "it-CH", "it_IT", " it "])
def test_a_missing_language_is_named_with_those_that_there_are(picked: str) -> None:
    said = "“From”: this model has English, German, French and Spanish, not Italian."
    assert missing_language("From", FOUR, picked) == said


@pytest.mark.parametrize("picked", ["", "en", "de-AT", "fr_XX", "eng_Latn", "ita_Latn", "Italiano", "🏴"])
def test_nothing_is_said_of_what_it_has_or_what_only_the_model_can_know(picked: str) -> None:
    assert missing_language("From", FOUR, picked) == ""


def test_nothing_is_said_of_a_model_that_does_not_list_its_languages() -> None:
    assert missing_language("From", [], "it") == ""


def test_one_language_and_many_are_listed_too() -> None:
    assert missing_language("To", ["en"], "it") == "“To”: this model has English, not Italian."
    many = [code for code in LANGUAGES if code != "it"]
    said = missing_language("To", many, "it")
    assert said.endswith(f"Hebrew and {len(many) - 12} more, not Italian.") and "Arabic, Bulgarian" in said
    assert missing_language("To", ["en", "tlh"], "it") == "“To”: this model has English and tlh, not Italian."
