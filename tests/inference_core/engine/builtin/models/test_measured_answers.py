import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_core.engine.builtin.models.measured_answers import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.engine.server.request_body import BadRequest
from tasks.samples import sample
from tests.support.media import bar_chart, drawn_face, drawn_page, json_with_file, picture_file, qr_picture


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def ask(engine: Engine, question: str, picture: Image.Image, **parameters: Any) -> list[dict[str, Any]]:
    body = json_with_file(picture, "image", question=question, parameters=parameters)
    found: list[dict[str, Any]] = engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))
    return found


def ticket() -> Image.Image:
    page = drawn_page([(60, 40, "Ferry ticket 8812"), (60, 520, "Boarding from pier four")], (900, 600), 28)
    page.paste(drawn_face(260), (80, 160))
    page.paste(qr_picture("https://ferry.example/8812"), (600, 200))
    return page


def tricolour() -> Image.Image:
    picture = Image.new("RGB", (600, 300), "#17325e")
    picture.paste("#b3202c", (60, 60, 360, 240))
    picture.paste("#f4d35e", (400, 60, 540, 240))
    return picture


@pytest.mark.parametrize(
    ("picture", "question", "answer"),
    [
        (tricolour(), "What is the main colour?", "blue"),
        (tricolour(), "What color is the background of the image?", "blue"),
        (tricolour(), "Is there any yellow in the picture?", "yes"),
        (tricolour(), "Is the image mostly yellow?", "no"),
        (tricolour(), "Is the background white?", "no"),
        (tricolour(), "Is the picture more red or more yellow?", "red"),
        (tricolour(), "Is it black and white?", "no"),
        (tricolour(), "Is the picture in colour?", "yes"),
        (tricolour(), "Is this a colourful image?", "yes"),
        (tricolour(), "Is it dark or bright?", "neither dark nor bright"),
        (Image.new("RGB", (90, 60), "#20253a"), "Is it dark or bright?", "dark"),
        (Image.new("RGB", (90, 60), "#e9edf5"), "How bright is the photo?", "bright"),
        (tricolour(), "Is it bright?", "no"),
        (tricolour(), "Is the photo in portrait or landscape orientation?", "landscape"),
        (tricolour(), "Is the picture taller than wide?", "no"),
        (tricolour(), "What are the dimensions of the image?", "600 x 300 pixels"),
        (tricolour(), "How wide is the picture?", "600 pixels"),
        (tricolour(), "What is the height of the picture?", "300 pixels"),
        (tricolour(), "How many pixels does the image have?", "180000"),
        (tricolour(), "Is there any text?", "no"),
        (tricolour(), "How many faces can you see?", "0"),
        (bar_chart(), "What kind of picture is this?", "chart"),
        (bar_chart(), "Is it a photo or a chart?", "chart"),
        (bar_chart(), "Is this a photograph?", "no"),
        (ticket(), "What does it say?", "Ferry ticket 8812 Boarding from pier four"),
        (ticket(), "How many words are there?", "7"),
        (ticket(), "How many lines of text are there?", "2"),
        (ticket(), "Is there text in the picture?", "yes"),
        (ticket(), "How many faces are there?", "1"),
        (ticket(), "Is there a face?", "yes"),
        (ticket(), "Is there a person in the picture?", "yes"),
        (ticket(), "How many people are there?", "at least 1"),
        (ticket(), "Is there a QR code?", "yes"),
    ],
)
def test_what_can_be_measured_is_answered(engine: Engine, picture: Image.Image, question: str, answer: str) -> None:
    found = ask(engine, question, picture)
    assert found[0]["answer"] == answer
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True) and all(type(score) is float and 0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    "question",
    [
        "What breed is the dog?",
        "Who painted this?",
        "What colour is the car?",
        "Is the person on the ticket happy?",
        "How many boats are there?",
        "What does the sign on the pier say?",
    ],
)
def test_questions_about_what_is_shown_are_refused_with_what_can_be_asked(engine: Engine, question: str) -> None:
    with pytest.raises(CannotAnswer, match="does not understand this question, or cannot see what it is about"):
        ask(engine, question, ticket())


@pytest.mark.parametrize(("question", "answer"), [("What animal is this?", "lion"), ("Is this a tiger?", "no")])
def test_what_a_photo_surely_shows_is_answered(engine: Engine, question: str, answer: str) -> None:
    with Image.open(sample("lion.jpg")) as lion:
        assert ask(engine, question, lion.convert("RGB"))[0]["answer"] == answer
        assert len(ask(engine, "What is this?", lion.convert("RGB"), top_k=3)) == 3
    with pytest.raises(CannotAnswer, match="knows only photos"):
        ask(engine, question, ticket())


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("What does the text say?", "No text was found"),
        ("Is anyone there?", "No face was found"),
        ("Is it more purple or pink?", "hardly any of these colours"),
    ],
)
def test_what_the_picture_does_not_say_is_refused(engine: Engine, question: str, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        ask(engine, question, tricolour())


def test_a_background_of_many_colours_has_none(engine: Engine) -> None:
    picture = Image.new("RGB", (400, 400), "white")
    for index, colour in enumerate(("red", "green", "blue", "black")):
        picture.paste(colour, (100 * index, 0, 100 * index + 100, 400))
    with pytest.raises(CannotAnswer, match="no single colour"):
        ask(engine, "What colour is the background?", picture)


def test_top_k_limits_the_answers(engine: Engine) -> None:
    everything = ask(engine, "What are the main colours?", tricolour())
    assert [item["answer"] for item in everything] == ["blue", "red", "yellow"]
    assert ask(engine, "What are the main colours?", tricolour(), top_k=2) == everything[:2]


def test_all_shapes_of_requests_are_understood(engine: Engine) -> None:
    question = "What is the dominant colour?"
    file = base64.b64encode(picture_file(tricolour())).decode()
    bodies = [
        {"question": question, "image": file},
        {"inputs": {"question": question, "image": file}},
        {"inputs": file, "question": question, "image": file, "parameters": {}},
    ]
    answers = [engine.answer(parse_task_body(json.dumps(body).encode(), MODEL.tasks[0], Limits())) for body in bodies]
    assert answers[0] == answers[1] == answers[2] and answers[0][0]["answer"] == "blue"


def test_the_question_and_the_picture_are_required(engine: Engine) -> None:
    for body in (b'{"question": "Is it dark?"}', json_with_file(tricolour(), "image")):
        with pytest.raises(CannotAnswer, match="missing"):
            engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))
    with pytest.raises(BadRequest, match="question is empty"):
        ask(engine, "  ", tricolour())


def test_unknown_parameters_are_refused_by_name(engine: Engine) -> None:
    with pytest.raises(BadRequest, match="temperature"):
        ask(engine, "Is it dark?", tricolour(), temperature=1)


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1)])
def test_the_smallest_pictures_are_measured_as_far_as_they_go(engine: Engine, size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "black")
    assert ask(engine, "Is the picture dark?", picture)[0]["answer"] == "yes"
    assert ask(engine, "Is there any text?", picture)[0]["answer"] == "no"
    assert ask(engine, "How many faces are there?", picture)[0]["answer"] == "0"
    assert ask(engine, "Is there a QR code?", picture)[0]["answer"] == "no"
    with pytest.raises(CannotAnswer, match="too small"):
        ask(engine, "What kind of picture is this?", picture)


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    picture = ticket().resize((450, 300))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ask(engine, "What does it say?", picture), range(8)))
    assert all(answer == found[0] for answer in found)
