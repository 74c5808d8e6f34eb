"""Tiny models that see."""

from pathlib import Path
from typing import Any

from transformers import (
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    DetrConfig,
    DetrForObjectDetection,
    DetrForSegmentation,
    DetrImageProcessor,
    ResNetConfig,
    SegformerConfig,
    SegformerForSemanticSegmentation,
    SegformerImageProcessor,
    SiglipConfig,
    SiglipImageProcessor,
    SiglipModel,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
    YolosConfig,
    YolosForObjectDetection,
    YolosImageProcessor,
)

from tests.support.tiny.language import both_ways, save
from tests.support.tiny.tokenizers import byte_pairs

_SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
}
_THINGS = ["cat", "dog", "fox", "bird"]
_DETR_SIDES = {"shortest_edge": 64, "longest_edge": 128}
_CLIP_TOKENS = {"bos_token": "<start>", "eos_token": "<end>", "pad_token": "<end>", "unk_token": "<end>"}
_LOUD = 0.3
"""How far apart first weights are: at the usual 0.02 a model says the same of every picture."""


def classifier(folder: Path) -> None:
    config = ViTConfig(image_size=32, patch_size=8, initializer_range=_LOUD, **_SMALL, **both_ways(_THINGS))
    save(folder, ViTForImageClassification(config), ViTImageProcessor(size={"height": 32, "width": 32}))


def yolos(folder: Path) -> None:
    config = YolosConfig(
        image_size=[64, 64],
        patch_size=16,
        num_detection_tokens=8,
        initializer_range=_LOUD,
        **_SMALL,
        **both_ways(_THINGS),
    )
    sides = {"shortest_edge": 64, "longest_edge": 64}
    save(folder, YolosForObjectDetection(config), YolosImageProcessor(size=sides))


def detr(folder: Path) -> None:
    save(folder, DetrForObjectDetection(_detr()), DetrImageProcessor(size=_DETR_SIDES))


def detr_masks(folder: Path) -> None:
    """A DETR that also says which pixels a thing has."""
    save(folder, DetrForSegmentation(_detr()), DetrImageProcessor(size=_DETR_SIDES))


def segformer(folder: Path) -> None:
    config = SegformerConfig(
        num_encoder_blocks=4,
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, 16, 16, 32],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=16,
        initializer_range=_LOUD,
        **both_ways(_THINGS),
    )
    save(folder, SegformerForSemanticSegmentation(config), SegformerImageProcessor(size={"height": 64, "width": 64}))


def clip(folder: Path) -> None:
    """A CLIP that reads 16 tokens."""
    tokenizer = byte_pairs(["<start>", "<end>"], 16, single="<start> $A <end>", **_CLIP_TOKENS)
    text = {"vocab_size": len(tokenizer), "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    text |= {"max_position_embeddings": 16}
    eye = {"image_size": 32, "patch_size": 8}
    config = CLIPConfig(text_config=_SMALL | text, vision_config=_SMALL | eye, projection_dim=16)
    sides = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    save(folder, CLIPModel(config), tokenizer, CLIPImageProcessor(**sides))


def siglip(folder: Path) -> None:
    """A SigLIP that reads 16 tokens."""
    tokenizer = byte_pairs(["<pad>", "</s>"], 16, single="$A </s>", pad_token="<pad>", eos_token="</s>")
    tokenizer.model_input_names = ["input_ids"]
    text = {"vocab_size": len(tokenizer), "max_position_embeddings": 16, "pad_token_id": 0, "eos_token_id": 1}
    eye = {"image_size": 32, "patch_size": 8}
    config = SiglipConfig(text_config=_SMALL | text, vision_config=_SMALL | eye)
    save(folder, SiglipModel(config), tokenizer, SiglipImageProcessor(size={"height": 32, "width": 32}))


def _detr() -> DetrConfig:
    sizes = [16, 16, 32, 32]
    stages = ["stage1", "stage2", "stage3", "stage4"]
    eye = ResNetConfig(embedding_size=16, hidden_sizes=sizes, depths=[1, 1, 1, 1], out_features=stages)
    return DetrConfig(
        backbone_config=eye,
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=37,
        decoder_ffn_dim=37,
        num_queries=8,
        init_std=_LOUD,
        **both_ways(_THINGS),
    )
