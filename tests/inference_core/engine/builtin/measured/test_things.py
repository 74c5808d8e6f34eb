import pytest

from inference_core.engine.builtin.imagenet.classes import PhotoClasses, shared_photo_classes
from inference_core.engine.builtin.measured.things import thing_answers, understand_thing
from inference_core.engine.contract import CannotAnswer
from inference_core.media.pictures import decode_picture, upright_rgb
from tasks.samples import sample


@pytest.fixture(scope="module")
def classes() -> PhotoClasses:
    return shared_photo_classes()


@pytest.mark.parametrize(
    ("question", "kind", "name"),
    [
        ("What is this?", "what", ""),
        ("What's in the picture?", "what", ""),
        ("What can you see?", "what", ""),
        ("What does this photo show?", "what", ""),
        ("What is shown in the image?", "what", ""),
        ("What animal is this?", "which", "animal"),
        ("Which breed of dog is it?", "which", "dog"),
        ("What kind of bird is in the picture?", "which", "bird"),
        ("Is this a lion?", "is", "lion"),
        ("Is it a photo of an espresso?", "is", "espresso"),
        ("Is there a dog in the picture?", "has", "dog"),
        ("Are there any dogs?", "has", "dogs"),
        ("Does the image show a tower?", None, ""),
        ("Does the image show a Golden Retriever?", "has", "golden retriever"),
        ("What is the lion doing?", None, ""),
        ("What colour is the lion?", None, ""),
        ("Is there a lion and a bus?", None, ""),
        ("How many lions are there?", None, ""),
        ("Is this a woman?", None, ""),
        ("What is the lion's name?", None, ""),
    ],
)
def test_a_question_about_the_thing_that_is_shown_is_understood(
    classes: PhotoClasses, question: str, kind: str | None, name: str
) -> None:
    asked = understand_thing(question, classes.names)
    assert (asked and asked.kind, asked.name if asked else "") == (kind, name)


def answer(classes: PhotoClasses, question: str, name: str = "lion.jpg") -> tuple[str, float]:
    asked = understand_thing(question, classes.names)
    assert asked is not None
    best, *_ = thing_answers(asked, upright_rgb(decode_picture(sample(name).read_bytes())), classes)
    return best.answer, best.score


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is this?", "lion"),
        ("What animal is this?", "lion"),
        ("Is this a lion?", "yes"),
        ("Is this an animal?", "yes"),
        ("Are there any lions?", "yes"),
        ("Is it a dog?", "no"),
        ("Is this a tiger?", "no"),
    ],
)
def test_where_the_network_is_sure_it_answers(classes: PhotoClasses, question: str, said: str) -> None:
    found, score = answer(classes, question)
    assert found == said and 0.6 < score <= 1


@pytest.mark.parametrize(
    ("question", "name", "why"),
    [
        ("What is this?", "tower.jpg", "not sure what the picture shows"),
        ("Is this a dog?", "tower.jpg", "not sure what the picture shows"),
        ("What bird is this?", "lion.jpg", "seems to show a lion and not a bird"),
        ("Is there a bird?", "lion.jpg", "here a lion, and cannot rule out that a bird is there too"),
        ("What is this?", "chart.png", "looks like a chart"),
    ],
)
def test_where_it_is_not_sure_and_for_absent_things_it_refuses(
    classes: PhotoClasses, question: str, name: str, why: str
) -> None:
    with pytest.raises(CannotAnswer, match=why):
        answer(classes, question, name)
