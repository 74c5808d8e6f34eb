from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_core.engine.builtin.models.rapidocr_captions import MODEL, ImageToTextParameters
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tasks.samples import sample
from tests.support.media import drawn_face, drawn_page, noise_picture, picture_file

MENU = [
    (60, 40, "Soup of the day"),
    (520, 40, "6.20"),
    (60, 110, "Baked trout"),
    (520, 110, "14.80"),
    (60, 220, "Closed on Mondays"),
]
MENU_TEXT = "Soup of the day 6.20\nBaked trout 14.80\nClosed on Mondays"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def describe(engine: Engine, picture: Image.Image, **parameters: Any) -> str:
    upload = Upload(picture_file(picture), Limits())
    (found,) = engine.answer(MODEL.tasks[0].body(inputs=upload, parameters=ImageToTextParameters(**parameters)))
    text: str = found["generated_text"]
    return text


def test_text_comes_row_by_row(engine: Engine) -> None:
    assert describe(engine, drawn_page(MENU)) == MENU_TEXT


def test_coloured_paper_does_not_matter(engine: Engine) -> None:
    assert describe(engine, drawn_page([(60, 60, "Lost: one grey glove")], paper="orange")) == "Lost: one grey glove"


def test_the_words_asked_for_are_not_exceeded(engine: Engine) -> None:
    assert describe(engine, drawn_page(MENU), max_new_tokens=7) == "Soup of the day 6.20\nBaked trout"
    assert describe(engine, drawn_page(MENU), max_new_tokens=500) == MENU_TEXT


def test_without_text_colours_and_faces_are_named_and_nothing_else(engine: Engine) -> None:
    picture = Image.new("RGB", (700, 500), (20, 60, 200))
    picture.paste((250, 220, 40), (0, 0, 250, 500))
    assert describe(engine, picture).endswith(" in mostly blue and yellow")
    picture.paste(drawn_face(300), (300, 100))
    assert describe(engine, picture).endswith("; one face")


def test_what_a_photo_surely_shows_is_named(engine: Engine) -> None:
    with Image.open(sample("lion.jpg")) as lion:
        assert describe(engine, lion.convert("RGB")).startswith("a photo of a lion in mostly ")
    with Image.open(sample("china.jpg")) as china:
        assert describe(engine, china.convert("RGB")).startswith("a picture in mostly ")


def test_grey_pictures_are_said_to_be_black_and_white(engine: Engine) -> None:
    picture = Image.linear_gradient("L").convert("RGB")
    assert " black and white " in describe(engine, picture)
    assert describe(engine, noise_picture((300, 200))).startswith("a ")


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (400, 300)])
@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_blank_picture_is_refused(engine: Engine, size: tuple[int, int], colour: str) -> None:
    with pytest.raises(CannotAnswer, match="blank"):
        describe(engine, Image.new("RGB", size, colour))


def test_it_answers_alike_from_several_threads(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: describe(engine, drawn_page(MENU)), range(8))) == {MENU_TEXT}
