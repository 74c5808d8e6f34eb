"""The names of scales, currencies and months in the languages that babel's copy of CLDR has."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inference_core.engine.builtin.numbers.characters import plain
from inference_core.engine.builtin.once import loaded_once

_LOCALES = (
    "en de fr es it pt nl sv da nb fi pl cs sk hu ro bg el ru uk tr ja zh ko ar fa he hi bn id vi hr en_IN es_MX pt_PT"
    " de_CH fr_CH"
)

# English words for scales, and some that CLDR does not have. What CLDR says besides makes a name ambiguous,
# except for these words in full.
_ENGLISH = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "lakh": 10**5,
    "lac": 10**5,
    "crore": 10**7,
}
_SHORT = {"Tsd.": 10**3, "Tsd": 10**3, "Mio": 10**6, "mio": 10**6, "Mrd": 10**9, "mrd": 10**9} | {
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
    "k": 10**3,
}
# Crore or credit; a thousand in Spanish, a million in English.
_AMBIGUOUS = frozenset({"cr", "Cr", "CR", "mil"})
_IN_ENGLISH = _ENGLISH | {f"{name}s": factor for name, factor in _ENGLISH.items()} | _SHORT | {"mil": 10**6}
_JOINED = {"K": 10**3, "k": 10**3, "M": 10**6, "B": 10**9, "mn": 10**6, "bn": 10**9}
_WITH_CURRENCY = {"m": 10**6, "mm": 10**6, "MM": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "tn": 10**12} | {
    "T": 10**12,
    "L": 10**5,
}
_CURRENCY_WORDS = {
    "euro": "EUR",
    "euros": "EUR",
    "Euro": "EUR",
    "dollar": "$",
    "dollars": "$",
    "yen": "JPY",
    "円": "JPY",
    "元": "CNY",
    "원": "KRW",
    "руб.": "RUB",
    "руб": "RUB",
    "Rs": "Rs",
    "Rs.": "Rs",
    "R": "ZAR",
    "RM": "MYR",
    "S/": "PEN",
    "KSh": "KES",
    "Ksh": "KES",
    "SFr.": "CHF",
    "Fr.": "Fr.",
}


@dataclass(frozen=True, slots=True)
class Names:
    """`scales` has each name's factors, several if languages disagree, `currencies` the code or symbol of each name.

    `languages` has the decimal mark and the scales of each.
    """

    scales: Mapping[str, frozenset[int]]
    currencies: Mapping[str, str]
    months: frozenset[str]
    languages: tuple[tuple[str, Mapping[str, frozenset[int]]], ...]

    def scale(self, name: str, *, joined: bool, is_money: bool) -> int | None:
        """The factor that a name stands for: 1000 for "k"; None if it stands for none or for several.

        `joined` says that no space is before it, `is_money` that the number is an amount of money.
        """
        if name in _AMBIGUOUS:
            return None
        if is_money and name in _WITH_CURRENCY:
            return _WITH_CURRENCY[name]
        if joined and name in _JOINED:
            return _JOINED[name]
        if factor := _ENGLISH.get(name.casefold().removesuffix("s")):
            return factor if name != "Billion" and name != "Trillion" else None
        if len(name) == 1 and name.isascii():  # rather a unit than a foreign scale
            return 1000 if name == "k" else None
        factors = self.scales.get(name, frozenset())
        return next(iter(factors)) if len(factors) == 1 else None

    def agreed(self, together: frozenset[str], marks: tuple[str, ...]) -> dict[str, int]:
        """What scales of the same column mean, if all languages agree that have these names and one of these marks."""
        able = [scales for mark, scales in self.languages if mark in marks and together <= scales.keys()]
        factors = {name: frozenset().union(*(scales[name] for scales in able)) for name in together}
        return {name: next(iter(found)) for name, found in factors.items() if len(found) == 1}


@loaded_once
def names() -> Names:
    """The names, read on the first call, which takes half a second."""
    from babel import Locale

    scales: dict[str, set[int]] = defaultdict(set)
    symbols: dict[str, set[str]] = defaultdict(set)
    months: set[str] = set()
    languages: list[tuple[str, Mapping[str, frozenset[int]]]] = []
    for locale in map(Locale.parse, _LOCALES.split()):
        own: dict[str, set[int]] = defaultdict(set)
        for name, factor in _scales(locale.compact_decimal_formats):
            own[name].add(factor)
            scales[name].add(factor)
        for name, factor in _IN_ENGLISH.items() if locale.language == "en" else ():
            own[name].add(factor)
        languages.append((locale.number_symbols["latn"]["decimal"], _frozen(own)))
        for code, symbol in locale.currency_symbols.items():
            symbols[plain(symbol)].add(code)
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                months |= {name.rstrip(".").casefold() for name in locale.months[context][width].values()}
    for name, factor in _SHORT.items():
        scales[name].add(factor)
    scales |= {name: scales[name] for name in _AMBIGUOUS}
    currencies: dict[str, str] = {str(code): str(code) for code in Locale("en").currencies}
    currencies |= {symbol: _currency(symbol, codes) for symbol, codes in symbols.items() if _is_symbol(symbol)}
    currencies |= _CURRENCY_WORDS
    return Names(_frozen(scales), currencies, frozenset(months), tuple(languages))


def _frozen(factors: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {name: frozenset(found) for name, found in factors.items()}


def _scales(formats: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[tuple[str, int]]:
    for plural in formats.values():
        for by_size in plural.values():
            for size, pattern in by_size.items():
                shown = str(getattr(pattern, "pattern", pattern)).replace("'", "")
                zeros = shown.count("0")
                name = plain(shown.replace("0", ""))
                if zeros and name:
                    yield name, int(size) // 10 ** (zeros - 1)


def _currency(symbol: str, codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else symbol


def _is_symbol(symbol: str) -> bool:
    return not re.fullmatch(r"[A-Za-z]\.?", symbol)
