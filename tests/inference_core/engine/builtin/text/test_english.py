import pytest

from inference_core.engine.builtin.text.english import other_language, require_english
from inference_core.engine.contract import CannotAnswer


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Hund liegt nicht auf dem Sofa.", "German"),
        ("Les fleurs sont dans le vase.", "French"),
        ("El perro duerme en la cocina.", "Spanish"),
        ("The dog sleeps on the sofa.", None),
        ("They die in a war.", None),
        ("Los Angeles beat Las Vegas", None),
        ("Pizza!", None),
    ],
)
def test_little_words_tell_the_language(text: str, language: str | None) -> None:
    assert other_language(text) == language


@pytest.mark.parametrize("text", ["Привет, мир", "犬が寝ている", "Der Hund ist auf dem Sofa."])
def test_what_is_evidently_not_english_is_refused(text: str) -> None:
    with pytest.raises(CannotAnswer, match="English only"):
        require_english(text)


@pytest.mark.parametrize("text", ["42", ":-)", "naïve café", "Москва is cold"])
def test_what_may_be_english_passes(text: str) -> None:
    require_english(text)
