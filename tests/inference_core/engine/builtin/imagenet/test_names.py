import pytest

from inference_core.engine.builtin.imagenet.classes import PhotoClasses, shared_photo_classes
from inference_core.engine.builtin.imagenet.names import GROUPS, Called, called, with_article


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
    assert called("dogs", classes.names) == called("dog", classes.names) == Called("dog", GROUPS["dog"])
    assert called("buses", classes.names) == Called("bus", GROUPS["bus"])
    assert called("butterflies", classes.names) == Called("butterfly", GROUPS["butterfly"])
    assert called("golden retrievers", classes.names) == Called("golden retriever", frozenset({207}))
    assert called("jeans", classes.names) == Called("jeans", frozenset({608}))
    assert called("unicorn", classes.names) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lion", "a lion"),
        ("acorn", "an acorn"),
        ("wool", "wool"),
        ("jeans", "jeans"),
        ("umbrella", "an umbrella"),
        ("upright piano", "an upright piano"),
        ("unicycle", "a unicycle"),
        ("hourglass", "an hourglass"),
        ("horizontal bar", "a horizontal bar"),
        ("European polecat", "a European polecat"),
        ("european polecat", "a european polecat"),
        ("iPod", "an iPod"),
        ("Old English Sheepdog", "an Old English Sheepdog"),
    ],
)
def test_names_get_the_article_that_they_need(name: str, said: str) -> None:
    assert with_article(name) == said


def test_only_these_classes_do_not_sound_like_their_first_letter(classes: PhotoClasses) -> None:
    counted = [name for name in classes.names if with_article(name) != name]
    assert [name for name in counted if with_article(name).startswith("an ") != (name[0].lower() in "aeiou")] == [
        "European green lizard",
        "European garden spider",
        "European polecat",
        "hourglass",
        "unicycle",
    ]
