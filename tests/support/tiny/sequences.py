"""Tiny models that make a text of a text."""

from pathlib import Path
from typing import Any

from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from tests.support.tiny.language import save
from tests.support.tiny.tokenizers import byte_pairs

_SPECIAL = ["<pad>", "</s>", "<unk>"]
_LANGUAGES = ["eng_Latn", "deu_Latn", "fra_Latn"]
_SMALL: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 37,
    "decoder_ffn_dim": 37,
    "pad_token_id": 0,
    "eos_token_id": 1,
    "forced_eos_token_id": 1,
    "max_position_embeddings": 128,
}


def summarizer(folder: Path) -> None:
    tokenizer = _tokenizer()
    config = BartConfig(vocab_size=len(tokenizer), bos_token_id=1, decoder_start_token_id=1, **_SMALL)
    save(folder, BartForConditionalGeneration(config), tokenizer)


def pair(folder: Path) -> None:
    """A Marian from English to German."""
    tokenizer = _tokenizer(source_lang="en", target_lang="de")
    config = MarianConfig(vocab_size=len(tokenizer), decoder_start_token_id=0, **_SMALL)
    save(folder, MarianMTModel(config), tokenizer)


def prefixes(folder: Path) -> None:
    """A T5 with a prefix for each pair of languages."""
    tokenizer = _tokenizer()
    tasks = {f"translation_en_to_{to}": {"prefix": f"to {to}: ", "max_length": 30} for to in ("de", "fr")}
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=37,
        num_layers=2,
        num_heads=4,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
        task_specific_params=tasks,
        initializer_factor=5.0,
    )
    model = T5ForConditionalGeneration(config)
    model.generation_config.suppress_tokens = [0, 1, 2]  # of them alone there would be no text
    save(folder, model, tokenizer)


def many_languages(folder: Path) -> None:
    """An NLLB of three languages."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters]
    tokenizer = NllbTokenizer(
        vocab={word: at for at, word in enumerate(words)},
        merges=[],
        extra_special_tokens=_LANGUAGES,
        src_lang="eng_Latn",
        model_max_length=128,
    )
    config = M2M100Config(
        vocab_size=len(tokenizer),
        **_SMALL | {"pad_token_id": 1, "eos_token_id": 2, "forced_eos_token_id": None},
        decoder_start_token_id=2,
        init_std=1.0,
    )
    save(folder, M2M100ForConditionalGeneration(config), tokenizer)


def _tokenizer(**names: str) -> PreTrainedTokenizerFast:
    special = {"pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return byte_pairs(_SPECIAL, 128, single="$A </s>", **special, **names)
