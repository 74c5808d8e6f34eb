import numpy as np
import pytest
from PIL import Image

from inference_core.engine.builtin.vision.attributes import frame_colours, measure
from inference_core.engine.builtin.vision.colours import colour_names, colour_numbers
from tests.support.media import noise_picture


def striped(*colours: str, size: tuple[int, int] = (300, 200)) -> Image.Image:
    picture = Image.new("RGB", size)
    width = size[0] // len(colours)
    for index, colour in enumerate(colours):
        picture.paste(colour, (index * width, 0, size[0], size[1]))
    return picture


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ((12, 14, 16), "black"),
        ((250, 251, 249), "white"),
        ((127, 130, 128), "grey"),
        ((214, 26, 30), "red"),
        ((250, 145, 25), "orange"),
        ((248, 226, 40), "yellow"),
        ((60, 150, 70), "green"),
        ((70, 120, 205), "blue"),
        ((130, 60, 160), "purple"),
        ((250, 165, 190), "pink"),
        ((115, 72, 38), "brown"),
        ((10, 15, 95), "blue"),
        ((20, 60, 25), "green"),
    ],
)
def test_colours_have_the_names_people_give_them(code: tuple[int, int, int], name: str) -> None:
    assert colour_names()[int(colour_numbers(np.uint8([code]))[0])] == name


def test_shares_of_colours_are_those_of_the_area_largest_first() -> None:
    picture = striped("#1d4fc4", "#1d4fc4", "#f7f7f7", size=(3000, 2000))
    colours = measure(picture).colours
    assert [colour.name for colour in colours] == ["blue", "white"]
    assert colours[0].share == pytest.approx(2 / 3, abs=0.01) and sum(c.share for c in colours) == pytest.approx(1)
    assert measure(picture).share("red") == 0.0


@pytest.mark.parametrize(
    ("level", "light"), [(20, "dark"), (70, "dark"), (128, "neither dark nor bright"), (200, "bright"), (250, "bright")]
)
def test_light_follows_the_grey_of_a_picture(level: int, light: str) -> None:
    assert measure(Image.new("RGB", (40, 40), (level, level, level))).light == light


def test_black_and_white_survives_jpeg_noise_but_not_a_red_corner() -> None:
    grey = noise_picture((200, 150), "L").convert("RGB")
    assert measure(grey).is_black_and_white and not measure(grey).is_colourful
    grey.paste("#d01818", (0, 0, 50, 50))
    assert not measure(grey).is_black_and_white


def test_vivid_stripes_are_colourful() -> None:
    assert measure(striped("red", "yellow", "blue")).is_colourful


@pytest.mark.parametrize(
    ("size", "orientation"), [((600, 400), "landscape"), ((400, 600), "portrait"), ((500, 510), "square")]
)
def test_orientation_is_by_sides(size: tuple[int, int], orientation: str) -> None:
    attributes = measure(Image.new("RGB", size, "red"))
    assert attributes.orientation == orientation and (attributes.width, attributes.height) == size


def test_the_frame_is_measured_without_the_middle() -> None:
    picture = Image.new("RGB", (300, 200), "#0a7a2a")
    picture.paste("#ffffff", (40, 30, 260, 170))
    assert frame_colours(picture)[0].name == "green" and frame_colours(picture)[0].share > 0.95


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 3)])
def test_the_smallest_pictures_have_attributes_too(size: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "blue")
    assert measure(picture).colours[0].name == frame_colours(picture)[0].name == "blue"
