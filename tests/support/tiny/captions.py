"""Tiny models that write about pictures, or answer questions about them."""

from pathlib import Path
from typing import Any

from transformers import (
    BlipConfig,
    BlipForConditionalGeneration,
    BlipForQuestionAnswering,
    BlipImageProcessor,
    GPT2Config,
    LayoutLMConfig,
    LayoutLMForQuestionAnswering,
    ViltConfig,
    ViltForQuestionAnswering,
    ViltImageProcessor,
    VisionEncoderDecoderConfig,
    VisionEncoderDecoderModel,
    ViTConfig,
    ViTImageProcessor,
)

from tests.support.tiny.language import both_ways, save
from tests.support.tiny.tokenizers import VOCABULARY, byte_pairs, wordpiece

_SIDES = {"height": 32, "width": 32}
_SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
    "initializer_range": 0.3,
}
_END = "<|endoftext|>"


def encoder_decoder(folder: Path) -> None:
    """A ViT with a GPT that writes 64 tokens at most."""
    tokenizer = byte_pairs([_END], 64, eos_token=_END, bos_token=_END, pad_token=_END)
    ends = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0}
    pen = GPT2Config(
        vocab_size=len(tokenizer),
        n_layer=2,
        n_head=2,
        n_embd=32,
        n_positions=64,
        add_cross_attention=True,
        is_decoder=True,
        initializer_range=0.3,
        **ends,
    )
    eye = ViTConfig(image_size=32, patch_size=8, **_SMALL)
    config = VisionEncoderDecoderConfig.from_encoder_decoder_configs(eye, pen)
    model = VisionEncoderDecoderModel(config)
    for name, value in {"decoder_start_token_id": 0, **ends}.items():
        setattr(model.config, name, value)
        setattr(model.generation_config, name, value)
    save(folder, model, tokenizer, ViTImageProcessor(size=_SIDES))


def blip(folder: Path) -> None:
    save(folder, BlipForConditionalGeneration(_blip()), wordpiece(64), BlipImageProcessor(size=_SIDES))


def blip_answers(folder: Path) -> None:
    save(folder, BlipForQuestionAnswering(_blip()), wordpiece(64), BlipImageProcessor(size=_SIDES))


def vilt(folder: Path) -> None:
    """A model that reads questions of 40 tokens, and knows six answers."""
    config = ViltConfig(
        vocab_size=len(VOCABULARY),
        image_size=64,
        patch_size=16,
        max_position_embeddings=40,
        **_SMALL,
        **both_ways(["yes", "no", "2", "red", "a cat", "left"]),
    )
    save(folder, ViltForQuestionAnswering(config), wordpiece(40), ViltImageProcessor(size={"shortest_edge": 64}))


def layoutlm(folder: Path) -> None:
    """A LayoutLM that reads 128 tokens."""
    config = LayoutLMConfig(vocab_size=len(VOCABULARY), max_position_embeddings=128, **_SMALL)
    save(folder, LayoutLMForQuestionAnswering(config), wordpiece())


def _blip() -> BlipConfig:
    pen = {
        "vocab_size": len(VOCABULARY),
        "encoder_hidden_size": 32,
        "max_position_embeddings": 64,
        "bos_token_id": 2,
        "eos_token_id": 3,
        "sep_token_id": 3,
        "pad_token_id": 0,
        "projection_dim": 16,
    }
    eye = {"image_size": 32, "patch_size": 8, "projection_dim": 16}
    return BlipConfig(text_config=_SMALL | pen, vision_config=_SMALL | eye)
