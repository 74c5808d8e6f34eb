import tomllib
from pathlib import Path

import pytest

from inference_core.engine.builtin.text.english import other_language, require_english
from inference_core.engine.contract import CannotAnswer

SENTENCES = {
    language: text.strip().splitlines()
    for language, text in tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8")).items()
}
FOREIGN = [(language, text) for language in SENTENCES if language != "English" for text in SENTENCES[language]]
NEIGHBOURS = ({"Danish", "Norwegian", "Swedish"}, {"Indonesian", "Malay"}, {"Dutch", "Afrikaans"})


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Hund liegt nicht auf dem Sofa.", "German"),
        ("Les fleurs sont dans le vase.", "French"),
        ("El perro duerme en la cocina.", "Spanish"),
        ("The dog sleeps on the sofa.", None),
        ("They die in a war.", None),
        ("Los Angeles beat Las Vegas", None),
        ("De hond slaapt op de bank.", "Dutch"),
        ("Il gatto dorme sul divano.", "Italian"),
        ("CE TRAIN NE PART PAS.", "French"),
        ("Johann van der Meer", None),
        ("Pizza!", None),
        ("Guten Morgen", None),
        ("", None),
    ],
)
def test_a_few_words_tell_the_language(text: str, language: str | None) -> None:
    assert other_language(text) == language


@pytest.mark.parametrize("text", ["Привет, мир", "犬が寝ている", "Der Hund ist auf dem Sofa."])
def test_what_is_evidently_not_english_is_refused(text: str) -> None:
    with pytest.raises(CannotAnswer, match="only English"):
        require_english(text)


@pytest.mark.parametrize("text", ["42", ":-)", "naïve café", "Москва is cold"])
def test_what_may_be_english_passes(text: str) -> None:
    require_english(text)


def test_no_english_sentence_is_taken_for_another_language() -> None:
    """Names from all over the world, slang and fragments are among them."""
    assert len(SENTENCES["English"]) >= 100
    assert not [(text, other_language(text)) for text in SENTENCES["English"] if other_language(text)]


def test_short_sentences_in_seventeen_languages_are_known_not_to_be_english() -> None:
    assert len(FOREIGN) >= 150
    missed = [text for _, text in FOREIGN if other_language(text) is None]
    assert len(missed) <= 2, missed


def test_the_language_named_is_the_right_one_or_its_neighbour() -> None:
    named = [(language, other_language(text)) for language, text in FOREIGN]
    assert sum(language == guess for language, guess in named) >= 0.93 * len(named)
    wrong = [(language, guess) for language, guess in named if guess not in (None, language)]
    assert sum(not any({language, guess} <= kin for kin in NEIGHBOURS) for language, guess in wrong) <= 2, wrong
