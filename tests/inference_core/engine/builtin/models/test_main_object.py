import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_core.engine.builtin.models.main_object import MODEL
from inference_core.engine.builtin.vision.segmentation import ImageSegmentationParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tasks.samples import sample
from tests.support.media import bar_chart, noise_picture, picture_file


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def cut(engine: Engine, picture: str | bytes = "lion.jpg", **parameters: Any) -> list[dict[str, Any]]:
    content = sample(picture).read_bytes() if isinstance(picture, str) else picture
    found: list[dict[str, Any]] = engine.answer(
        MODEL.tasks[0].body(inputs=Upload(content, Limits()), parameters=ImageSegmentationParameters(**parameters))
    )
    return found


def mask(item: dict[str, Any]) -> np.ndarray:
    picture = Image.open(io.BytesIO(base64.b64decode(item["mask"])))
    assert (picture.format, picture.mode) == ("PNG", "L")
    return np.asarray(picture)


def lion(size: tuple[int, int] | None = None) -> Image.Image:
    with Image.open(sample("lion.jpg")) as picture:
        return picture.convert("RGB").resize(size or picture.size)


def test_the_head_of_a_lion_is_cut_out_and_the_rock_is_not(engine: Engine) -> None:
    (part,) = cut(engine)
    assert part["label"] == "lion" and part["score"] > 0.8 and type(part["score"]) is float
    inside = mask(part) / 255
    assert set(np.unique(inside)) == {0, 1} and inside.shape == lion().size[::-1]
    height, width = inside.shape
    head = inside[int(0.15 * height) : int(0.45 * height), int(0.4 * width) : int(0.6 * width)]
    assert head.mean() > 0.9 and inside[int(0.85 * height) :].mean() < 0.1


def test_the_mask_is_as_large_as_the_picture(engine: Engine) -> None:
    (part,) = cut(engine, picture_file(lion((4003, 2999)), "JPEG"))
    assert mask(part).shape == (2999, 4003)


def test_a_score_below_the_threshold_leaves_nothing(engine: Engine) -> None:
    assert cut(engine, threshold=0.5) and cut(engine, threshold=0.999) == []


@pytest.mark.parametrize("subtask", ["instance", "panoptic"])
def test_only_the_semantic_subtask_is_done(engine: Engine, subtask: str) -> None:
    assert cut(engine, subtask="semantic") == cut(engine)
    with pytest.raises(CannotAnswer, match="subtask"):
        cut(engine, subtask=subtask)


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        ("tower.jpg", "not sure what the picture shows"),
        (picture_file(bar_chart()), "looks like a chart"),
        (picture_file(noise_picture((300, 300))), "noise"),
        (picture_file(Image.new("RGB", (500, 400), "white")), "blank"),
        (picture_file(Image.new("RGB", (1, 1), "white")), "too small"),
        (b"no picture", "PNG"),
    ],
)
def test_where_nothing_is_surely_shown_nothing_is_cut_out(engine: Engine, picture: str | bytes, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        cut(engine, picture)


def test_an_outline_of_nearly_nothing_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from inference_core.engine.builtin.imagenet import outline

    monkeypatch.setattr(outline, "outline", lambda pixels, activation: np.zeros(pixels.shape[:2], np.bool_))
    with pytest.raises(CannotAnswer, match="seems to show a lion, but this model finds no outline of it"):
        cut(engine)


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(lambda _: mask(cut(engine)[0]), range(8))
    assert all((first != other).mean() < 0.001 for other in others)
