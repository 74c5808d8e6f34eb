import numpy as np
import pytest

from inference_core.engine.builtin.encoder.shared import shared_encoder
from inference_core.engine.builtin.imagenet.classes import PhotoClasses, shared_photo_classes
from inference_core.engine.builtin.imagenet.conse import Conse
from tests.support.vectors import class_vectors


@pytest.fixture(scope="module")
def classes() -> PhotoClasses:
    return shared_photo_classes()


@pytest.fixture(scope="module")
def conse(classes: PhotoClasses) -> Conse:
    return Conse(classes, shared_encoder())


def logits(classes: PhotoClasses, **scores: float) -> np.ndarray:
    """Raw scores: 0 for all classes but these."""
    found = np.zeros(1000, np.float32)
    for name, score in scores.items():
        found[classes.names.index(name.replace("_", " "))] = score
    return found


def nearness(conse: Conse, seen: np.ndarray, labels: list[str]) -> dict[str, float]:
    near = conse.nearness(seen, labels, [f"a photo of {label}" for label in labels])
    return dict(zip(labels, near.tolist(), strict=True))


def test_the_shipped_vectors_are_those_of_the_encoder(conse: Conse) -> None:
    made = class_vectors(100)
    assert made.shape == (10, 384)
    assert np.allclose(conse._vectors[::100], made, atol=2e-3)


def test_a_label_is_near_to_the_class_that_it_names_and_to_what_it_belongs_to(
    classes: PhotoClasses, conse: Conse
) -> None:
    found = nearness(conse, logits(classes, lion=12), ["a lion", "a wild animal", "a bus", "a guitar"])
    assert found["a lion"] > found["a wild animal"] > 1.5 > found["a guitar"] > found["a bus"]


def test_several_classes_with_something_in_common_are_near_to_it(classes: PhotoClasses, conse: Conse) -> None:
    seen = logits(classes, palace=10, monastery=10, castle=10)
    assert nearness(conse, seen, ["a building"])["a building"] > 1.5


def test_where_the_network_sees_nothing_no_label_is_near(classes: PhotoClasses, conse: Conse) -> None:
    found = nearness(conse, np.zeros(1000, np.float32), ["a lion", "a bus", "a building"])
    assert list(found.values()) == pytest.approx([0, 0, 0], abs=0.01)


def test_another_class_than_that_of_the_photo_is_excluded_only_if_the_network_is_sure(
    classes: PhotoClasses, conse: Conse
) -> None:
    sure, unsure = logits(classes, lion=12), logits(classes, lion=7, cheetah=7, leopard=7, lynx=7)
    assert nearness(conse, sure, ["The Tiger"]) == {"The Tiger": -np.inf}
    assert nearness(conse, unsure, ["The Tiger"])["The Tiger"] > 1
