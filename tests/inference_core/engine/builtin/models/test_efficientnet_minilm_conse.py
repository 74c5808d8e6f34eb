from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_core.engine.builtin.models import measured_attributes
from inference_core.engine.builtin.models.efficientnet_minilm_conse import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.media.pictures import decode_picture, upright_rgb
from tasks.samples import sample
from tests.support.media import bar_chart, json_with_file, noise_picture


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def judge(engine: Engine, picture: str | Image.Image, labels: list[str] | str, **parameters: Any) -> dict[str, float]:
    shown = picture if isinstance(picture, Image.Image) else upright_rgb(decode_picture(sample(picture).read_bytes()))
    body = json_with_file(shown, "inputs", parameters={"candidate_labels": labels, **parameters})
    found = engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))
    return {item["label"]: item["score"] for item in found}


@pytest.mark.parametrize(
    ("picture", "labels", "best"),
    [
        ("lion.jpg", ["a bus", "a lion", "a tiger"], "a lion"),
        ("lion.jpg", ["a plant", "a vehicle", "an animal"], "an animal"),
        ("cheetah1.jpg", ["a lion", "a cheetah"], "a cheetah"),
        ("flower.jpg", ["a car", "a house", "a flower"], "a flower"),
        ("china.jpg", ["a car", "a beach", "a temple"], "a temple"),
    ],
)
def test_the_nearest_label_comes_first_and_scores_sum_to_one(
    engine: Engine, picture: str, labels: list[str], best: str
) -> None:
    found = judge(engine, picture, labels)
    assert next(iter(found)) == best and found[best] > 0.6
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert sum(found.values()) == pytest.approx(1) and all(type(score) is float for score in found.values())


def test_a_template_is_read_with_the_labels(engine: Engine) -> None:
    found = judge(engine, "lion.jpg", "a bus, a lion", hypothesis_template="In this picture you can see {}.")
    assert next(iter(found)) == "a lion"
    with pytest.raises(CannotAnswer, match="hypothesis_template"):
        judge(engine, "lion.jpg", ["a bus", "a lion"], hypothesis_template="This is it.")


def test_a_single_label_is_judged_on_its_own(engine: Engine) -> None:
    assert judge(engine, "lion.jpg", ["a lion"])["a lion"] > 0.95
    assert judge(engine, "lion.jpg", ["a tiger"])["a tiger"] == 0
    assert judge(engine, "lion.jpg", ["a guitar"])["a guitar"] < 0.3


@pytest.mark.parametrize(
    ("picture", "labels", "why"),
    [
        ("lion.jpg", ["a bus", "a guitar"], "None of the labels is near"),
        ("tower.jpg", ["a dog", "a car"], "None of the labels is near"),
        ("lion.jpg", ["a lion", "a woman"], "does not judge 'a woman', because it knows no people"),
        ("lion.jpg", ["a lion", "red"], "judges 'a lion' by what the picture shows and 'red' by measuring it"),
        (bar_chart(), ["a lion", "a bus"], "looks like a chart, and this model knows only photos"),
        (noise_picture((300, 200)), ["a lion", "a bus"], "noise"),
        (Image.new("RGB", (300, 200), "navy"), ["a lion", "a bus"], "blank"),
        (Image.new("RGB", (1, 1), "navy"), ["a lion", "a bus"], "too small"),
    ],
)
def test_where_it_could_only_guess_it_refuses(
    engine: Engine, picture: str | Image.Image, labels: list[str], why: str
) -> None:
    with pytest.raises(CannotAnswer, match=why):
        judge(engine, picture, labels)


@pytest.mark.parametrize(
    "label",
    ["two Adults", "Ladies", "teenagers", "males", "the females", "babies", "businesswomen", "a gentleman", "toddlers"],
)
def test_labels_about_people_are_refused_in_singular_and_plural(engine: Engine, label: str) -> None:
    with pytest.raises(CannotAnswer, match=f"does not judge '{label}', because it knows no people"):
        judge(engine, "lion.jpg", ["a lion", label])


def test_a_class_named_after_people_is_judged(engine: Engine) -> None:
    found = judge(engine, "lion.jpg", ["a lion", "an infant bed", "yellow lady's slipper", "Granny Smith"])
    assert next(iter(found)) == "a lion"


def test_a_fruit_with_the_name_of_a_colour_is_a_thing_among_things(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="None of the labels is near"):
        judge(engine, "lion.jpg", ["orange", "banana"])


@pytest.mark.parametrize(
    ("picture", "labels"),
    [
        ("lion.jpg", ["a photo", "a document"]),
        (bar_chart(), ["a chart", "a photo"]),
        (bar_chart(), ["white", "red"]),
        (bar_chart(), ["text"]),
    ],
)
def test_labels_about_what_can_be_measured_are_measured(
    engine: Engine, picture: str | Image.Image, labels: list[str]
) -> None:
    assert judge(engine, picture, labels) == judge(measured_attributes.MODEL.load(), picture, labels)


def test_a_hundred_labels_are_judged_and_more_refused(engine: Engine) -> None:
    labels = [f"a thing of kind {number}" for number in range(99)]
    assert next(iter(judge(engine, "lion.jpg", [*labels, "a lion"]))) == "a lion"
    with pytest.raises(CannotAnswer, match="100"):
        judge(engine, "lion.jpg", ",".join([*labels, "a lion", "a tiger"]))


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(lambda _: judge(engine, "lion.jpg", ["a lion", "a cat", "a bus"]), range(8))
    assert all(other == pytest.approx(first, abs=1e-4) for other in others)
