from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageOps

from inference_core.engine.builtin.imagenet.classes import PhotoClasses, shared_photo_classes
from inference_core.engine.contract import CannotAnswer
from inference_core.media.pictures import decode_picture, upright_rgb
from tasks.samples import sample
from tests.support.media import bar_chart, drawn_face, noise_picture, photo_like, qr_picture, window_screenshot


@pytest.fixture(scope="module")
def classes() -> PhotoClasses:
    return shared_photo_classes()


def photo(name: str) -> Image.Image:
    return upright_rgb(decode_picture(sample(name).read_bytes()))


def test_there_are_a_thousand_different_classes(classes: PhotoClasses) -> None:
    assert len(set(classes.names)) == 1000 and all(classes.names)
    assert (classes.names[0], classes.names[291], classes.names[999]) == ("tench", "lion", "toilet paper")


@pytest.mark.parametrize(("name", "shown"), [("lion.jpg", "lion"), ("cheetah1.jpg", "cheetah")])
def test_a_photo_is_named_with_its_probability(classes: PhotoClasses, name: str, shown: str) -> None:
    best, second, *_ = guesses = classes.guesses(classes.sure_logits(photo(name)))
    assert best.name == shown and best.probability > 0.6 > second.probability
    assert len(guesses) == 1000 and sum(guess.probability for guess in guesses) == pytest.approx(1, abs=1e-4)


def test_a_mirrored_a_smaller_and_a_grey_photo_is_named_alike(classes: PhotoClasses) -> None:
    lion = photo("lion.jpg")
    for other in (ImageOps.mirror(lion), lion.resize((160, 120)), lion.convert("L").convert("RGB")):
        assert classes.guesses(classes.sure_logits(other))[0].name == "lion"


@pytest.mark.parametrize("name", ["tower.jpg", "china.jpg", "flower.jpg"])
def test_what_it_is_not_sure_of_is_refused_with_its_guesses(classes: PhotoClasses, name: str) -> None:
    best = classes.guesses(classes.logits(photo(name)))[0]
    assert best.probability < 0.4
    with pytest.raises(CannotAnswer, match=rf"not sure what the picture shows. Its best guess: {best.name} \(\d\d%\)"):
        classes.sure_logits(photo(name))


def test_where_all_guesses_are_poor_none_is_told(classes: PhotoClasses) -> None:
    with pytest.raises(CannotAnswer, match="does not know what the picture shows"):
        classes.sure_logits(photo_like())


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (bar_chart(), "looks like a chart, and this model knows only photos"),
        (window_screenshot(), "looks like a screenshot"),
        (qr_picture("https://orchard.example/7"), "knows only photos"),
        (drawn_face(320), "not sure"),
        (noise_picture((300, 200)), "noise"),
        (Image.new("RGB", (300, 200), "navy"), "blank"),
        (Image.new("RGB", (9, 9), "navy"), "too small"),
    ],
)
def test_what_is_no_photo_gets_no_class(classes: PhotoClasses, picture: Image.Image, why: str) -> None:
    with pytest.raises(CannotAnswer, match=why):
        classes.sure_logits(picture)


def test_several_threads_get_the_same_scores(classes: PhotoClasses) -> None:
    lion = photo("lion.jpg")
    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(lambda _: classes.logits(lion), range(8))
    assert all(np.allclose(first, other, atol=1e-4) for other in others)
