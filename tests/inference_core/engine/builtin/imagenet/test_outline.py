import numpy as np
import pytest
from PIL import Image, ImageDraw

from inference_core.engine.builtin.imagenet.outline import outline
from tests.support.media import noise_picture


def test_the_outline_follows_what_lies_where_the_map_is_high() -> None:
    picture, truth = Image.new("RGB", (300, 200), "#3a7d44"), Image.new("L", (300, 200))
    for draw, fill in ((ImageDraw.Draw(picture), "#d9822b"), (ImageDraw.Draw(truth), 255)):
        draw.ellipse((60, 40, 170, 150), fill)
    ImageDraw.Draw(picture).rectangle((250, 150, 299, 199), "#d9822b")  # alike, and far away
    activation = np.zeros((7, 7), np.float32)
    activation[2:5, 2:4] = 1
    found, wanted = outline(np.asarray(picture), activation), np.asarray(truth) > 0
    assert (found & wanted).sum() / (found | wanted).sum() > 0.95
    assert not found[160:, 260:].any()


@pytest.mark.parametrize("lowest", [0.5, 0.9, 1.0])
def test_where_the_map_is_high_all_over_there_is_no_outline(lowest: float) -> None:
    activation = np.full((7, 7), lowest, np.float32)
    activation[3, 3] = 1
    assert not outline(np.asarray(noise_picture((300, 200))), activation).any()


def test_where_the_map_is_high_at_no_pixel_there_is_no_outline() -> None:
    activation = np.zeros((90, 90), np.float32)
    activation[40, 41] = 1  # between the pixels of the small copy
    assert not outline(np.asarray(noise_picture((30, 30))), activation).any()


@pytest.mark.parametrize("size", [(300, 200), (32, 32), (300, 1)])
@pytest.mark.parametrize("seed", range(10))
def test_any_map_has_an_outline_or_none(size: tuple[int, int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    activation = (chance.random((7, 7)) ** chance.uniform(0.1, 20) + chance.uniform(-1, 1)).astype(np.float32)
    activation[3, 3] = 2
    found = outline(np.asarray(noise_picture(size)), activation)
    assert found.shape == size[::-1] and found.dtype == np.bool_
