"""Answers to questions about what can be measured in a picture, best first."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from inference_core.engine.builtin.measured import claims
from inference_core.engine.builtin.measured.facts import PictureFacts
from inference_core.engine.builtin.measured.questions import Question
from inference_core.engine.builtin.vision.attributes import ColourShare
from inference_core.engine.contract import CannotAnswer

_LEAST_SHARE = 0.05
_ANY_SHARE = 0.02
_BACKGROUND_SHARE = 0.4
_SURE = 0.95
_LONGEST_ANSWER = 500
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Answer:
    """`score` between 0 and 1: how sure the answer is, or for colours how much of the picture they take."""

    answer: str
    score: float


def answers(question: Question, facts: PictureFacts) -> list[Answer]:
    """At least one answer, best first. Raises CannotAnswer if the picture does not show it."""
    found = _ANSWERS[question.topic](facts, question.choices)
    return sorted(found, key=lambda answer: -answer.score)


def _colours(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return _of_some_size(facts.attributes.colours)


def _background_colour(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    if facts.background[0].share < _BACKGROUND_SHARE:
        raise CannotAnswer("no_background_colour")
    return _of_some_size(facts.background)


def _of_some_size(colours: Sequence[ColourShare]) -> list[Answer]:
    return [Answer(colour.name, colour.share) for colour in colours if colour.share >= _LEAST_SHARE]


def _is_mostly(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return _named_colours(facts.attributes.colours, choices, _BACKGROUND_SHARE)


def _has_any(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return _named_colours(facts.attributes.colours, choices, _ANY_SHARE)


def _is_background(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return _named_colours(facts.background, choices, _BACKGROUND_SHARE)


def _named_colours(colours: Sequence[ColourShare], choices: Sequence[str], enough: float) -> list[Answer]:
    """For one colour yes or no; for several the one with the largest share."""
    shares = {colour.name: colour.share for colour in colours}
    asked = [Answer(name, shares.get(name, 0.0)) for name in choices]
    if len(asked) == 1:
        # Half of `enough` is certainly too little, twice as much is certainly enough.
        share = asked[0].score
        return _yes_or_no(share * share / (share * share + enough * enough))
    present = [answer for answer in asked if answer.score >= _ANY_SHARE]
    if not present:
        raise CannotAnswer("colours_missing")
    return present


def _yes_or_no(likely: float) -> list[Answer]:
    return [Answer("yes", likely), Answer("no", 1 - likely)]


def _claim(judge: Callable[[PictureFacts], float]) -> Callable[[PictureFacts, Sequence[str]], list[Answer]]:
    return lambda facts, choices: _yes_or_no(judge(facts))


def _light(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    dark, bright = claims.dark(facts), claims.bright(facts)
    return [Answer("dark", dark), Answer("bright", bright), Answer("neither dark nor bright", 1 - dark - bright)]


def _reading(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    if not facts.lines:
        raise CannotAnswer("no_text_in_picture")
    text = " ".join(line.text for line in facts.lines)
    shown = text if len(text) <= _LONGEST_ANSWER else text[: _LONGEST_ANSWER - 1].rsplit(" ", 1)[0] + "…"
    letters = sum(len(line.text) for line in facts.lines)
    return [Answer(shown, sum(line.score * len(line.text) for line in facts.lines) / letters)]


def _number_of_words(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    count = sum(bool(_WORD.search(word)) for line in facts.lines for word in line.text.split())
    return [Answer(str(count), claims.has_text(facts) if count else _SURE)]


def _number_of_lines(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return [Answer(str(len(facts.lines)), claims.has_text(facts) if facts.lines else _SURE)]


def _number_of_faces(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    sure = min((face.score for face in facts.faces), default=1 - claims.has_face(facts))
    return [Answer(str(len(facts.faces)), sure)]


def _number_of_people(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    _require_faces(facts)
    sure = min(face.score for face in facts.faces)
    return [Answer(f"at least {len(facts.faces)}", sure)]


def _person(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    _require_faces(facts)
    return _yes_or_no(claims.has_face(facts))


def _require_faces(facts: PictureFacts) -> None:
    if not facts.faces:
        raise CannotAnswer("no_face")


def _kind(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    if len(choices) == 1:
        return _yes_or_no(facts.kinds[choices[0]])
    return [Answer(name, likely) for name, likely in facts.kinds.items() if not choices or name in choices]


def _orientation(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    if len(choices) == 1:
        return _yes_or_no(float(facts.attributes.orientation == choices[0]))
    return [Answer(facts.attributes.orientation, 1.0)]


def _size(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return [Answer(f"{facts.attributes.width} x {facts.attributes.height} pixels", 1.0)]


def _qr_code(facts: PictureFacts, choices: Sequence[str]) -> list[Answer]:
    return _yes_or_no(claims.has_qr_code(facts))


_ANSWERS: Mapping[str, Callable[[PictureFacts, Sequence[str]], list[Answer]]] = {
    "black and white": _claim(claims.black_and_white),
    "in colour": _claim(lambda facts: 1 - claims.black_and_white(facts)),
    "background named colours": _is_background,
    "any named colour": _has_any,
    "named colours": _is_mostly,
    "background colour": _background_colour,
    "colours": _colours,
    "colourful": _claim(claims.colourful),
    "dark": _claim(claims.dark),
    "bright": _claim(claims.bright),
    "light": _light,
    "number of words": _number_of_words,
    "number of lines": _number_of_lines,
    "reading": _reading,
    "text": _claim(claims.has_text),
    "number of faces": _number_of_faces,
    "number of people": _number_of_people,
    "face": _claim(claims.has_face),
    "person": _person,
    "kind": _kind,
    "orientation": _orientation,
    "width": lambda facts, choices: [Answer(f"{facts.attributes.width} pixels", 1.0)],
    "height": lambda facts, choices: [Answer(f"{facts.attributes.height} pixels", 1.0)],
    "number of pixels": lambda facts, choices: [Answer(str(facts.attributes.width * facts.attributes.height), 1.0)],
    "size": _size,
    "QR code": _qr_code,
}
