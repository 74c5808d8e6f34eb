"""Tiny models that make pictures, and one that enlarges them."""

from pathlib import Path
from typing import Any

from diffusers import (
    AutoencoderKL,
    EulerAncestralDiscreteScheduler,
    StableDiffusionInstructPix2PixPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    Swin2SRConfig,
    Swin2SRForImageSuperResolution,
    Swin2SRImageProcessor,
)

from tests.support.tiny.language import save
from tests.support.tiny.tokenizers import byte_pairs

_START, _END = "<|startoftext|>", "<|endoftext|>"
_LATENT = 4


def painter(folder: Path) -> None:
    """One that paints 32 by 32 pixels from a prompt, or over a picture."""
    _write(StableDiffusionPipeline, folder, _LATENT)


def editor(folder: Path) -> None:
    """One that follows instructions: it sees the picture beside what it paints."""
    _write(StableDiffusionInstructPix2PixPipeline, folder, 2 * _LATENT)


def enlarger(folder: Path) -> None:
    config = Swin2SRConfig(
        image_size=32,
        patch_size=1,
        embed_dim=16,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=4,
        upscale=2,
        num_channels=3,
    )
    save(folder, Swin2SRForImageSuperResolution(config), Swin2SRImageProcessor())


def _write(kind: Any, folder: Path, channels: int) -> None:
    form = f"{_START} $A {_END}"
    tokenizer = byte_pairs([_START, _END], 77, single=form, bos_token=_START, eos_token=_END, pad_token=_END)
    made = kind(
        vae=_autoencoder(),
        text_encoder=_reader(len(tokenizer)),
        tokenizer=tokenizer,
        unet=_denoiser(channels),
        scheduler=EulerAncestralDiscreteScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    made.save_pretrained(folder)


def _reader(words: int) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=words,
        hidden_size=32,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=2,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    return CLIPTextModel(config).eval()


def _denoiser(channels: int) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=16,
        in_channels=channels,
        out_channels=_LATENT,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        attention_head_dim=4,
        norm_num_groups=8,
    ).eval()


def _autoencoder() -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=[16, 32],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=_LATENT,
        norm_num_groups=8,
        sample_size=32,
    ).eval()
