import pytest

from inference_core.engine.builtin.lexical.words import words_of


def texts(text: str, *, joined_by: str = "", marks: str = "", folded: bool = False) -> list[str]:
    return [word.text for word in words_of(text, joined_by=joined_by, marks=marks, folded=folded)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("?! _ -", []),
        ("Ein Café in Łódź", ["Ein", "Café", "in", "Łódź"]),
        ("犬が 寝ている", ["犬が", "寝ている"]),
        ("don't well-known a_b", ["don", "t", "well", "known", "a", "b"]),
    ],
)
def test_letters_and_digits_of_any_script_make_words(text: str, words: list[str]) -> None:
    assert texts(text) == words


def test_what_joins_stays_between_letters_only() -> None:
    assert texts("a well-known 'dog' isn’t - here-", joined_by="'-") == ["a", "well-known", "dog", "isn't", "here"]


def test_marks_are_words_where_they_do_not_join() -> None:
    assert texts("B&W, black & white.", joined_by="&", marks="&,.") == ["B&W", ",", "black", "&", "white", "."]


def test_a_folded_word_still_points_to_its_place() -> None:
    text = "Große CAFÉS’"
    assert texts(text, folded=True) == ["grosse", "cafés"]
    assert [text[word.start : word.end] for word in words_of(text, folded=True)] == ["Große", "CAFÉS"]
