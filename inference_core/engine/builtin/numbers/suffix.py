"""Reads what follows a number: a scale, a currency, a unit, or a word for what is counted."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from inference_core.engine.builtin.lexical.letters import MARKS
from inference_core.engine.builtin.numbers.names import names
from inference_core.engine.builtin.numbers.units import PLAIN, Unit, known_unit

NOTHING_AGREED: Mapping[str, int] = {}
_LONGEST = 40
_PART = rf"(?:[^\W\d_]|[{MARKS}])+[²³23]?"
_LABEL = re.compile(rf"/?{_PART}(?:[/·]{_PART})*\.?|°[CFK]?|¢|(?:sq|cu|fl)\.? [a-z]+")
_MONEY_LETTERS = ("m", "b")
_NEVER_A_UNIT = frozenset(
    {"st", "nd", "rd", "th", "er", "re", "e", "ère", "ème", "am", "pm", "a.m", "p.m", "uhr", "bc", "ad", "bce", "ce"}
    | {"x", "no", "nr", "to", "and", "or", "of", "by", "per", "vs"}
)
"""Endings of ordinals, times of the day, eras, and words that join a number with something else."""


@dataclass(frozen=True, slots=True)
class Suffix:
    """`factor` is the scale, `scale` its name; `label` is the part of the text that names the unit."""

    factor: int
    unit: Unit
    label: str
    scale: str = ""


def currency(name: str) -> Unit | None:
    """The unit of a currency's symbol, code or name."""
    currencies = names().currencies
    code = currencies.get(name) or currencies.get(f"{name}.") or currencies.get(name.casefold())
    if code is None and len(name) == 1 and unicodedata.category(name) == "Sc":
        code = name
    return Unit(f"money {code}") if code else None


def is_scale(name: str) -> bool:
    """Whether a scale of some language has this name."""
    return name in names().scales


def read_suffix(
    after: str, *, joined: bool, is_money: bool, agreed: Mapping[str, int] = NOTHING_AGREED
) -> Suffix | None:
    """What the text after a number means; None if it makes the number something else, such as a date.

    `agreed` has what names of scales mean if the numbers around this one say it.

    A scale that means different things in different languages counts as a unit of its own: numbers that all have it can
    be added, whatever it means.
    """
    after = after.strip()
    if not after:
        return Suffix(1, PLAIN, "")
    if len(after) > _LONGEST:
        return None
    if not is_money and (unit := known_unit(after) or currency(after)):
        return Suffix(1, unit, after)
    if scale := agreed.get(after) or names().scale(after, joined=joined, is_money=is_money):
        return Suffix(scale, PLAIN, "", after)
    return _scaled(after, agreed, joined=joined, is_money=is_money) or _labelled(after, is_money=is_money)


def _scaled(after: str, agreed: Mapping[str, int], *, joined: bool, is_money: bool) -> Suffix | None:
    """A scale with a unit after it, such as "million tonnes" or "Mio. €"."""
    for end in range(len(after) - 1, 0, -1):
        rest = after[end:].strip()
        unit = currency(rest) or (known_unit(rest) if after[end] == " " else None)
        if unit and is_money and not unit.dimension.startswith("money"):
            continue
        money = is_money or bool(unit and unit.dimension.startswith("money"))
        name = after[:end].strip()
        if unit and (
            scale := agreed.get(name)
            or names().scale(name, joined=joined, is_money=is_money or (money and name in _MONEY_LETTERS))
        ):
            return Suffix(scale, unit, rest, name)
        if unit and is_scale(name):
            return Suffix(1, Unit(f"{name} {unit.dimension}"), after, name)
    name, _, rest = after.partition(" ")
    scale = names().scale(name, joined=joined, is_money=is_money)
    if scale and len(name) > 1 and rest and (label := _labelled(rest, is_money=is_money)):
        return Suffix(scale, label.unit, label.label, name)
    return None


def _labelled(after: str, *, is_money: bool) -> Suffix | None:
    """A word that is not known: numbers that all have it can be added."""
    if is_money and not after.startswith("/") and not is_scale(after):
        return None
    if not (after[0].isalpha() or after[0] in "/°¢"):
        return None
    word = after.rstrip(".").casefold()
    if word.rstrip("²³23") in _NEVER_A_UNIT or word in names().months:
        return None
    if not is_scale(after) and not _LABEL.fullmatch(after):
        return None
    singular = after if len(after) < 4 or is_scale(after) else word.removesuffix("s")
    return Suffix(1, Unit(singular), after, after if is_scale(after) else "")
