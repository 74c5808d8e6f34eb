from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from PIL import Image

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.rapidocr_minilm import (
    MODEL,
    DocumentQuestionAnswering,
    DocumentQuestionAnsweringParameters,
)
from inference_core.engine.builtin.vision.ocr import shared_reader
from inference_core.engine.builtin.vision.questions import QuestionAndPicture
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tests.support.media import drawn_page, noise_picture, picture_file

BILL = drawn_page(
    [
        *((60, 40, "Fjord Kayaks"), (60, 75, "Strandgade 8, 6700 Esbjerg"), (480, 40, "Receipt no. K-3310")),
        *((480, 75, "Date: 19 August 2026"), (60, 140, "Rented to"), (60, 170, "Ingrid Dahl")),
        *((60, 240, "Item"), (330, 240, "Hours"), (450, 240, "Price"), (60, 275, "Double kayak"), (340, 275, "3")),
        *((450, 275, "$45.00"), (60, 310, "Paddle"), (340, 310, "2"), (450, 310, "$7.00"), (330, 370, "Total due")),
        *((450, 370, "$52.00"), (60, 430, "Questions: rental@fjord.example, phone +45 75 55 01 20")),
    ]
)
CARD = drawn_page(
    [
        *((60, 40, "Owner"), (400, 40, "Breed"), (60, 66, "Pavel Horak"), (400, 66, "Beagle")),
        *((60, 140, "Chip number"), (400, 140, "Vaccinated on"), (60, 166, "203-9914"), (400, 166, "2025-02-11")),
    ]
)
LETTER = drawn_page(
    [
        *(
            (60, 40, "2 March 2027"),
            (60, 100, "Dear Mr. Osei,"),
            (60, 150, "the lift will be repaired on 9 March 2027."),
        ),
        *((60, 180, "During the work the entrance in Mill Street stays open."), (60, 240, "Yours sincerely,")),
        (60, 280, "Carla Bruni"),
    ]
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def ask(engine: Engine, question: str, page: Image.Image, **parameters: Any) -> list[dict[str, Any]]:
    known = msgspec.convert(parameters, DocumentQuestionAnsweringParameters)
    asked = QuestionAndPicture(question, Upload(picture_file(page), Limits()))
    found: list[dict[str, Any]] = engine.answer(MODEL.tasks[0].body(inputs=asked, parameters=known))
    return found


@pytest.mark.parametrize(
    ("page", "question", "answer"),
    [
        (BILL, "What is the receipt number?", "K-3310"),
        (BILL, "How much is due in total?", "$52.00"),
        (BILL, "What is the price of the paddle?", "$7.00"),
        (BILL, "For how many hours was the double kayak rented?", "3"),
        (BILL, "Who was it rented to?", "Ingrid Dahl"),
        (BILL, "What is the e-mail address?", "rental@fjord.example"),
        (BILL, "What is the phone number?", "+45 75 55 01 20"),
        (BILL, "What is the address of the company?", "Strandgade 8, 6700 Esbjerg"),
        (CARD, "Who is the owner of the dog?", "Pavel Horak"),
        (CARD, "When was it vaccinated?", "2025-02-11"),
        (CARD, "What is the chip number?", "203-9914"),
        (LETTER, "Who wrote the letter?", "Carla Bruni"),
        (LETTER, "Who is the letter addressed to?", "Mr. Osei"),
        (LETTER, "When will the lift be repaired?", "9 March 2027"),
    ],
)
def test_the_answer_is_read_from_the_page(engine: Engine, page: Image.Image, question: str, answer: str) -> None:
    (found,) = ask(engine, question, page)
    assert found["answer"] == answer
    assert type(found["score"]) is float and 0.5 <= found["score"] < 1


def test_the_answer_says_where_it_is(engine: Engine) -> None:
    (found,) = ask(engine, "What is the chip number?", CARD)
    assert found["words"] == [found["start"]] == [found["end"]]
    (box,) = found["boxes"]
    assert 45 < box["xmin"] <= 62 and 155 < box["ymin"] <= 170 and 140 < box["xmax"] < 180 and 180 < box["ymax"] < 200
    assert all(type(side) is int for side in box.values())


def test_an_answer_in_several_rows_has_a_box_for_each(engine: Engine) -> None:
    page = drawn_page(
        [(60, 40, "Deliver to"), (60, 70, "Ada Kern"), (60, 100, "Birkenweg 5"), (60, 130, "8400 Winterthur")]
    )
    (found,) = ask(engine, "Where should it be delivered?", page)
    assert found["answer"] == "Birkenweg 5, 8400 Winterthur" and len(found["boxes"]) == 2
    assert found["end"] - found["start"] + 1 == len(found["words"]) == 4


@pytest.mark.parametrize(
    "question", ["What is the passport number?", "Who painted the Mona Lisa?", "How tall is the tower?"]
)
def test_what_the_page_does_not_say_is_refused_or_answered_with_nothing(engine: Engine, question: str) -> None:
    with pytest.raises(CannotAnswer, match="does not seem to contain an answer"):
        ask(engine, question, CARD)
    (empty,) = ask(engine, question, CARD, handle_impossible_answer=True)
    assert (empty["answer"], empty["words"], empty["boxes"]) == ("", [], []) and empty["score"] > 0.5


@pytest.mark.parametrize(
    "page", [Image.new("RGB", (1, 1)), Image.new("RGB", (400, 300), "white"), noise_picture((90, 60))]
)
def test_a_picture_without_text_is_refused(engine: Engine, page: Image.Image) -> None:
    with pytest.raises(CannotAnswer, match="No text was found"):
        ask(engine, "What is the total?", page)


def test_several_answers_differ_and_come_best_first(engine: Engine) -> None:
    found = ask(engine, "What is the price?", BILL, top_k=3)
    assert 2 <= len(found) <= 3 and len({tuple(item["words"]) for item in found}) == len(found)
    assert [item["score"] for item in found] == sorted((item["score"] for item in found), reverse=True)


def test_answers_longer_than_asked_for_are_left_out(engine: Engine) -> None:
    assert ask(engine, "Who was it rented to?", BILL, max_answer_len=2)[0]["answer"] == "Ingrid Dahl"
    with pytest.raises(CannotAnswer, match="raise `max_answer_len`"):
        ask(engine, "What is the phone number?", BILL, max_answer_len=1)


def test_words_that_were_recognized_elsewhere_are_used_as_they_are(engine: Engine) -> None:
    words = [["Ferry:", [100, 100, 200, 150]], ["Aurora", [220, 100, 330, 150]], ["Deck:", [100, 300, 190, 350]]]
    words.append(["B", [220, 300, 240, 350]])
    (found,) = ask(engine, "What is the name of the ferry?", Image.new("RGB", (500, 1000)), word_boxes=words)
    assert (found["answer"], found["start"]) == ("Aurora", 1)
    assert found["boxes"] == [{"xmin": 110, "ymin": 100, "xmax": 165, "ymax": 150}]


@pytest.mark.parametrize("unknown", [{"doc_stride": 1}, {"lang": "fr"}, {"word_boxes": [["x", [0, 0, 1001, 9]]]}])
def test_parameters_without_a_meaning_here_are_refused(engine: Engine, unknown: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        ask(engine, "What is the chip number?", CARD, **unknown)


def test_question_and_picture_can_stand_at_the_root_and_both_are_required(engine: Engine) -> None:
    upload = Upload(picture_file(CARD), Limits())
    assert engine.answer(MODEL.tasks[0].body(question="Which breed is it?", image=upload))[0]["answer"] == "Beagle"
    with pytest.raises(CannotAnswer, match="missing"):
        engine.answer(MODEL.tasks[0].body(image=upload))


def test_it_answers_alike_from_several_threads(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(engine, "What is the chip number?", CARD), range(8)))
    assert all(answer == answers[0] for answer in answers)


def test_without_the_encoder_shared_words_must_do() -> None:
    engine = DocumentQuestionAnswering(shared_reader(), WordHashing())
    assert "word-hashing" in engine.name
    assert ask(engine, "What is the chip number?", CARD)[0]["answer"] == "203-9914"
    with pytest.raises(CannotAnswer, match="does not seem to contain an answer"):
        ask(engine, "Who painted the Mona Lisa?", CARD)
