"""What people call ImageNet's classes: by their names, or by those of groups of them, such as "dog"."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from inference_core.engine.builtin.lexical.plurals import singulars

Numbers = frozenset[int]


def _numbers(*ranges: tuple[int, int] | int) -> Numbers:
    """The numbers of the classes in ranges that include both ends."""
    spans: Iterable[tuple[int, int]] = ((one, one) if isinstance(one, int) else one for one in ranges)
    return frozenset(number for first, last in spans for number in range(first, last + 1))


GROUPS: Mapping[str, Numbers] = {
    "animal": _numbers((0, 397)),
    "ape": _numbers((365, 369)),
    "bear": _numbers((294, 297), 388),
    "beetle": _numbers((300, 307)),
    "bicycle": _numbers(444, 671),
    "bird": _numbers((7, 24), (80, 100), (127, 146)),
    "bus": _numbers(654, 779, 874),
    "butterfly": _numbers((321, 326)),
    "car": _numbers(436, 468, 511, 609, 627, 656, 661, 751, 817),
    "cat": _numbers((281, 293)),
    "dog": _numbers((151, 268)),
    "elephant": _numbers(385, 386),
    "fish": _numbers((0, 6), (389, 397)),
    "fox": _numbers((277, 280)),
    "frog": _numbers((30, 32)),
    "insect": _numbers((300, 326)),
    "lizard": _numbers((38, 48)),
    "monkey": _numbers((370, 382)),
    "motorbike": _numbers(665, 670),
    "motorcycle": _numbers(665, 670),
    "rabbit": _numbers((330, 332)),
    "shark": _numbers((2, 4)),
    "snake": _numbers((52, 68)),
    "spider": _numbers((72, 77)),
    "train": _numbers(466, 547, 565, 705, 820),
    "turtle": _numbers((33, 37)),
    "whale": _numbers((147, 148)),
    "wolf": _numbers((269, 271)),
}

_UNCOUNTED = frozenset(
    ("brass", "velvet", "wool", "hay", "dough", "guacamole", "consomme", "carbonara", "eggnog", "espresso", "broccoli")
) | {"corn", "chain mail", "chocolate syrup", "mashed potato", "red wine", "toilet paper", "ice cream", "rapeseed"}
_UNCOUNTED |= {"face powder", "hair spray", "sunscreen"}
_PLURALS = frozenset(
    {"binoculars", "clogs", "cocker spaniels", "jeans", "parallel bars", "pajamas", "sunglasses", "tights"}
)
_SOUNDS_OTHERWISE = ("europe", "hour", "unic")
"""Beginnings of names that begin with a vowel where it sounds like a consonant, and the other way round."""


class Called(NamedTuple):
    """A name in singular, and the classes that people mean by it."""

    name: str
    numbers: Numbers


def called(name: str, classes: Sequence[str]) -> Called | None:
    """What people mean by a name in lower case, in singular or plural; None if it is not known."""
    for form in singulars(name):
        if form in GROUPS:
            return Called(form, GROUPS[form])
        if found := frozenset(number for number, one in enumerate(classes) if one.casefold() == form):
            return Called(form, found)
    return None


def with_article(name: str) -> str:
    """For example "an acorn"; "wool" and "jeans" have no article."""
    said = name.casefold()
    if said in _UNCOUNTED | _PLURALS:
        return name
    begins_with_vowel = said.startswith(tuple("aeiou")) != said.startswith(_SOUNDS_OTHERWISE)
    return f"an {name}" if begins_with_vowel else f"a {name}"
