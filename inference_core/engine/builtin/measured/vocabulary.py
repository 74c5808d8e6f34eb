"""Which words are about things that can be measured in any picture. The meaning of other words is never guessed."""

import functools
import re
import tomllib

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.lexical.words import words_of

COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")

_SPELLINGS = {
    "gray": "grey",
    "grayscale": "greyscale",
    "violet": "purple",
    "color": "colour",
    "colors": "colours",
    "colored": "coloured",
    "colorful": "colourful",
    "colorless": "colourless",
    "multicolored": "multicoloured",
}
_OPENING = re.compile(
    r"^(?:(?:this|it|here) (?:is|shows) )?(?:an? |the )?(?:(?:picture|image|photo|photograph) (?:of|with|in|showing) )?"
    r"(?:an? |the )?(?:mostly |mainly |predominantly |very |completely )?"
)
_CLOSING = re.compile(r" (?:picture|image|photo|photograph|colour)$")
_PORTRAIT_OR_LANDSCAPE = {"portrait": "portrait format", "landscape": "landscape format", "square": "square format"}


def words(text: str) -> list[str]:
    """The words of a text in lower case and in British spelling; "violet" is "purple" here."""
    found = words_of(text, joined_by="'&-", marks="&", folded=True)
    return [_SPELLINGS.get(word.text, word.text) for word in found]


def claims(labels: list[str]) -> list[str | None]:
    """What each label says of a picture: a colour, a key of `labels` in picture_words.toml, or None if it is neither.

    "portrait" and "landscape" are formats only where all labels are: alone they mean what a picture shows.
    """
    plain = [" ".join(words(label)) for label in labels]
    formats = [_PORTRAIT_OR_LANDSCAPE.get(_OPENING.sub("", text)) for text in plain]
    if len(labels) > 1 and all(formats):
        return formats
    return [_claim(text) for text in plain]


def question_words(kind: str) -> frozenset[str]:
    """The words that a kind of question may consist of."""
    return _tables()[1][kind]


def _claim(text: str) -> str | None:
    known = _tables()[0]
    opened = _OPENING.sub("", text)
    shorter = _CLOSING.sub("", opened)
    return next((known[form] for form in (text, opened, shorter) if form in known), None)


@functools.cache
def _tables() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    table = tomllib.loads(read_data("picture_words.toml"))
    claims = {
        " ".join(words(phrase)): claim for claim, phrases in table["labels"].items() for phrase in phrases.split("|")
    }
    questions = {kind: frozenset(listed.split()) for kind, listed in table["questions"].items()}
    return {colour: colour for colour in COLOURS} | claims, questions
