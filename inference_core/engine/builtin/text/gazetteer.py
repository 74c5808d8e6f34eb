"""Lists of known names: CLDR's countries and languages, the time-zone database's cities, and our own lists."""

import tomllib
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.text.tokens import words_of

Phrase = tuple[str, ...]

_CLDR_WITHOUT_PLACE = frozenset({"001", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_AREAS_OF_CITIES = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
_ZONES_NAMED_BY_A_WORD = frozenset(
    {"ACT", "Center", "Central", "Easter", "Eastern", "LHI", "NSW", "North", "Resolute", "South", "Virgin", "West"}
)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Whole names with their kind (LOC, ORG or MISC), and words that other names can be recognised by."""

    phrases: Mapping[Phrase, str]
    longest: int
    first_names: frozenset[str]
    first_names_before_a_surname: frozenset[str]
    titles: frozenset[str]
    organisation_endings: frozenset[str]
    organisation_beginnings: frozenset[str]
    place_endings: frozenset[str]
    place_beginnings: frozenset[str]
    ordinary: frozenset[str]

    @classmethod
    def load(cls) -> Self:
        """Needs babel, and on systems without a time-zone database the package tzdata."""
        lists = {name: _entries(text) for name, text in tomllib.loads(read_data("names.toml")).items()}
        places, organisations = lists.pop("places"), lists.pop("organisations")
        lists["ordinary"] |= {word.capitalize() for word in lists.pop("function_words")}
        kinds = dict.fromkeys(_languages(), "MISC")
        kinds |= dict.fromkeys((*_countries(), *_cities(), *places), "LOC")
        kinds |= dict.fromkeys(organisations, "ORG")
        phrases = {tuple(word.text for word in words_of(name)): kind for name, kind in kinds.items()}
        return cls(phrases=phrases, longest=max(map(len, phrases)), **lists)


def _entries(text: str) -> frozenset[str]:
    return frozenset(entry.strip() for entry in text.split(","))


def _languages() -> Iterable[str]:
    """The English names of languages with a two-letter code; most of them are also names of a people."""
    from babel import Locale

    return (name for code, name in Locale("en").languages.items() if len(code) == 2)


def _countries() -> Iterator[str]:
    """CLDR's English names of countries and continents, without notes in brackets and with "and" instead of "&"."""
    from babel import Locale

    for code, name in Locale("en").territories.items():
        if code not in _CLDR_WITHOUT_PLACE:
            plain = name.partition(" (")[0].partition(" - ")[0]
            yield plain
            yield plain.replace(" & ", " and ")


def _cities() -> Iterator[str]:
    for zone in zoneinfo.available_timezones():
        area, _, city = zone.partition("/")
        name = city.rpartition("/")[2].replace("_", " ")
        if area in _AREAS_OF_CITIES and name not in _ZONES_NAMED_BY_A_WORD:
            yield name
