"""Pictures by a classifier of one's own: the library's scores for pictures that we decode and turn."""

import base64
from pathlib import Path
from typing import Any

import aiohttp
import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, odd_pictures, picture, png, posted, refusal
from tests.support.processes import Running

MODEL = "tiny/pictures"


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("image-classification", model=str(models.parent / "pictures"), device="cpu")


@pytest.mark.parametrize(
    "asked", [{}, {"top_k": 2}, {"top_k": 9}] + [{"function_to_apply": one} for one in ("sigmoid", "softmax", "none")]
)
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").image_classification(
        png(picture()), **asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.image_classification(picture(), **asked)
    expected = pipeline(picture(), **asked)
    assert [(one.label, one.score) for one in ours] == [(one.label, one.score) for one in theirs]
    assert [one.label for one in ours] == [one["label"] for one in expected]
    assert all(near(one.score or 0, other["score"]) for one, other in zip(ours, expected, strict=True))


@pytest.mark.parametrize("kind", odd_pictures())
async def test_every_kind_of_picture_is_seen_as_people_see_it(engine: Running, pipeline: Any, kind: str) -> None:
    sent, shown = odd_pictures()[kind]
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.image_classification(sent)
    expected = pipeline(shown)
    assert [one.label for one in ours] == [one["label"] for one in expected]
    assert all(abs((one.score or 0) - other["score"]) < 0.02 for one, other in zip(ours, expected, strict=True))


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (1, 40), (300, 4)])
async def test_small_pictures_have_labels_too(engine: Running, size: tuple[int, int]) -> None:
    status, answer = await posted(engine, MODEL, {"inputs": base64.b64encode(png(picture(*size))).decode()})
    assert status == 200
    assert sum(one["score"] for one in answer) == pytest.approx(1)


async def test_what_is_no_picture_or_a_line_is_refused(engine: Running) -> None:
    address = f"{engine.url}/models/{MODEL}"
    async with aiohttp.ClientSession() as session:
        for sent in (b"no picture at all", png(picture(1, 500))):
            async with session.post(address, data=sent) as response:
                assert response.status == 422
    assert "feature" in await refusal(engine, MODEL, "AAAA", 400, feature=1)
