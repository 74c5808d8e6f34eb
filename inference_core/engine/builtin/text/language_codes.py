"""The four languages of the phrase book, by any name or code that translation models use for them."""

from inference_core.engine.builtin.lexical.composed import fold
from inference_core.engine.contract import CannotAnswer

_NAMES = {
    "en": ("eng", "english"),
    "de": ("deu", "ger", "german", "deutsch"),
    "fr": ("fra", "fre", "french", "français"),
    "es": ("spa", "spanish", "español"),
}
LANGUAGES = tuple(_NAMES)
_CODES = {fold(name): code for code, names in _NAMES.items() for name in (code, *names)}


def language_code(name: str) -> str:
    """The two-letter code behind "en", "en-US", "en_XX", "eng_Latn" or "English".

    Raises CannotAnswer for a language the phrase book does not have.
    """
    code = _CODES.get(fold(name.strip()).replace("_", "-").partition("-")[0])
    if code is None:
        raise CannotAnswer("language_not_translated", language=name)
    return code
