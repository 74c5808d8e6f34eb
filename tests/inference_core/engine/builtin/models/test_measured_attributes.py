from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_core.engine.builtin.models.measured_attributes import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.engine.server.request_body import BadRequest
from tests.support.media import bar_chart, drawn_face, drawn_page, json_with_file, noise_picture, qr_picture


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def judge(
    engine: Engine, picture: Image.Image, labels: list[str] | str, *, place: str = "inputs", **parameters: Any
) -> list[dict[str, Any]]:
    body = json_with_file(picture, place, parameters={"candidate_labels": labels, **parameters})
    found: list[dict[str, Any]] = engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))
    return found


def two_thirds_green() -> Image.Image:
    picture = Image.new("RGB", (300, 450), "#3d9a4e")
    picture.paste("#7a3fa0", (0, 0, 300, 150))
    return picture


def test_colours_rank_by_their_share_and_scores_sum_to_one(engine: Engine) -> None:
    found = judge(engine, two_thirds_green(), ["red", "purple", "a mostly green picture"])
    assert [item["label"] for item in found] == ["a mostly green picture", "purple", "red"]
    assert sum(item["score"] for item in found) == pytest.approx(1) and found[2]["score"] < 0.01
    assert all(type(item["score"]) is float for item in found)


@pytest.mark.parametrize(
    ("picture", "labels", "best"),
    [
        (bar_chart(), ["a photo", "a chart", "a document"], "a chart"),
        (drawn_page([(60, 80, "Quarterly notes"), (60, 150, "Bring the ladder")]), ["text", "no text"], "text"),
        (Image.new("RGB", (400, 300), "#dfe8f0"), ["dark", "bright"], "bright"),
        (noise_picture((90, 60), "L").convert("RGB"), ["black and white", "in colour"], "black and white"),
        (drawn_face(320), ["a face", "no face"], "a face"),
        (qr_picture("https://orchard.example/7"), ["a QR code", "a face"], "a QR code"),
        (two_thirds_green(), ["portrait", "landscape", "square"], "portrait"),
    ],
)
def test_each_measured_thing_can_be_a_label(engine: Engine, picture: Image.Image, labels: list[str], best: str) -> None:
    found = judge(engine, picture, labels)
    assert found[0]["label"] == best and found[0]["score"] > 0.7


def test_the_request_of_2023_is_understood(engine: Engine) -> None:
    assert judge(engine, two_thirds_green(), "green, purple", place="image") == judge(
        engine, two_thirds_green(), ["green", "purple"]
    )


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        (["cat", "car"], "'cat' and 'car'"),
        (["green", "meadow"], "'meadow'"),
        (["red car", "blue sky", "dark"], "'red car' and 'blue sky'"),
        (["a photo of a dog", "a photo"], "'a photo of a dog'"),
    ],
)
def test_labels_about_things_are_refused_by_name(engine: Engine, labels: list[str], named: str) -> None:
    with pytest.raises(CannotAnswer, match=f"cannot judge {named}, because it does not recognise objects"):
        judge(engine, two_thirds_green(), labels)


def test_where_no_label_is_true_none_wins(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="None of the labels"):
        judge(engine, two_thirds_green(), ["red", "yellow", "dark"])


def test_labels_that_mean_the_same_cannot_be_told_apart(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="cannot tell 'chart' and 'graph' apart"):
        judge(engine, bar_chart(), ["chart", "graph", "photo"])


def test_a_single_label_is_judged_on_its_own(engine: Engine) -> None:
    assert judge(engine, two_thirds_green(), ["red"])[0]["score"] < 0.05
    assert judge(engine, two_thirds_green(), ["green"])[0]["score"] > 0.9


def test_the_template_is_read_with_the_labels(engine: Engine) -> None:
    usual = judge(engine, bar_chart(), ["chart", "photo"])
    assert judge(engine, bar_chart(), ["chart", "photo"], hypothesis_template="This is a {}.") == usual
    with pytest.raises(CannotAnswer, match="cannot judge 'chart'"):
        judge(engine, bar_chart(), ["chart", "photo"], hypothesis_template="The dog beside the {}.")
    with pytest.raises(CannotAnswer, match="hypothesis_template"):
        judge(engine, bar_chart(), ["chart", "photo"], hypothesis_template="This is it.")


@pytest.mark.parametrize("labels", [[], "", " , ,"])
def test_labels_are_required(engine: Engine, labels: list[str] | str) -> None:
    with pytest.raises((BadRequest, CannotAnswer), match="candidate_labels"):
        judge(engine, two_thirds_green(), labels)


def test_a_picture_is_required(engine: Engine) -> None:
    body = b'{"parameters": {"candidate_labels": ["red", "blue"]}}'
    with pytest.raises(CannotAnswer, match="`inputs` is missing"):
        engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1)])
def test_the_smallest_pictures_still_have_a_colour_but_no_kind(engine: Engine, size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "red")
    assert judge(engine, picture, ["red", "face", "text", "QR code"])[0]["label"] == "red"
    with pytest.raises(CannotAnswer, match="too small"):
        judge(engine, picture, ["photo", "red"])


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    labels = ["chart", "text", "face", "dark", "QR code"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: judge(engine, bar_chart((400, 300)), labels), range(8)))
    assert all(answer == found[0] for answer in found)
