"""Pictures by a diffusion model of one's own: every parameter, seeds, sizes, and models that are not loaded."""

import inspect
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import numpy as np
import pytest

from inference_core import AsyncInferenceClient
from inference_core.engine.contract import CannotAnswer
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.pretrained import refusal
from tests.support.processes import Server

MODEL = "tiny/painter"
PROMPT = "a picture of a cat"
QUICK: dict[str, Any] = {"num_inference_steps": 2, "seed": 7}


@pytest.fixture(scope="module")
def painter(models: Path) -> Any:
    """The class that paints, in this process."""
    import importlib

    from inference_core.engine.models_file import read_models

    (spec,) = (one for one in read_models(models).model if one.id == MODEL)
    return importlib.import_module("inference_core.engine.pretrained.diffusion").Painter(
        spec, "AutoPipelineForText2Image"
    )


async def painted(engine: Server, prompt: str = PROMPT, **parameters: Any) -> Any:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        return await client.text_to_image(prompt, **{**QUICK, **parameters})


def pixels(picture: Any) -> Any:
    return np.asarray(picture.convert("RGB"))


async def test_both_clients_get_what_the_library_paints(engine: Server, models: Path) -> None:
    import diffusers
    import torch

    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").text_to_image(PROMPT, **QUICK)
    ours = await painted(engine)
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(models.parent / "painter", use_safetensors=True)
    pipeline.set_progress_bar_config(disable=True)
    expected = pipeline(PROMPT, num_inference_steps=2, generator=torch.Generator().manual_seed(7)).images[0]
    assert ours.size == (32, 32)
    assert np.array_equal(pixels(ours), pixels(theirs))
    assert np.array_equal(pixels(ours), pixels(expected))


async def test_every_parameter_changes_the_picture(engine: Server) -> None:
    usual = pixels(await painted(engine))
    for change in (
        {"seed": 8},
        {"num_inference_steps": 3},
        {"guidance_scale": 1.5},
        {"negative_prompt": "the lazy dog"},
        {"scheduler": "DDIMScheduler"},
        {"prompt": "the lazy dog"},
    ):
        assert not np.array_equal(pixels(await painted(engine, **change)), usual), change
        assert np.array_equal(pixels(await painted(engine)), usual)  # nothing of it stays
    assert (await painted(engine, width=48, height=40)).size == (48, 40)
    assert (await painted(engine, width=64)).size == (64, 32)


async def test_without_a_seed_pictures_differ(engine: Server) -> None:
    one, other = [pixels(await painted(engine, seed=None)) for _ in range(2)]
    assert not np.array_equal(one, other)


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Server) -> None:
    async def said(prompt: str = PROMPT, status: int = 422, **parameters: Any) -> str:
        return await refusal(engine, MODEL, prompt, status, **parameters)

    assert "`width` is 50, and this model needs a multiple of 8: set it to 48" in await said(width=50)
    assert "`height` is 3" in await said(height=3)
    assert "`height` is 72, too much for this model: set it to at most 64" in await said(height=72)
    assert "height" in await said(height=4096)
    assert "num_inference_steps" in await said(num_inference_steps=1000)
    assert "`scheduler`" in await said(scheduler="FlowMatchEulerDiscreteScheduler")
    assert "DDIMScheduler" in await said(scheduler="Popen")
    assert "no effect" in await said(guidance_scale=1, negative_prompt="dog")
    assert "77" in await said("weather " * 100)
    assert "77" in await said(negative_prompt="weather " * 100)
    assert "strength" in await said(status=400, strength=0.5)


def test_a_picture_that_the_model_s_own_check_holds_back_is_not_shown(painter: Any) -> None:
    from inference_core.engine.pretrained.diffusion import DiffusionParameters

    own = painter._pipeline
    painter._pipeline = Replaced(own, lambda **_: SimpleNamespace(images=[None], nsfw_content_detected=[True]))
    try:
        with pytest.raises(CannotAnswer, match="holds this one back"):
            painter.painted(PROMPT, DiffusionParameters())
    finally:
        painter._pipeline = own


def test_what_a_pipeline_takes_and_its_model_does_not_heed_is_refused(
    painter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inference_core.engine.pretrained.diffusion import DiffusionParameters

    def refused(**asked: Any) -> list[str]:
        with pytest.raises(CannotAnswer) as raised:
            painter.painted(PROMPT, DiffusionParameters(**asked))
        return list(raised.value.arguments["fields"])

    distilled = SimpleNamespace(config=SimpleNamespace(guidance_embeds=False))
    monkeypatch.setattr(painter, "_denoiser", distilled)
    assert refused(guidance_scale=3.0) == ["guidance_scale"]
    unguided = inspect.Parameter("true_cfg_scale", inspect.Parameter.KEYWORD_ONLY, default=1.0)
    monkeypatch.setattr(painter, "_accepted", {**painter._accepted, "true_cfg_scale": unguided})
    assert refused(negative_prompt="dog") == ["negative_prompt"]


class Replaced:
    """A pipeline that paints something else."""

    def __init__(self, own: Any, paint: Any) -> None:
        self._own, self._paint = own, paint

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def __call__(self, **given: Any) -> Any:
        return self._paint(**given)


def with_pickled_part(painter: Path, folder: Path) -> None:
    """One of whose parts has its weights in the old format."""
    import torch
    from safetensors.torch import load_file

    shutil.copytree(painter, folder)
    part = folder / "text_encoder"
    torch.save(load_file(part / "model.safetensors"), part / "pytorch_model.bin")
    (part / "model.safetensors").unlink()


def with_code(painter: Path, folder: Path) -> None:
    """One of whose parts is a class in a file of its own, which leaves a mark when it runs."""
    shutil.copytree(painter, folder)
    index = json.loads((folder / "model_index.json").read_text())
    index["unet"] = ["acme", "Denoiser"]
    (folder / "model_index.json").write_text(json.dumps(index))
    (folder / "unet" / "acme.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")


@pytest.fixture(scope="module")
def folder(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refused")
    with_pickled_part(models.parent / "painter", made / "pickled")
    with_code(models.parent / "painter", made / "with-code")
    shutil.copytree(models.parent / "editor", made / "editor")
    shutil.copytree(models.parent / "enlarger", made / "enlarger")
    names = ("pickled", "with-code", "editor", "enlarger")
    tables = [f'[[model]]\nid = "acme/{one}"\ntask = "text-to-image"\nsource = "{one}"\n' for one in names]
    (made / "models.toml").write_text("\n".join(tables))
    return made


@pytest.fixture(scope="module")
def refusing(folder: Path) -> Iterator[Server]:
    with processes.engine("--models", str(folder / "models.toml"), HF_HUB_OFFLINE="1") as server:
        yield server


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pickled", "no weights as safetensors"),
        ("with-code", "needs a program of its own"),
        ("editor", "not made for text-to-image"),
        ("enlarger", "not made for text-to-image"),
    ],
)
async def test_it_is_refused_in_one_sentence(refusing: Server, folder: Path, name: str, reason: str) -> None:
    async with AsyncInferenceClient(f"acme/{name}", endpoint=refusing.url) as client:
        with pytest.raises(InferenceHTTPError, match=reason):
            await client.text_to_image(PROMPT)
    assert not (folder / name / "ran").exists()
