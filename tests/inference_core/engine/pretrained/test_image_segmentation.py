"""Segments of pictures by a model of one's own: the library's masks, as large as the picture, and its thresholds."""

import base64
import io
from pathlib import Path
from typing import Any

import huggingface_hub
import numpy as np
import pytest
from PIL import Image

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, odd_pictures, picture, png, posted, refusal
from tests.support.processes import Running

SCORED, SEMANTIC = "tiny/segments", "tiny/classes"
LOOSE = {"threshold": 0.3, "mask_threshold": 0.1, "overlap_mask_area_threshold": 0.2}
USUAL = {"threshold": 0.9, "mask_threshold": 0.5, "overlap_mask_area_threshold": 0.5}


@pytest.fixture(scope="module")
def library(models: Path) -> Any:
    import transformers

    def made(model: str) -> Any:
        folder = models.parent / model.removeprefix("tiny/")
        return transformers.pipeline("image-segmentation", model=str(folder), device="cpu")

    return made


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (SCORED, {}),
        (SCORED, LOOSE),
        (SCORED, {"subtask": "panoptic", **LOOSE}),
        (SCORED, {"subtask": "instance", **LOOSE}),
        (SCORED, {"subtask": "semantic"}),
        (SEMANTIC, {}),
        (SEMANTIC, {"subtask": "semantic", **USUAL}),
    ],
)
async def test_it_answers_as_the_library_does(engine: Running, library: Any, model: str, asked: dict[str, Any]) -> None:
    address = f"{engine.url}/models/{model}"
    theirs = huggingface_hub.InferenceClient(address).image_segmentation(png(picture()), **asked)
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.image_segmentation(picture(), **asked)
    expected = library(model)(picture(), **asked)
    assert [one.label for one in ours] == [one.label for one in theirs] == [one["label"] for one in expected]
    for one, other, third in zip(ours, theirs, expected, strict=True):
        assert one.score == other.score
        assert (one.score is None) == (third["score"] is None)
        assert near(one.score or 0, third["score"] or 0)
        mask: Any = other.mask
        assert one.mask.mode == "L"
        assert np.array_equal(one.mask, third["mask"])
        assert np.array_equal(mask, third["mask"])


async def test_something_is_found(engine: Running) -> None:
    """The tests above would be empty otherwise."""
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        assert await client.image_segmentation(picture(), model=SCORED, **LOOSE)
        assert len(await client.image_segmentation(picture(), model=SEMANTIC)) > 1


async def test_masks_are_as_large_as_the_upright_picture(engine: Running) -> None:
    sent, shown = odd_pictures()["turned"]
    async with AsyncInferenceClient(SEMANTIC, endpoint=engine.url) as client:
        turned, upright = [await client.image_segmentation(one) for one in (sent, png(shown))]
    assert [one.mask.size for one in turned] == [shown.size] * len(turned)
    assert [one.mask for one in turned] == [one.mask for one in upright]


@pytest.mark.parametrize("model", [SCORED, SEMANTIC])
async def test_masks_of_a_large_picture_are_enlarged(engine: Running, model: str) -> None:
    sent = io.BytesIO()
    picture(5000, 4000).save(sent, "JPEG")
    status, answer = await posted(engine, model, {"inputs": base64.b64encode(sent.getvalue()).decode()})
    assert status == 200
    masks = [np.asarray(Image.open(io.BytesIO(base64.b64decode(one["mask"])))) for one in answer]
    assert {one.shape for one in masks} == {(4000, 5000)}
    if model == SEMANTIC:
        assert all("score" not in one for one in answer)
        assert (sum(one.astype(int) for one in masks) == 255).all()


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    sent = base64.b64encode(png(picture())).decode()
    assert "semantic" in await refusal(engine, SEMANTIC, sent, subtask="instance")
    for name, value in LOOSE.items():
        assert name in await refusal(engine, SEMANTIC, sent, **{name: value})
        assert name in await refusal(engine, SCORED, sent, subtask="semantic", **{name: value})
        assert name in await refusal(engine, SCORED, sent, **{name: 1.5})
    assert "feature" in await refusal(engine, SCORED, sent, 400, feature=1)
