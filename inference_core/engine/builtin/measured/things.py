"""Questions about the one thing that a photo shows: which questions they are, and their answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from inference_core.engine.builtin.imagenet.names import Numbers, called, with_article
from inference_core.engine.builtin.measured.answers import Answer
from inference_core.engine.builtin.measured.vocabulary import words
from inference_core.engine.contract import CannotAnswer

if TYPE_CHECKING:
    from PIL.Image import Image

    from inference_core.engine.builtin.imagenet.classes import Guess, PhotoClasses

_YES = 0.6
_NO = 0.05

_PICTURE = r"(?:the|this) (?:picture|image|photo|photograph)"
_PLACE = rf"(?: (?:in|on) {_PICTURE})?"
_NAME = r"(?:an? |the |any )?(?P<name>.+?)"
_Kind = Literal["what", "which", "is", "has"]
_QUESTIONS: Sequence[tuple[_Kind, str]] = (
    ("what", rf"(?:what is|what's|whats) (?:this|it|that|(?:in|on) {_PICTURE}|shown{_PLACE})"),
    ("what", rf"what (?:do|can) (?:you|we|i) see{_PLACE}|what does {_PICTURE} show"),
    (
        "which",
        r"(?:what|which)(?: (?:kind|type|sort|breed|species) of)? (?P<name>.+?) "
        rf"(?:is|do you see|does {_PICTURE} show)(?: (?:this|it|that|shown))?{_PLACE}",
    ),
    ("is", rf"is (?:this|it|that) (?:an? (?:picture|image|photo|photograph) of )?{_NAME}"),
    ("has", rf"(?:(?:is|are) there|(?:do|can) you see) {_NAME}{_PLACE}"),
    ("has", rf"does {_PICTURE} show {_NAME}"),
)


@dataclass(frozen=True, slots=True)
class ThingQuestion:
    """ "what" is shown, "which" animal it is, whether it "is" a dog, or whether the picture "has" a dog.

    `name` is what people call one of the classes with these `numbers`, in singular.
    """

    kind: _Kind
    name: str = ""
    numbers: Numbers = frozenset()


def understand_thing(question: str, classes: Sequence[str]) -> ThingQuestion | None:
    """What the question asks; None if it is no question of this kind, or about something that has no class."""
    asked = " ".join(words(question))
    for kind, pattern in _QUESTIONS:
        if found := re.fullmatch(pattern, asked):
            if kind == "what":
                return ThingQuestion(kind)
            if things := called(found["name"], classes):
                return ThingQuestion(kind, things.name, things.numbers)
    return None


def thing_answers(question: ThingQuestion, picture: "Image", classes: "PhotoClasses") -> list[Answer]:
    """At least one answer, best first.

    Raises CannotAnswer where the network is not sure, for what is no photo, and for absent things: there may be some
    beside the one that it names.
    """
    if question.kind == "what":
        return _named(classes.sure_guesses(picture))
    guesses = classes.guesses(classes.logits(picture))
    names = {classes.names[number] for number in question.numbers}
    fitting = [guess for guess in guesses if guess.name in names]
    likely = sum(guess.probability for guess in fitting)
    if likely < _YES:
        classes.require_sure(guesses)
    if question.kind == "which":
        return _which(question, guesses, fitting, likely, classes)
    if likely >= _YES:
        return [Answer("yes", likely), Answer("no", 1 - likely)]
    if fitting[0] == guesses[0]:  # it would be denied for the sake of itself
        raise classes.not_sure(guesses)
    if question.kind == "is" and likely <= _NO:
        return [Answer("no", 1 - likely), Answer("yes", likely)]
    raise CannotAnswer("cannot_rule_out", asked=with_article(question.name), shown=_told(guesses))


def _which(
    question: ThingQuestion,
    guesses: "Sequence[Guess]",
    fitting: "Sequence[Guess]",
    likely: float,
    classes: "PhotoClasses",
) -> list[Answer]:
    """Names the best of the fitting guesses if one of them is the best of all, or they are likely together."""
    if likely >= _YES or fitting[0] == guesses[0]:
        classes.require_sure(fitting)
        return _named(fitting)
    if likely > _NO:
        raise classes.not_sure(guesses)
    raise CannotAnswer("shows_something_else", asked=with_article(question.name), shown=_told(guesses))


def _named(guesses: "Sequence[Guess]") -> list[Answer]:
    return [Answer(guess.name, guess.probability) for guess in guesses]


def _told(guesses: "Sequence[Guess]") -> str:
    return with_article(guesses[0].name)
