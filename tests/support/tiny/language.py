"""Tiny models of language: encoders with a head, and one that writes."""

from pathlib import Path
from typing import Any

import transformers
from transformers import BertConfig, LlamaConfig, LlamaForCausalLM

from tests.support.tiny.tokenizers import VOCABULARY, byte_pairs, wordpiece

_END = "<|endoftext|>"
_TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def text_classifier(folder: Path) -> None:
    _bert("BertForSequenceClassification", folder, ["NEGATIVE", "POSITIVE"])


def namer(folder: Path) -> None:
    _bert("BertForTokenClassification", folder, ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])


def mask_filler(folder: Path) -> None:
    _bert("BertForMaskedLM", folder)


def entailment(folder: Path) -> None:
    _bert("BertForSequenceClassification", folder, ["contradiction", "neutral", "entailment"])


def encoder(folder: Path) -> None:
    """A plain encoder, without what sentence-transformers writes beside one."""
    _bert("BertModel", folder)


def sentence_encoder(folder: Path) -> None:
    """An encoder as sentence-transformers writes it, with a prompt."""
    from sentence_transformers import SentenceTransformer

    encoder(folder)
    SentenceTransformer(str(folder), device="cpu", prompts={"query": "the question is "}).save(str(folder))


def reader(folder: Path) -> None:
    _bert("BertForQuestionAnswering", folder)


def writer(folder: Path, hidden_size: int = 64, layers: int = 2) -> None:
    """A language model of 512 tokens with a chat template."""
    tokenizer = byte_pairs([_END], 512, eos_token=_END, bos_token=_END, pad_token=_END)
    tokenizer.chat_template = _TEMPLATE
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden_size,
        intermediate_size=2 * hidden_size,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    save(folder, LlamaForCausalLM(config), tokenizer)


def _bert(kind: str, folder: Path, labels: list[str] | None = None) -> None:
    named = {} if labels is None else both_ways(labels)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=37,
        max_position_embeddings=128,
        **named,
    )
    save(folder, getattr(transformers, kind)(config), wordpiece())


def both_ways(labels: list[str]) -> dict[str, Any]:
    """What a configuration says of its labels."""
    return {"id2label": dict(enumerate(labels)), "label2id": {label: at for at, label in enumerate(labels)}}


def save(folder: Path, model: Any, *others: Any) -> None:
    """Write a model, and what belongs to it."""
    for one in (model.eval(), *others):
        one.save_pretrained(folder)
