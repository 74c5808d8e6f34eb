import pytest

from inference_core.engine.builtin.imagenet.classes import PhotoClasses, shared_photo_classes
from inference_core.engine.builtin.imagenet.names import GROUPS, numbers_of, with_article


@pytest.fixture(scope="module")
def classes() -> PhotoClasses:
    return shared_photo_classes()


@pytest.mark.parametrize(
    ("group", "first", "last"),
    [
        ("dog", "Chihuahua", "Mexican hairless dog"),
        ("bird", "cock", "albatross"),
        ("cat", "tabby cat", "cheetah"),
        ("snake", "worm snake", "sidewinder"),
        ("fish", "tench", "pufferfish"),
        ("insect", "tiger beetle", "gossamer-winged butterfly"),
        ("car", "station wagon", "sports car"),
        ("animal", "tench", "pufferfish"),
    ],
)
def test_a_group_reaches_from_its_first_class_to_its_last(
    classes: PhotoClasses, group: str, first: str, last: str
) -> None:
    assert (classes.names[min(GROUPS[group])], classes.names[max(GROUPS[group])]) == (first, last)


def test_names_are_known_in_singular_and_plural(classes: PhotoClasses) -> None:
    assert numbers_of("dogs", classes.names) == GROUPS["dog"]
    assert numbers_of("buses", classes.names) == GROUPS["bus"]
    assert {classes.names[number] for number in numbers_of("golden retrievers", classes.names)} == {"Golden Retriever"}
    assert not numbers_of("unicorn", classes.names)


@pytest.mark.parametrize(
    ("name", "said"), [("lion", "a lion"), ("acorn", "an acorn"), ("wool", "wool"), ("jeans", "jeans")]
)
def test_names_get_the_article_that_they_need(name: str, said: str) -> None:
    assert with_article(name) == said
