from inference_core.engine.builtin.lexical.keywords import keywords, words


def test_plural_and_tense_do_not_hide_a_match() -> None:
    assert keywords("cities visited") == keywords("city visits")
    assert keywords("It stopped calling") == keywords("they stop the calls")


def test_function_words_are_not_keywords() -> None:
    assert keywords("What is the name of the ferry?") == keywords("name, ferry")


def test_words_are_at_their_offsets() -> None:
    text = "The café's lights"
    assert [text[word.start : word.end] for word in words(text)] == ["The", "café", "s", "lights"]
    assert [bool(word.stem) for word in words(text)][:2] == [False, True]


def test_words_that_only_look_alike_are_not_matched() -> None:
    for one, other in (("plane", "plans"), ("files", "fills"), ("tel", "tells"), ("wav", "waves")):
        assert not keywords(one) & keywords(other)
