"""Countries, languages, months, weekdays and currencies in other languages, from babel's copy of CLDR."""

from collections.abc import Iterator, Mapping

from inference_core.engine.builtin.lexical.composed import fold


class Glossary:
    """Translates single names between two languages: both names stand for the same thing in CLDR."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._names = {language: dict(_names(language)) for language in languages}
        self._things = {language: _inverse(names) for language, names in self._names.items()}

    def find(self, name: str, source: str, target: str) -> str | None:
        """A name in the target language; None if CLDR does not have it in the source language."""
        thing = self._things[source].get(fold(name))
        return None if thing is None else self._names[target].get(thing)


def _names(language: str) -> Iterator[tuple[str, str]]:
    """Every (thing, name) CLDR has in a language."""
    from babel import Locale

    locale = Locale(language)
    kinds = {
        "month": locale.months["stand-alone"]["wide"],
        "weekday": locale.days["stand-alone"]["wide"],
        "country": {code: name for code, name in locale.territories.items() if code not in _NO_COUNTRIES},
        "language": locale.languages,
        "currency": locale.currencies,
    }
    for kind, names in kinds.items():
        for code, name in names.items():
            yield f"{kind} {code}", name


def _inverse(names: Mapping[str, str]) -> dict[str, str]:
    """The things by folded name; if two things have the same name, the first kind counts."""
    things: dict[str, str] = {}
    for thing, name in names.items():
        things.setdefault(fold(name), thing)
    return things


_NO_COUNTRIES = frozenset({"XA", "XB", "ZZ"})
"""CLDR's codes for pseudo-locales and for an unknown region."""
