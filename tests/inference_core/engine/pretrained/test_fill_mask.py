"""Fill-mask by a model of one's own: either mask, several masks, targets."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, posted, refusal
from tests.support.processes import Running

MODEL = "tiny/masks"
TEXT = "the [MASK] is nice"


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("fill-mask", model=str(models.parent / "masks"), device="cpu")


@pytest.mark.parametrize("asked", [{}, {"top_k": 2}, {"targets": ["weather", "cat"]}, {"top_k": 1000}])
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").fill_mask(TEXT, **asked)
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.fill_mask(TEXT, **asked)
    expected = pipeline(TEXT, **{**asked, "top_k": min(asked.get("top_k", 5), len(pipeline.tokenizer))})
    assert [one.token_str for one in ours] == [one.token_str for one in theirs]
    assert [(one.token, one.sequence) for one in ours] == [(one["token"], one["sequence"]) for one in expected]
    assert all(near(one.score, other["score"]) for one, other in zip(ours, expected, strict=True))


async def test_either_mask_is_understood_and_each_of_two_has_a_list(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        assert await client.fill_mask("the <mask> is nice") == await client.fill_mask(TEXT)
    status, answer = await posted(engine, MODEL, {"inputs": "the [MASK] is [MASK]"})
    assert status == 200
    assert [len(one) for one in answer] == [5, 5]


async def test_what_it_cannot_fill_is_refused(engine: Running) -> None:
    assert "no mask" in await refusal(engine, MODEL, "the weather")
    assert "9" in await refusal(engine, MODEL, "[MASK] " * 9)
    assert "128" in await refusal(engine, MODEL, "weather " * 200 + "[MASK]")
    assert "猫" in await refusal(engine, MODEL, TEXT, targets=["cat", "猫"])
