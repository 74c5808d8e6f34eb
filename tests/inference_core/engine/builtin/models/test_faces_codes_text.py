from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_core.engine.builtin.models.faces_codes_text import MODEL
from inference_core.engine.builtin.vision.detection import ObjectDetectionParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tests.support.media import drawn_face, drawn_page, noise_picture, picture_file, qr_picture


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def detect(engine: Engine, picture: Image.Image, **parameters: Any) -> list[dict[str, Any]]:
    upload = Upload(picture_file(picture), Limits())
    found: list[dict[str, Any]] = engine.answer(
        MODEL.tasks[0].body(inputs=upload, parameters=ObjectDetectionParameters(**parameters))
    )
    return found


def badge() -> Image.Image:
    page = drawn_page([(60, 30, "Visitor 4711"), (60, 520, "Wear it where it can be seen")], (900, 600), 26)
    page.paste(drawn_face(260), (80, 140))
    page.paste(qr_picture("https://gate.example/4711"), (600, 200))
    return page


def test_faces_codes_and_text_are_found_where_they_are_surest_first(engine: Engine) -> None:
    found = detect(engine, badge())
    assert sorted(item["label"] for item in found) == ["QR code", "face", "text", "text"]
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True) and all(type(score) is float and 0 < score <= 1 for score in scores)
    boxes = {item["label"]: item["box"] for item in found}
    assert 600 <= boxes["QR code"]["xmin"] <= 620 and 200 <= boxes["QR code"]["ymin"] <= 220
    assert 80 < boxes["face"]["xmin"] < boxes["face"]["xmax"] < 340
    assert all(type(side) is int for box in boxes.values() for side in box.values())


def test_what_a_code_says_stays_in_it(engine: Engine) -> None:
    assert "gate.example" not in repr(detect(engine, badge()))


def test_a_turned_code_is_found_too(engine: Engine) -> None:
    page = Image.new("RGB", (500, 500), "white")
    page.paste(qr_picture("turned").rotate(25, expand=True, fillcolor="white"), (120, 120))
    assert [item["label"] for item in detect(engine, page)] == ["QR code"]


def test_the_threshold_leaves_out_what_is_less_sure(engine: Engine) -> None:
    assert {item["label"] for item in detect(engine, badge(), threshold=1.0)} == {"QR code"}


@pytest.mark.parametrize(
    "picture",
    [
        noise_picture((640, 480)),
        Image.new("RGB", (500, 300), "navy"),
        Image.new("RGB", (16, 2000)),
        noise_picture((16, 16)),
    ],
)
def test_where_none_of_its_objects_is_nothing_is_found(engine: Engine, picture: Image.Image) -> None:
    assert detect(engine, picture) == []


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (400, 15)])
def test_a_picture_too_small_to_see_anything_is_refused(engine: Engine, size: tuple[int, int]) -> None:
    with pytest.raises(CannotAnswer, match="too few to see anything"):
        detect(engine, Image.new("RGB", size))


def test_it_answers_alike_from_several_threads(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: detect(engine, badge()), range(8)))
    assert all(answer == answers[0] for answer in answers)
