import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from PIL import Image, ImageDraw

from inference_core.engine.builtin.models.picture_kinds import MODEL
from inference_core.engine.builtin.vision.classification import ImageClassificationParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tests.support.media import bar_chart, drawn_page, noise_picture, photo_like, picture_file, window_screenshot

LETTER = [(90, 120 + 44 * row, "The committee thanks all members for the reports they sent in.") for row in range(20)]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def classify(engine: Engine, picture: Image.Image, kind: str = "PNG", **parameters: Any) -> list[dict[str, Any]]:
    body = MODEL.tasks[0].body(
        inputs=Upload(picture_file(picture, kind), Limits()),
        parameters=msgspec.convert(parameters, ImageClassificationParameters),
    )
    found: list[dict[str, Any]] = engine.answer(body)
    return found


def house() -> Image.Image:
    picture = Image.new("RGB", (640, 480), "#9fd3f5")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 480), (0, 350), (200, 300), (420, 360), (640, 310), (640, 480)], fill="#5fae4b")
    draw.rectangle((220, 220, 400, 400), fill="#f2d6a2", outline="black", width=5)
    draw.polygon([(190, 225), (310, 110), (430, 225)], fill="#c23b2e", outline="black", width=5)
    draw.ellipse((500, 40, 590, 130), fill="#ffd93b", outline="black", width=5)
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_kinds_of_pictures_are_told_apart(engine: Engine, kind: str) -> None:
    pictures = {
        "document": drawn_page(LETTER, (900, 1270), 26),
        "chart": bar_chart(),
        "screenshot": window_screenshot(),
        "drawing": house(),
        "photo": photo_like(),
    }
    found = {name: classify(engine, picture, kind)[0]["label"] for name, picture in pictures.items()}
    assert found == {name: name for name in pictures}


def test_five_labels_come_best_first_and_scores_sum_to_one(engine: Engine) -> None:
    found = classify(engine, house())
    assert {item["label"] for item in found} == {"photo", "drawing", "document", "screenshot", "chart"}
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1)
    assert all(type(score) is float for score in scores)


def test_top_k_and_function_to_apply_are_honoured(engine: Engine) -> None:
    raw = classify(engine, bar_chart(), function_to_apply="none")
    sigmoid = classify(engine, bar_chart(), function_to_apply="sigmoid", top_k=2)
    assert len(sigmoid) == 2
    assert sigmoid[0]["score"] == pytest.approx(1 / (1 + math.exp(-raw[0]["score"])))
    softmax = classify(engine, bar_chart(), function_to_apply="softmax")
    assert softmax[0]["score"] / softmax[1]["score"] == pytest.approx(math.exp(raw[0]["score"] - raw[1]["score"]))


def test_the_size_of_a_picture_hardly_matters(engine: Engine) -> None:
    assert classify(engine, bar_chart().resize((2400, 1800)))[0]["label"] == "chart"


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (Image.new("RGB", (400, 300), "white"), "blank"),
        (Image.new("RGB", (400, 300), "black"), "blank"),
        (noise_picture((300, 300)), "noise"),
        (Image.new("RGB", (1, 1), "red"), "too small"),
        (Image.new("RGB", (3000, 1), "red"), "too small or too narrow"),
    ],
)
def test_where_there_is_nothing_to_see_no_kind_is_named(engine: Engine, picture: Image.Image, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        classify(engine, picture)


def test_unknown_parameters_are_refused_by_name() -> None:
    with pytest.raises(msgspec.ValidationError, match="threshold"):
        msgspec.convert({"threshold": 0.5}, ImageClassificationParameters)


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: classify(engine, house()), range(8)))
    assert all(answer == found[0] for answer in found)
