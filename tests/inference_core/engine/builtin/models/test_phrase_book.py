import itertools
from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import MiniLM
from inference_core.engine.builtin.models.phrase_book import MODEL, TranslationMemory
from inference_core.engine.builtin.text.language_codes import LANGUAGES
from inference_core.engine.builtin.text.phrase_book import PhraseBook
from inference_core.engine.contract import CannotAnswer


@pytest.fixture(scope="module")
def engine() -> TranslationMemory:
    engine = MODEL.load()
    assert isinstance(engine, TranslationMemory)
    return engine


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    from inference_core.engine.builtin.encoder.shared import shared_encoder

    return PhraseBook(shared_encoder())


def translate(engine: TranslationMemory, text: str, **parameters: Any) -> str:
    (row,) = engine.answer(msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body))
    translation: str = row["translation_text"]
    return translation


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("WHERE IS THE AIRPORT", "Wo ist der Flughafen?"),
        ("My name is Anneliese Graf", "Mein Name ist Anneliese Graf."),
        ("I'm thirsty! Can you help me?", "Ich habe Durst. Können Sie mir helfen?"),
        ("I’m 84 years old.", "Ich bin 84 Jahre alt."),
        ("Iceland", "Island"),
        ("wednesday", "Mittwoch"),
    ],
)
def test_english_becomes_german_by_default(engine: TranslationMemory, text: str, translation: str) -> None:
    assert translate(engine, text) == translation


@pytest.mark.parametrize(
    ("source", "target", "text", "translation"),
    [
        ("fr", "es", "ou est la gare", "¿Dónde está la estación de tren?"),
        ("deu_Latn", "eng_Latn", "Es regnet.", "It is raining."),
        ("es_XX", "de-DE", "Suiza", "Schweiz"),
        ("French", "English", "Je m'appelle Zoë", "My name is Zoë."),
        ("en", "fr", "October", "octobre"),
    ],
)
def test_languages_are_known_by_all_their_names(
    engine: TranslationMemory, source: str, target: str, text: str, translation: str
) -> None:
    assert translate(engine, text, src_lang=source, tgt_lang=target) == translation


def test_every_phrase_is_found_in_every_direction(engine: TranslationMemory, book: PhraseBook) -> None:
    values = {"name": "Nour", "number": "12"}
    for source, target in itertools.permutations(LANGUAGES, 2):
        meanings: dict[str, set[str]] = {}
        for phrase in book.phrases:
            meanings.setdefault(phrase[source], set()).add(phrase[target].format(**values))
        for text, translations in meanings.items():
            assert translate(engine, text.format(**values), src_lang=source, tgt_lang=target) in translations


def test_a_rewording_that_means_the_same_is_found(engine: TranslationMemory, book: PhraseBook) -> None:
    if book._encoder.name != MiniLM.name:
        pytest.skip("the encoder's files are not on this machine")
    assert translate(engine, "The kids are playing in the garden.") == "Die Kinder spielen im Garten."


@pytest.mark.parametrize(
    "text",
    [
        "I am not thirsty.",
        "She is tired.",
        "The door was open.",
        "Do not turn left.",
        "I am very cold.",
        "My sister lives in Dresden.",
        "My name is not known",
        "It is 1 o'clock.",
        "Purple elephants negotiate silently.",
    ],
)
def test_another_meaning_is_refused_however_close(engine: TranslationMemory, text: str) -> None:
    with pytest.raises(CannotAnswer, match="phrase book"):
        translate(engine, text)


def test_one_unknown_sentence_among_known_ones_is_named(engine: TranslationMemory) -> None:
    with pytest.raises(CannotAnswer, match="Marmalade orbits Saturn"):
        translate(engine, "Good night! Marmalade orbits Saturn.")


def test_spaces_before_punctuation_are_cleaned_up_on_demand(engine: TranslationMemory) -> None:
    french = {"src_lang": "en", "tgt_lang": "fr"}
    assert translate(engine, "What time is it?", **french).endswith("il ?")
    assert translate(engine, "What time is it?", clean_up_tokenization_spaces=True, **french).endswith("il?")


@pytest.mark.parametrize(
    ("text", "languages", "translation"),
    [
        ("Good morning!", {"tgt_lang": "es"}, "¡Buenos días!"),
        ("Wo ist der Bahnhof?", {"src_lang": "auto", "tgt_lang": "en"}, "Where is the train station?"),
        ("Wo ist der Bahnhof?", {"src_lang": "de"}, "Where is the train station?"),
        ("Where is the train station?", {"src_lang": "en"}, "Wo ist der Bahnhof?"),
    ],
)
def test_the_language_of_a_text_is_detected_and_a_target_assumed(
    engine: TranslationMemory, text: str, languages: dict[str, str], translation: str
) -> None:
    assert translate(engine, text, **languages) == translation


@pytest.mark.parametrize(
    ("text", "languages", "reason"),
    [
        ("Hello!", {"src_lang": "en", "tgt_lang": "ja"}, "'ja'"),
        ("Wo ist der Bahnhof?", {}, "looks German"),
        ("Dove si trova la stazione, per favore?", {}, "no translations for the language 'Italian'"),
    ],
)
def test_the_refusal_says_what_to_change(
    engine: TranslationMemory, text: str, languages: dict[str, str], reason: str
) -> None:
    with pytest.raises(CannotAnswer, match=reason):
        translate(engine, text, **languages)


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("WIE HEISSEN SIE?", "What is your name?"),
        ("Ich weiss es nicht.", "I do not know."),
        ("MEIN NAME IST GROSS.", "My name is GROSS."),
        ("Mein Name ist Weiß.", "My name is Weiß."),
    ],
)
def test_capital_letters_and_their_spelling_make_no_difference(
    engine: TranslationMemory, text: str, translation: str
) -> None:
    assert translate(engine, text, src_lang="DEUTSCH", tgt_lang="English") == translation
