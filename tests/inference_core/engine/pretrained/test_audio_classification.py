"""Sounds by a classifier of one's own: the library's scores for samples that we decode and resample."""

from pathlib import Path
from typing import Any

import aiohttp
import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, refusal, tone
from tests.support.processes import Running

MODEL = "tiny/listener"


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("audio-classification", model=str(models.parent / "listener"), device="cpu")


@pytest.mark.parametrize(
    "asked", [{}, {"top_k": 2}, {"top_k": 9}] + [{"function_to_apply": one} for one in ("sigmoid", "softmax", "none")]
)
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    from inference_core.engine.builtin.audio.resample import resampled
    from inference_core.media.sounds import decode_sound

    sound = tone(1.5)
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").audio_classification(sound, **asked)
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.audio_classification(sound, **asked)
    expected = pipeline(resampled(decode_sound(sound), 16_000), **{"top_k": None, **asked})
    assert [(one.label, one.score) for one in ours] == [(one.label, one.score) for one in theirs]
    assert [one.label for one in ours] == [one["label"] for one in expected]
    assert all(near(one.score, other["score"]) for one, other in zip(ours, expected, strict=True))


async def test_a_click_has_labels_too_and_what_is_no_sound_is_refused(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        assert await client.audio_classification(tone(0.001))
    address = f"{engine.url}/models/{MODEL}"
    async with aiohttp.ClientSession() as session, session.post(address, data=b"no sound at all") as response:
        assert response.status == 422
    assert "feature" in await refusal(engine, MODEL, "AAAA", 400, feature=1)
