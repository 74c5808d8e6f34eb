from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from inference_core.engine.builtin.imagenet.classes import Guess, PhotoClasses, shared_photo_classes
from inference_core.engine.builtin.imagenet.onnx_file import Floats
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
        ("Are there any dogs?", "has", "dog"),
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


class Guessing(PhotoClasses):
    """Sees what it is told to."""

    def __init__(self, names: Sequence[str], **seen: float) -> None:
        self.names = tuple(names)
        self._seen = {name.replace("_", " "): probability for name, probability in seen.items()}

    def logits(self, picture: Image.Image) -> Floats:
        return np.zeros(0, np.float32)

    def guesses(self, logits: Floats) -> list[Guess]:
        rest = (1 - sum(self._seen.values())) / (len(self.names) - len(self._seen))
        found = [Guess(name, self._seen.get(name, rest)) for name in self.names]
        return sorted(found, key=lambda guess: -guess.probability)


def told(classes: PhotoClasses, question: str, **seen: float) -> str:
    """The best answer to a question about a photo in which the network sees this, or why there is none."""
    asked = understand_thing(question, classes.names)
    assert asked is not None
    try:
        return thing_answers(asked, Image.new("RGB", (9, 9)), Guessing(classes.names, **seen))[0].answer
    except CannotAnswer as refused:
        return str(refused)


def test_what_is_the_best_guess_is_not_denied_where_it_is_not_quite_sure(classes: PhotoClasses) -> None:
    assert told(classes, "Which lion is this?", lion=0.5, tiger=0.4) == "lion"
    assert told(classes, "What car is this?", sports_car=0.45, racket=0.4) == "sports car"
    for question in ("Is this a lion?", "Is there a lion?", "Are there lions?"):
        assert "not sure what the picture shows. Its best guess: lion (50%), ti" in told(
            classes, question, lion=0.5, tiger=0.4
        )
    assert "Its best guess: sports car (45%)" in told(classes, "Is this a car?", sports_car=0.45, racket=0.4)


def test_what_is_likely_but_not_the_best_guess_is_not_denied(classes: PhotoClasses) -> None:
    seen = {"lynx": 0.42, "dingo": 0.3, "pug": 0.25}
    assert "not sure what the picture shows" in told(classes, "Which dog is this?", **seen)
    assert "cannot rule out that a dog is there too" in told(classes, "Is this a dog?", **seen)


@pytest.mark.parametrize("probability", [0.41, 0.5, 0.59, 0.7, 0.99])
@pytest.mark.parametrize("question", ["Which {} is it?", "Is it {}?", "Is there {}?"])
@pytest.mark.parametrize("name", ["lion", "car", "animal", "umbrella"])
def test_no_answer_says_that_what_is_shown_is_not_there(
    classes: PhotoClasses, question: str, name: str, probability: float
) -> None:
    thing = {"car": "sports_car", "animal": "lion"}.get(name, name)
    said = told(classes, question.format(name), **{thing: probability})
    assert said in ("yes", thing.replace("_", " ")) or "not sure what the picture shows" in said


@pytest.mark.parametrize(("asked", "said"), [("dogs", "a dog"), ("umbrellas", "an umbrella"), ("jeans", "jeans")])
def test_what_cannot_be_ruled_out_is_told_in_singular(classes: PhotoClasses, asked: str, said: str) -> None:
    assert f"here an hourglass, and cannot rule out that {said} is there too" in told(
        classes, f"Are there {asked}?", hourglass=0.9
    )
