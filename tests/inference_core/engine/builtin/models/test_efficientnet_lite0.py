import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from PIL import Image

from inference_core.engine.builtin.models.efficientnet_lite0 import MODEL
from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.vision.classification import ImageClassificationParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tasks.samples import sample
from tests.support.media import huge_png, picture_file


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def classify(engine: Engine, content: bytes | None = None, **parameters: Any) -> list[dict[str, Any]]:
    body = MODEL.tasks[0].body(
        inputs=Upload(content or sample("lion.jpg").read_bytes(), Limits()),
        parameters=msgspec.convert(parameters, ImageClassificationParameters),
    )
    found: list[dict[str, Any]] = engine.answer(body)
    return found


def test_five_labels_come_best_first(engine: Engine) -> None:
    found = classify(engine)
    assert found[0]["label"] == "lion" and found[0]["score"] > 0.8 and len(found) == 5
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True) and all(type(score) is float for score in scores)


def test_the_caller_says_how_many_labels(engine: Engine) -> None:
    assert [item["label"] for item in classify(engine, top_k=1)] == ["lion"]
    everything = classify(engine, top_k=5000)
    assert len(everything) == 1000 and sum(item["score"] for item in everything) == pytest.approx(1)


def test_function_to_apply_is_honoured(engine: Engine) -> None:
    raw = classify(engine, function_to_apply="none")
    sigmoid = classify(engine, function_to_apply="sigmoid", top_k=2)
    assert sigmoid[1]["score"] == pytest.approx(1 / (1 + math.exp(-raw[1]["score"])))
    softmax = classify(engine, function_to_apply="softmax")
    assert softmax[0]["score"] / softmax[1]["score"] == pytest.approx(math.exp(raw[0]["score"] - raw[1]["score"]))


def test_a_photo_of_many_megapixels_is_named(engine: Engine) -> None:
    with Image.open(sample("lion.jpg")) as lion:
        large = picture_file(lion.convert("RGB").resize((7000, 5000)), "JPEG")
    assert classify(engine, large)[0]["label"] == "lion"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (sample("chart.png").read_bytes(), "looks like a chart"),
        (sample("tower.jpg").read_bytes(), "not sure"),
        (huge_png(), "pixels"),
        (b"no picture", "not a picture|PNG"),
        (sample("lion.jpg").read_bytes()[:3000], "damaged"),
        (picture_file(Image.new("RGB", (3000, 1), "red")), "too small or too narrow"),
    ],
)
def test_what_it_cannot_name_is_refused(engine: Engine, content: bytes, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        classify(engine, content)


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(lambda _: [item["label"] for item in classify(engine, top_k=3)], range(8))
    assert first[0] == "lion" and all(other == first for other in others)


def test_other_weights_are_not_loaded(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from inference_core.engine.builtin.imagenet import classes

    monkeypatch.setattr(classes.EFFICIENTNET_FILES.__class__, "find", lambda self: None)
    with pytest.raises(FileNotFoundError, match="EfficientNet-Lite0"):
        loaded_once(classes.shared_photo_classes.__wrapped__)()
