from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.minilm_spans import MODEL, QuestionAnswering
from inference_core.engine.contract import CannotAnswer, Engine

ORCHARD = (
    "The orchard at Linden Farm has 640 apple trees and a few old pears. Agnes Holm planted the first rows in 1954 "
    "after returning from Canada. Her grandson runs the farm today and sells cider at the market in Skive every "
    "Saturday. In May the blossom attracts thousands of visitors. A litre of cider costs 6 euros."
)
PROBE = (
    "The probe Kestrel was launched from Kourou on 3 March 2031.\n\nIt reached the asteroid Ilma after a journey of "
    "six years. The samples landed in Australia in August 2039. The mission was led by Dr. Rosa Lindqvist. "
    "It was nearly cancelled because its budget had doubled."
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def ask(engine: Engine, question: str, context: str, **parameters: Any) -> Any:
    body = {"inputs": {"question": question, "context": context}, "parameters": parameters}
    return engine.answer(msgspec.convert(body, MODEL.tasks[0].body))


@pytest.mark.parametrize(
    ("context", "question", "answer"),
    [
        (ORCHARD, "How many apple trees are there?", "640"),
        (ORCHARD, "Who planted the first rows?", "Agnes Holm"),
        (ORCHARD, "How much does a litre of cider cost?", "6 euros"),
        (PROBE, "When was Kestrel launched?", "3 March 2031"),
        (PROBE, "How long was the journey to the asteroid?", "six years"),
        (PROBE, "Why was the mission nearly cancelled?", "its budget had doubled"),
    ],
)
def test_the_answer_is_found_where_it_says(engine: Engine, context: str, question: str, answer: str) -> None:
    found = ask(engine, question, context)
    assert answer in found["answer"] and len(found["answer"]) <= len(answer) + 5
    assert context[found["start"] : found["end"]] == found["answer"]
    assert type(found["score"]) is float and 0 < found["score"] < 1


@pytest.mark.parametrize("space", ["\u00a0", "\r\n", "\n", "\t", "\u2009", "\u200f ", " \u200b"])
def test_the_answer_is_found_however_the_context_is_set(engine: Engine, space: str) -> None:
    context = ("\ufeff" + ORCHARD).replace(" ", space).replace("Agnes", "Ag\u00adnes")
    found = ask(engine, "Who planted the first rows?", context)
    assert context[found["start"] : found["end"]] == found["answer"] == f"Ag\u00adnes{space}Holm"


def test_a_question_without_a_rule_is_answered_with_the_whole_sentence(engine: Engine) -> None:
    found = ask(engine, "Is the blossom an attraction for visitors?", ORCHARD)
    assert found["answer"] == "In May the blossom attracts thousands of visitors."


def test_several_answers_come_best_first_and_differ(engine: Engine) -> None:
    found = ask(engine, "When was the probe launched and when did it land?", PROBE, top_k=3)
    assert 2 <= len(found) <= 3
    assert [item["score"] for item in found] == sorted((item["score"] for item in found), reverse=True)
    assert len({(item["start"], item["end"]) for item in found}) == len(found)
    assert all(PROBE[item["start"] : item["end"]] == item["answer"] for item in found)


def test_answers_longer_than_asked_for_are_left_out(engine: Engine) -> None:
    question = "Is the blossom an attraction for visitors?"
    with pytest.raises(CannotAnswer, match="raise `max_answer_len`"):
        ask(engine, question, ORCHARD, max_answer_len=2)
    assert len(ask(engine, "Who planted the first rows?", ORCHARD, max_answer_len=2)["answer"].split()) <= 2


@pytest.mark.parametrize(
    ("context", "question"),
    [
        (ORCHARD, "Which language is spoken in Brazil?"),
        (ORCHARD, "Who won the world cup in 1998?"),
        (PROBE, "What is the recipe for pancakes?"),
    ],
)
def test_a_context_without_the_answer_is_refused_or_gives_an_empty_one(
    engine: Engine, context: str, question: str
) -> None:
    with pytest.raises(CannotAnswer, match="does not seem to contain an answer"):
        ask(engine, question, context)
    empty = ask(engine, question, context, handle_impossible_answer=True)
    assert (empty["answer"], empty["start"], empty["end"]) == ("", 0, 0) and empty["score"] > 0.5


def test_a_long_context_is_searched_to_its_end() -> None:
    engine = QuestionAnswering(WordHashing())
    context = "The sky was grey that day. " * 3000 + PROBE
    assert ask(engine, "Who led the mission?", context)["answer"].endswith("Rosa Lindqvist")
    with pytest.raises(CannotAnswer, match="add full stops"):
        ask(engine, "Who led the mission?", "words without end " * 500)


@pytest.mark.parametrize("unknown", ["doc_stride", "align_to_words"])
def test_parameters_without_a_meaning_here_are_refused_by_name(engine: Engine, unknown: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=unknown):
        ask(engine, "Who led the mission?", PROBE, **{unknown: 1})


def test_the_fallback_says_so_and_still_answers_and_refuses() -> None:
    engine = QuestionAnswering(WordHashing())
    assert engine.name == "span rules in the nearest sentence on word-hashing fallback (no encoder files)"
    assert ask(engine, "Who planted the first rows?", ORCHARD)["answer"] == "Agnes Holm"
    with pytest.raises(CannotAnswer, match="does not seem to contain an answer"):
        ask(engine, "How deep is the Pacific Ocean?", ORCHARD)
