import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from inference_core.engine.builtin.models.colour_regions import MODEL
from inference_core.engine.builtin.vision.segmentation import ImageSegmentationParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tests.support.media import noise_picture, photo_like, picture_file


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def segment(engine: Engine, picture: Image.Image, **parameters: Any) -> list[dict[str, Any]]:
    upload = Upload(picture_file(picture), Limits())
    found: list[dict[str, Any]] = engine.answer(
        MODEL.tasks[0].body(inputs=upload, parameters=ImageSegmentationParameters(**parameters))
    )
    return found


def mask(item: dict[str, Any]) -> npt.NDArray[np.uint8]:
    picture = Image.open(io.BytesIO(base64.b64decode(item["mask"])))
    assert (picture.format, picture.mode) == ("PNG", "L")
    return np.asarray(picture)


def beach(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Blue above, orange below, and a red ball in the middle."""
    picture = Image.new("RGB", size, "#5aa9e6")
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((0, height * 0.6, width, height), "#f0a63c")
    draw.ellipse((width * 0.4, height * 0.35, width * 0.6, height * 0.65), "#c81e1e")
    return picture


def test_regions_follow_what_is_drawn_and_have_its_colours_and_places(engine: Engine) -> None:
    found = {item["label"]: item for item in segment(engine, beach())}
    assert set(found) == {"blue background", "orange lower region", "red central region"}
    drawn = Image.new("L", (800, 600))
    ImageDraw.Draw(drawn).ellipse((320, 210, 480, 390), 255)
    truth = np.asarray(drawn) > 0
    seen = mask(found["red central region"]) > 0
    assert (truth & seen).sum() / (truth | seen).sum() > 0.95
    assert all(type(item["score"]) is float and 0.5 < item["score"] <= 1 for item in found.values())


@pytest.mark.parametrize("picture", [beach((1777, 901)), photo_like(), photo_like((300, 500), seed=9)])
def test_masks_have_the_size_of_the_picture_cover_it_and_do_not_overlap(engine: Engine, picture: Image.Image) -> None:
    found = segment(engine, picture)
    assert 2 <= len(found) <= 8 and len({item["label"] for item in found}) == len(found)
    masks = np.stack([mask(item) for item in found])
    assert masks.shape[1:] == picture.size[::-1] and set(np.unique(masks)) == {0, 255}
    assert ((masks > 0).sum(axis=0) == 1).all()


def test_like_things_apart_from_each_other_are_one_region(engine: Engine) -> None:
    picture = Image.new("RGB", (600, 300), "#2b8a3e")
    picture.paste("#f1f3f5", (250, 0, 350, 300))
    found = segment(engine, picture)
    assert len(found) == 2 and (mask(found[0])[:, [20, 580]] == 255).all()


def test_the_threshold_drops_regions_that_hardly_stand_out(engine: Engine) -> None:
    found = segment(engine, photo_like())
    least = sorted(item["score"] for item in found)[1]
    assert {item["label"] for item in segment(engine, photo_like(), threshold=least)} == {
        item["label"] for item in found if item["score"] >= least
    }


def test_only_the_semantic_subtask_is_done(engine: Engine) -> None:
    assert segment(engine, beach(), subtask="semantic") == segment(engine, beach())
    for subtask in ("instance", "panoptic"):
        with pytest.raises(CannotAnswer, match="subtask"):
            segment(engine, beach(), subtask=subtask)


@pytest.mark.parametrize("unknown", ["mask_threshold", "overlap_mask_area_threshold"])
def test_parameters_without_a_meaning_here_are_refused_by_name(unknown: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=unknown):
        msgspec.convert({unknown: 0.5}, ImageSegmentationParameters)


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (Image.new("RGB", (500, 400), "white"), "same colour"),
        (Image.new("RGB", (500, 400), "black"), "same colour"),
        (noise_picture((300, 300)), "same colour"),
        (Image.new("RGB", (1, 1), "white"), "too small"),
        (Image.new("RGB", (1, 4000), "white"), "too small or too narrow"),
    ],
)
def test_pictures_without_regions_are_refused(engine: Engine, picture: Image.Image, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        segment(engine, picture)


def test_several_threads_get_the_same_answer(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: segment(engine, beach()), range(8)))
    assert all(answer == found[0] for answer in found)
