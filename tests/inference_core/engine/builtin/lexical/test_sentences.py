import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core.engine.builtin.lexical.sentences import split_sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


def test_sentences_end_at_stops_exclamations_and_questions() -> None:
    assert texts("It rained. Really? Yes! Then it stopped") == ["It rained.", "Really?", "Yes!", "Then it stopped"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Dr. Alvarez met Mrs. Okafor at St. Mary's.",
        "The rate rose by 3.5 percent to 1.2 million.",
        "J. K. Rowling and George R. R. Martin write.",
        "See Fig. 4 and No. 12 for details.",
        "Bring fruit, e.g. apples, i.e. something sweet.",
        "The U.S. Navy left at 5 p.m. on Friday.",
        "1. Mix the flour.",
        "He visited example.com yesterday.",
        '"Stop!" he shouted.',
        "Wait... what happened?",
        "A line\nthat wraps.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert texts(sentence) == [sentence]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert texts('She said "No." Then she left. (It was late.) He stayed.') == [
        'She said "No."',
        "Then she left.",
        "(It was late.)",
        "He stayed.",
    ]


def test_an_abbreviation_can_end_a_sentence() -> None:
    assert texts("He lives in the U.S. The others moved to Spain.") == [
        "He lives in the U.S.",
        "The others moved to Spain.",
    ]


def test_blank_lines_and_list_items_end_a_sentence() -> None:
    assert texts("Shopping list\n\nBuy:\n- two lemons\n- milk\n1. go home") == [
        "Shopping list",
        "Buy:",
        "- two lemons",
        "- milk",
        "1. go home",
    ]


def test_chinese_and_japanese_need_no_space() -> None:
    assert texts("今日は雨です。明日は晴れます！本当？") == ["今日は雨です。", "明日は晴れます！", "本当？"]


@given(st.text(alphabet="aB1 .!?\n\"'()é。-U", max_size=60))
def test_offsets_point_into_the_text_and_nothing_is_lost(text: str) -> None:
    sentences = split_sentences(text)
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in sentences)
    assert "".join("".join(sentence.text.split()) for sentence in sentences) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(sentences))


@pytest.mark.parametrize("piece", ["word ", ".", "\n", "J. ", "- \n", "?! "])
def test_a_hundred_kilobytes_of_anything_are_split_quickly(piece: str) -> None:
    started = time.perf_counter()
    split_sentences(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 5
