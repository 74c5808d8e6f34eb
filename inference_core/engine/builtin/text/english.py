"""Detects texts that are clearly not English, with py3langid's model of letter sequences."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.lexical.words import words_of
from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.contract import CannotAnswer

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Languages in Latin letters, except Pidgin, Luxembourgish, Nynorsk and similar ones: English, German and Norwegian
# texts are too often mistaken for these.
_LANGUAGES = (
    "af az bs ca cs cy da de en es et eu fi fr ga gl hr hu id is it la lt lv ms mt nl no pl pt ro sk sl sq sv sw tl tr"
    " vi"
)
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'-]+")
_PARTICLES = frozenset({"al", "bin", "da", "de", "del", "der", "di", "du", "el", "la", "le", "of", "van", "von"})
_FEWEST_WORDS = 3
_FEWEST_WITHOUT_NAMES = 2
_LIKELIHOOD_RATIO = 30.0
"""Measured on the sentences of the tests: with a lower value, English with foreign names is refused."""


def require_english(text: str) -> None:
    """Raises CannotAnswer for a text that is clearly not English."""
    if has_only_foreign_letters(text):
        raise CannotAnswer("other_script")
    language = other_language(text)
    if language is not None:
        raise CannotAnswer("only_english", language=language)


def other_language(text: str) -> str | None:
    """The English name of the language of a text in Latin letters; None if it is English or not clear.

    Names of people and places do not count, and two words are never enough. Similar languages, such as Danish and
    Norwegian, may be confused.
    """
    split = words_of(text.lower() if text.isupper() else text, joined_by="'-")
    words = [word.text for word in split if _LATIN_WORD.fullmatch(word.text)]
    without_names = list(_without_names(words))
    if len(words) < _FEWEST_WORDS or len(without_names) < _FEWEST_WITHOUT_NAMES:
        return None
    ranked = _identifier().rank(" ".join(without_names))
    code, likely = ranked[0]
    if code == "en" or likely < _LIKELIHOOD_RATIO * dict(ranked)["en"]:
        return None
    return _name(code)


def has_only_foreign_letters(text: str) -> bool:
    """Whether a text has letters, but no Latin ones."""
    letters = {character for character in nfc(text) if character.isalpha()}
    return bool(letters) and not any(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def _without_names(words: Sequence[str]) -> Iterator[str]:
    """The first word, and all lower-case words except those within a name, such as "de" in "Juan Carlos de Borbón"."""
    yield from words[:1]
    in_name = words[0].istitle() if words else False
    for word in words[1:]:
        in_name = not word.islower() or (in_name and word in _PARTICLES)
        if not in_name:
            yield word


@loaded_once
def _identifier() -> "LanguageIdentifier":
    """The identifier that the process shares, loaded on first use, which takes half a second and 60 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES.split())
    return identifier


def _name(code: str) -> str:
    from babel import Locale

    return str(Locale("en").languages[code])
