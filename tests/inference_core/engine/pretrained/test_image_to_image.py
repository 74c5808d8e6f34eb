"""Pictures made of pictures by models of one's own: by a prompt, by an instruction, and larger."""

import base64
import io
from pathlib import Path
from typing import Any

import huggingface_hub
import numpy as np
import pytest
from PIL import Image

from inference_core import AsyncInferenceClient
from tests.support.gradient import gradient
from tests.support.pretrained import refusal
from tests.support.processes import Running

PAINTERS = ["tiny/repainter", "tiny/editor"]
ENLARGER = "tiny/enlarger"
PICTURE = gradient(32, 32)
PROMPT = "a picture of a cat"
QUICK: dict[str, Any] = {"num_inference_steps": 3, "seed": 7}


async def changed(engine: Running, model: str, picture: bytes = PICTURE, prompt: Any = PROMPT, **asked: Any) -> Any:
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        return await client.image_to_image(picture, prompt, **({**QUICK, **asked} if prompt else asked))


def pixels(picture: Any) -> Any:
    return np.asarray(picture.convert("RGB"))


def base64_of(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


@pytest.mark.parametrize("model", PAINTERS)
async def test_both_clients_get_what_the_library_paints(engine: Running, models: Path, model: str) -> None:
    import diffusers
    import torch

    kinds = {
        "tiny/repainter": diffusers.StableDiffusionImg2ImgPipeline,
        "tiny/editor": diffusers.StableDiffusionInstructPix2PixPipeline,
    }
    client = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}")
    theirs = client.image_to_image(PICTURE, prompt=PROMPT, **QUICK)
    ours = await changed(engine, model)
    pipeline = kinds[model].from_pretrained(models.parent / model.partition("/")[2], use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    seen = Image.open(io.BytesIO(PICTURE))
    chance = torch.Generator().manual_seed(7)
    expected = pipeline(prompt=PROMPT, image=seen, num_inference_steps=3, generator=chance).images[0]
    assert ours.size == (32, 32)
    assert np.array_equal(pixels(ours), pixels(theirs))
    assert np.array_equal(pixels(ours), pixels(expected))


@pytest.mark.parametrize("model", PAINTERS)
async def test_every_parameter_changes_the_picture(engine: Running, model: str) -> None:
    usual = pixels(await changed(engine, model))
    for change in (
        {"seed": 8},
        {"num_inference_steps": 4},
        {"guidance_scale": 1.5},
        {"negative_prompt": "the lazy dog"},
        {"prompt": "the lazy dog"},
        {"picture": gradient(32, 40)},
    ):
        other = pixels(await changed(engine, model, **change))
        assert other.shape != usual.shape or not np.array_equal(other, usual), change
    assert np.array_equal(pixels(await changed(engine, model)), usual)
    assert (await changed(engine, model, target_size={"width": 48, "height": 40})).size == (48, 40)


@pytest.mark.parametrize(
    ("given", "made"), [((16, 8), (16, 8)), ((37, 19), (32, 16)), ((640, 320), (40, 16)), ((400, 50), (64, 8))]
)
async def test_a_picture_is_made_smaller_and_its_sides_rounded(
    engine: Running, given: tuple[int, int], made: tuple[int, int]
) -> None:
    assert (await changed(engine, "tiny/repainter", gradient(*given))).size == made


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    async def said(model: str = "tiny/repainter", picture: bytes = PICTURE, status: int = 422, **asked: Any) -> str:
        return await refusal(engine, model, base64_of(picture), status, **asked)

    assert "prompt" in await said()
    assert "prompt" in await said(prompt=" ")
    assert "num_inference_steps" in await said(prompt=PROMPT, num_inference_steps=1)
    for width, reason in ((50, "a multiple of 8"), (72, "at most 64")):
        wrong = await said(prompt=PROMPT, target_size={"width": width, "height": 32})
        assert "`target_size.width`" in wrong and reason in wrong
    assert "4 by 32" in await said(prompt=PROMPT, picture=gradient(4, 32))
    assert "77" in await said(prompt="weather " * 100)
    assert "strength" in await said(status=400, prompt=PROMPT, strength=0.5)
    for name, value in {"prompt": PROMPT, "negative_prompt": "dog", "guidance_scale": 2.0, "seed": 1}.items():
        assert f"does not take {name}" in await said(ENLARGER, **{name: value})
    assert "0.5 million pixels" in await said(ENLARGER, gradient(1000, 600))


async def test_a_picture_is_enlarged_as_the_library_does(engine: Running, models: Path) -> None:
    import torch
    import transformers

    picture = gradient(33, 41)
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{ENLARGER}").image_to_image(picture)
    ours = await changed(engine, ENLARGER, picture, None)
    assert ours.size == (66, 82)
    assert np.array_equal(pixels(ours), pixels(theirs))
    folder = models.parent / "enlarger"
    model = transformers.AutoModelForImageToImage.from_pretrained(folder)
    seen = transformers.AutoImageProcessor.from_pretrained(folder)(Image.open(io.BytesIO(picture)), return_tensors="pt")
    with torch.inference_mode():
        expected = model(**seen).reconstruction[0].clamp(0, 1).permute(1, 2, 0).numpy()
    assert np.abs(pixels(ours) / 255 - expected[:82, :66]).max() < 0.01
    assert (await changed(engine, ENLARGER, picture, None, target_size={"width": 100, "height": 99})).size == (100, 99)
