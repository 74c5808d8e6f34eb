"""Translation by looking up: whole sentences in a phrase book, and names of countries, days and more from CLDR."""

import re
from textwrap import shorten
from typing import Any

from msgspec import Struct, field

from inference_core.engine.builtin.encoder.shared import shared_encoder
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.text.english import other_language
from inference_core.engine.builtin.text.glossary import Glossary
from inference_core.engine.builtin.text.language_codes import LANGUAGES, language_code
from inference_core.engine.builtin.text.phrase_book import Nearest, PhraseBook
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER, ENGLISH

_MAX_CHARACTERS = 2000
_MIN_SIMILARITY = 0.6
_DETECT = "auto"
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_]|[¿¡\"„«])")
_SPACE_BEFORE_PUNCTUATION = re.compile(r"\s+(?=[.,!?;:])")


class TranslationParameters(Parameters):
    """`src_lang` and `tgt_lang`: "en", "en_XX", "eng_Latn", "English"... Default: English to German.

    With "auto" as `src_lang`, or without it, the language of the text is detected. The target is English if it is not
    given, from English German.

    `clean_up_tokenization_spaces` removes spaces before punctuation, which are usual in French.
    """

    src_lang: str | None = None
    tgt_lang: str | None = None
    clean_up_tokenization_spaces: bool | None = None


class TranslationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TranslationParameters = field(default_factory=TranslationParameters)


class TranslationMemory:
    """Translates the sentences it knows, and refuses the others."""

    name = "phrase book (en, de, fr, es) with CLDR glossary"

    def __init__(self, phrases: PhraseBook, glossary: Glossary) -> None:
        self._phrases = phrases
        self._glossary = glossary

    def answer(self, body: TranslationBody) -> list[dict[str, Any]]:
        """`[{translation_text}]`. Raises CannotAnswer for a sentence that is in neither the book nor the glossary."""
        source, target = _languages(body)
        translation = self._translation(nfc(body.inputs.strip()), source, target)
        if body.parameters.clean_up_tokenization_spaces:
            translation = _SPACE_BEFORE_PUNCTUATION.sub("", translation)
        return [{"translation_text": translation}]

    def _translation(self, text: str, source: str, target: str) -> str:
        known = self._looked_up(text, source, target)
        if known is not None:
            return known
        return " ".join(self._sentence(sentence, source, target) for sentence in _BETWEEN_SENTENCES.split(text))

    def _looked_up(self, text: str, source: str, target: str) -> str | None:
        return self._glossary.find(text, source, target) or self._phrases.find(text, source, target)

    def _sentence(self, sentence: str, source: str, target: str) -> str:
        known = self._looked_up(sentence, source, target)
        if known is not None:
            return known
        if source != "en":
            raise _unknown(sentence)
        nearest = self._phrases.nearest(sentence)
        if not nearest.same_meaning:
            raise _unknown(sentence, nearest)
        return nearest.phrase[target]


def _unknown(sentence: str, nearest: Nearest | None = None) -> CannotAnswer:
    shown = shorten(sentence, 80, placeholder="…")
    if nearest is None or nearest.similarity < _MIN_SIMILARITY:
        return CannotAnswer("not_in_phrase_book", text=shown)
    phrase = nearest.phrase["en"].format(name="…", number="…")
    return CannotAnswer("near_phrase_book", text=shown, nearest=phrase)


def _languages(body: TranslationBody) -> tuple[str, str]:
    source, target = body.parameters.src_lang, body.parameters.tgt_lang
    detected = None
    if source in (None, _DETECT):
        detected = other_language(body.inputs)
        source = detected or "en"
    code = language_code(source)  # raises for a language that the phrase book does not have
    if target is not None:
        return code, language_code(target)
    if detected is not None:
        raise CannotAnswer("looks_foreign", language=detected)
    return code, "de" if code == "en" else "en"


MODEL = Model(
    id="builtin/phrase-book",
    tasks=(
        ServedTask(
            id="translation",
            body=TranslationBody,
            answer=TranslationMemory.answer,
            answered_example={"inputs": "Where is the train station?"},
            refused_example={"inputs": "The quarterly figures disappointed the board."},
        ),
    ),
    words="models.phrase_book",
    licence="Apache-2.0 AND Unicode-3.0",
    load=lambda: TranslationMemory(PhraseBook(shared_encoder()), Glossary(LANGUAGES)),
    level="toy",
    needs=ENGLISH + ENCODER,
    sizes=InputSizes(characters=_MAX_CHARACTERS),
    lane=Lane("language", __name__),
    languages={"src_lang": LANGUAGES, "tgt_lang": LANGUAGES},
)
