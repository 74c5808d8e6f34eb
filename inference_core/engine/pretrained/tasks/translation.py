"""Translation by an encoder with a decoder, between the languages that its tokenizer or configuration has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import GenerationParameters
from inference_core.engine.pretrained.sequences import Rewriter, Truncation

_NAMED_TASK = re.compile(r"translation_(\w+?)_to_(\w+)")
_TARGET_TOKEN = re.compile(r">>(.+)<<")
_CODE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")
_MOST_NAMED = 12


class TranslationParameters(Parameters):
    """Languages have the names that the model has for them, such as en_XX, eng_Latn or en."""

    src_lang: NonEmpty | None = None
    tgt_lang: NonEmpty | None = None
    clean_up_tokenization_spaces: bool | None = None
    truncation: Truncation | None = None
    generate_parameters: GenerationParameters = msgspec.field(default_factory=GenerationParameters)


class TranslationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TranslationParameters = msgspec.field(default_factory=TranslationParameters)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a pair of languages makes of a text, and of the options of its generation."""

    prefix: str = ""
    usual: Mapping[str, Any] = field(default_factory=dict)


class Translator:
    """A model for one pair of languages or for many."""

    def __init__(self, spec: ModelSpec) -> None:
        self._rewriter = Rewriter(spec)
        self._tokenizer = self._rewriter.tokenizer
        self._pairs = _pairs(self._rewriter.usual)
        self._usual_source = getattr(self._tokenizer, "src_lang", None)
        self._codes = _codes(self._tokenizer) if self._usual_source else {}
        self.name = self._rewriter.name
        self.place = self._rewriter.place

    def answer(self, body: TranslationBody) -> list[dict[str, str]]:
        """`[{translation_text}]`.

        Raises CannotAnswer for a language that the model does not have, and as `Rewriter.rewritten` does.
        """
        asked = body.parameters
        task = self._task(asked.src_lang, asked.tgt_lang)
        translation = self._rewriter.rewritten(
            task.prefix + body.inputs,
            asked.generate_parameters,
            asked.truncation,
            usual=task.usual,
            clean_up=asked.clean_up_tokenization_spaces,
        )
        return [{"translation_text": translation}]

    def _task(self, source: str | None, target: str | None) -> _Task:
        if self._codes:
            return self._by_code(source, target)
        if self._pairs:
            return self._by_pair(source, target)
        return self._by_token(source, target)

    def _by_code(self, source: str | None, target: str | None) -> _Task:
        """For tokenizers that begin a text with its language, and decoders that begin with theirs."""
        for name, language in (("src_lang", source), ("tgt_lang", target)):
            _require(name, language, list(self._codes))
        self._tokenizer.src_lang = source or self._usual_source
        target = target or getattr(self._tokenizer, "tgt_lang", None)
        if target in self._codes:
            return _Task(usual={"forced_bos_token_id": self._codes[target]})
        if self._rewriter.model.generation_config.forced_bos_token_id is None:
            raise CannotAnswer("field_missing", field="tgt_lang")
        return _Task()

    def _by_pair(self, source: str | None, target: str | None) -> _Task:
        """For models whose configuration has a prefix for each pair of languages."""
        _require("src_lang", source, [one for one, _ in self._pairs])
        fitting = {pair: usual for pair, usual in self._pairs.items() if source in (None, pair[0])}
        _require("tgt_lang", target, [other for _, other in fitting])
        pair = next(pair for pair in fitting if target in (None, pair[1]))
        usual = dict(fitting[pair])
        return _Task(usual.pop("prefix", ""), usual)

    def _by_token(self, source: str | None, target: str | None) -> _Task:
        """For models of one pair of languages, or with a token for each language that they translate to."""
        sources, targets = (self._said(name) for name in ("source_lang", "target_lang"))
        tokens = {found[1]: word for word in self._tokenizer.get_vocab() if (found := _TARGET_TOKEN.fullmatch(word))}
        _require("src_lang", source, sources)
        if target in tokens:
            return _Task(f"{tokens[target]} ")
        _require("tgt_lang", target, [*targets, *sorted(tokens)])
        return _Task()

    def _said(self, name: str) -> list[str]:
        said = getattr(self._tokenizer, name, None) or self._tokenizer.init_kwargs.get(name)
        return [said] if said else []


def _pairs(usual: Mapping[str, dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {_NAMED_TASK.fullmatch(task): options for task, options in usual.items()}
    return {(match[1], match[2]): options for match, options in found.items() if match}


def _codes(tokenizer: Any) -> dict[str, int]:
    """The tokens of languages by the languages' names."""
    if known := getattr(tokenizer, "lang_code_to_id", None):
        return dict(known)
    special = (str(token) for token in getattr(tokenizer, "extra_special_tokens", None) or tokenizer.all_special_tokens)
    return {token: tokenizer.convert_tokens_to_ids(token) for token in special if _CODE.fullmatch(token)}


def _require(name: str, language: str | None, known: list[str]) -> None:
    """Raises CannotAnswer unless the language is one of these."""
    if language is None or language in known:
        return
    if not known:
        raise CannotAnswer("fields_not_served", fields=[name])
    listed = list(dict.fromkeys(known))
    shown = [*listed[:_MOST_NAMED], *(["…"] if len(listed) > _MOST_NAMED else [])]
    raise CannotAnswer("value_not_served", name=name, value=language[:50], known=shown)


FAMILY = Family(
    tasks=(
        ServedTask(
            id="translation",
            body=TranslationBody,
            answer=Translator.answer,
            answered_example={"inputs": "Where is the train station?"},
        ),
    ),
    load=Translator,
    needs=TRANSFORMERS,
)
