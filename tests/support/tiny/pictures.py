"""Tiny models that see."""

from pathlib import Path
from typing import Any

from transformers import (
    DetrConfig,
    DetrForObjectDetection,
    DetrImageProcessor,
    ResNetConfig,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
    YolosConfig,
    YolosForObjectDetection,
    YolosImageProcessor,
)

from tests.support.tiny.language import both_ways, save

_SMALL: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 37,
}
_THINGS = ["cat", "dog", "fox", "bird"]
_DETR_SIDES = {"shortest_edge": 64, "longest_edge": 128}
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


def _detr() -> DetrConfig:
    sizes = [16, 16, 32, 32]
    eye = ResNetConfig(embedding_size=16, hidden_sizes=sizes, depths=[1, 1, 1, 1], out_features=["stage4"])
    return DetrConfig(
        backbone_config=eye,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=37,
        decoder_ffn_dim=37,
        num_queries=8,
        init_std=_LOUD,
        **both_ways(_THINGS),
    )
