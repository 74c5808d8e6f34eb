import numpy as np
from PIL import Image, ImageDraw

from inference_core.engine.builtin.imagenet.outline import outline


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
