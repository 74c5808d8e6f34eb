import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from inference_core.engine.builtin.models.name_lists import MODEL
from inference_core.engine.contract import CannotAnswer, Engine

ENGINE = MODEL.load()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return ENGINE


def rows(engine: Engine, text: str, **parameters: Any) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = engine.answer(
        msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body)
    )
    return answer


def names(engine: Engine, text: str) -> list[tuple[str, str]]:
    return [(row["entity_group"], row["word"]) for row in rows(engine, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Lovelace grew up near London.", [("PER", "Ada Lovelace"), ("LOC", "London")]),
        ("Trains from Nairobi to Mombasa run daily.", [("LOC", "Nairobi"), ("LOC", "Mombasa")]),
        (
            "Prof. Okonkwo left the University of Ibadan; Okonkwo now advises UNESCO.",
            [("PER", "Okonkwo"), ("ORG", "University of Ibadan"), ("PER", "Okonkwo"), ("ORG", "UNESCO")],
        ),
        ("The Norwegian ship crossed Lake Superior.", [("MISC", "Norwegian"), ("LOC", "Lake Superior")]),
        ("Peru's exports to South Korea grew.", [("LOC", "Peru"), ("LOC", "South Korea")]),
        (
            "Rossini Pasta Company hired Johann van der Meer.",
            [("ORG", "Rossini Pasta Company"), ("PER", "Johann van der Meer")],
        ),
    ],
)
def test_names_are_found_with_their_kind(engine: Engine, text: str, found: list[tuple[str, str]]) -> None:
    assert names(engine, text) == found


@pytest.mark.parametrize(
    "text",
    ["It rained all day on Tuesday.", "Will you mark the page in May?", "THE SHOP IS CLOSED", "OK, see the PDF."],
)
def test_ordinary_words_are_not_names(engine: Engine, text: str) -> None:
    assert names(engine, text) == []


def test_a_word_that_is_also_a_place_is_a_person_before_a_surname(engine: Engine) -> None:
    assert names(engine, "Jordan Ellis flew to Jordan.") == [("PER", "Jordan Ellis"), ("LOC", "Jordan")]


def test_a_name_known_by_its_shape_only_has_a_lower_score(engine: Engine) -> None:
    listed, guessed = rows(engine, "She moved from Madrid to Zworbeck.")
    assert listed["score"] > guessed["score"]


@given(
    some.text(alphabet=some.sampled_from("Ana Bo.'’-,\n\tÉß𝒜é7U_San Paul of\r\u00ad\u200f\u00a0\ufeffﬁＡ"), max_size=60)
)
@settings(max_examples=60, deadline=None)
def test_every_word_is_the_piece_of_text_it_points_to(ending: str) -> None:
    text = f"The dog that we saw in the garden is with them and not with us. {ending}"
    for strategy in ("none", "simple"):
        for row in rows(ENGINE, text, aggregation_strategy=strategy, ignore_labels=[]):
            assert row["word"] == text[row["start"] : row["end"]] != ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\ufeffParis and Ber\u00adlin", ["Paris", "Ber\u00adlin"]),
        ("He left New\u00a0York\u200f, then South\r\nKorea", ["New\u00a0York", "South\r\nKorea"]),
        ("He left \u2068New \u200eYork\u2069 for Guinea\u2011Bissau", ["New \u200eYork", "Guinea\u2011Bissau"]),
        ("Soﬁa is near Ｂｅｌｇｒａｄｅ", ["Soﬁa", "Ｂｅｌｇｒａｄｅ"]),
    ],
)
def test_a_name_is_found_however_it_is_set(engine: Engine, text: str, found: list[str]) -> None:
    assert [text[row["start"] : row["end"]] for row in rows(engine, text)] == found


def test_single_words_carry_their_place_in_the_name(engine: Engine) -> None:
    tagged = rows(engine, "Yesterday Helen Clark sang.", aggregation_strategy="none")
    places = [(row["entity"], row["word"], row["index"]) for row in tagged]
    assert places == [("B-PER", "Helen", 2), ("I-PER", "Clark", 3)]


def test_words_outside_names_come_when_nothing_is_ignored(engine: Engine) -> None:
    tagged = rows(engine, "Helen sang in Oslo", aggregation_strategy="none", ignore_labels=[])
    assert [row["entity"] for row in tagged] == ["B-PER", "O", "O", "B-LOC"]
    grouped = rows(engine, "Helen sang in Oslo", ignore_labels=[])
    assert [row["word"] for row in grouped] == ["Helen", "sang in", "Oslo"]


def test_an_ignored_label_is_left_out(engine: Engine) -> None:
    kept = rows(engine, "Helen sang in Oslo", ignore_labels=["LOC", "O"])
    assert [row["entity_group"] for row in kept] == ["PER"]


@pytest.mark.parametrize("word", ["Word ", "In ", "Dr. ", "John ", "a.b.c. "])
def test_a_long_text_is_read_in_good_time(engine: Engine, word: str) -> None:
    began = time.perf_counter()
    rows(engine, word * (50_000 // len(word)))
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("text", ["Αθήνα και Σπάρτη", "Ich war mit Helen in Oslo und Bergen."])
def test_another_language_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(CannotAnswer, match="English"):
        rows(engine, text)
