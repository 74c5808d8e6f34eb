import pytest

from inference_core.engine.builtin.lexical.stop import StopSequences


def read(pieces: list[str], sequences: list[str]) -> tuple[str, bool]:
    stops = StopSequences(sequences)
    text = ""
    for piece in pieces:
        text += stops.until_stop(piece)
        if stops.reached:
            break
    return text, stops.reached


@pytest.mark.parametrize(
    ("pieces", "sequences", "text"),
    [
        ([" red", " green", " blue"], ["green"], " red green"),
        ([" red", " green", " blue"], ["d g"], " red g"),
        (["a", "b", "c", "d", "e"], ["bcd"], "abcd"),
        ([" red", " green"], ["een", "gre"], " red gre"),
        ([" over", "."], ["."], " over."),
    ],
)
def test_the_text_ends_behind_the_sequence_that_ends_first(pieces: list[str], sequences: list[str], text: str) -> None:
    assert read(pieces, sequences) == (text, True)


def test_a_text_without_the_sequence_stays_whole() -> None:
    assert read(["ab", "ab", "a"], ["bb", "aab"]) == ("ababa", False)


def test_without_sequences_nothing_stops() -> None:
    assert read(["one", " two"], []) == ("one two", False)
