import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from inference_core.engine.builtin.vision.faces import FaceFinder, shared_face_finder
from tests.support.media import drawn_face


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return shared_face_finder()


@pytest.mark.parametrize("skin", [(224, 180, 150), (198, 150, 118)])
def test_faces_are_found_where_they_are(finder: FaceFinder, skin: tuple[int, int, int]) -> None:
    picture = Image.new("RGB", (900, 500), (200, 210, 220))
    picture.paste(drawn_face(240, skin), (50, 40))
    picture.paste(drawn_face(300, skin), (520, 120))
    left, right = sorted(finder.faces(picture), key=lambda face: face.box)
    for face, middle in ((left, (170, 175)), (right, (670, 290))):
        assert abs((face.box.xmin + face.box.xmax) / 2 - middle[0]) < 30
        assert abs((face.box.ymin + face.box.ymax) / 2 - middle[1]) < 30
        assert 0.5 <= face.score < 1


def test_boxes_are_in_pixels_of_a_large_picture(finder: FaceFinder) -> None:
    picture = Image.new("RGB", (3000, 2400))
    picture.paste(drawn_face(1500), (1400, 700))
    (face,) = finder.faces(picture)
    assert 1600 < face.box.xmin < face.box.xmax < 2750


def test_a_smiley_and_blurred_noise_have_no_face(finder: FaceFinder) -> None:
    smiley = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(smiley)
    pen.ellipse((40, 40, 360, 360), "yellow", "black", 4)
    for left in (130, 230):
        pen.ellipse((left, 130, left + 35, 190), "black")
    pen.arc((110, 150, 290, 310), 20, 160, "black", 6)
    noise = Image.fromarray(np.random.default_rng(2).integers(0, 256, (480, 640, 3), dtype=np.uint8))
    assert finder.faces(smiley) == [] == finder.faces(noise.filter(ImageFilter.GaussianBlur(6)))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (2000, 3), (29, 29), (30, 30)])
def test_the_smallest_pictures_have_none(finder: FaceFinder, size: tuple[int, int]) -> None:
    assert finder.faces(Image.new("RGB", size)) == []
