"""Speech by recognizers of one's own, Whisper's kind and CTC's: times, generation, long recordings."""

import base64
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import posted, refusal, tone
from tests.support.processes import Running

WHISPER, CTC = MODELS = ["tiny/whisper", "tiny/letters"]


def encoded(seconds: float) -> str:
    return base64.b64encode(tone(seconds, 8000)).decode()


@pytest.mark.parametrize("model", MODELS)
async def test_both_clients_get_the_same_text(engine: Running, model: str) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").automatic_speech_recognition(tone(1))
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.automatic_speech_recognition(tone(1))
    assert ours.text == theirs.text


@pytest.mark.parametrize(
    ("model", "times"), [(WHISPER, True), (WHISPER, "word"), (CTC, True), (CTC, "word"), (CTC, "char")]
)
@pytest.mark.parametrize("seconds", [2, 40])
async def test_chunks_have_times_within_the_sound(engine: Running, model: str, times: Any, seconds: int) -> None:
    asked = {"inputs": encoded(seconds), "parameters": {"return_timestamps": times}}
    status, answer = await posted(engine, model, asked)
    assert status == 200, answer
    assert isinstance(answer["text"], str)
    for chunk in answer["chunks"]:
        start, end = chunk["timestamp"]
        assert 0 <= start <= end <= seconds


@pytest.mark.parametrize("model", MODELS)
async def test_a_long_recording_is_heard_to_its_end(engine: Running, model: str) -> None:
    status, answer = await posted(engine, model, {"inputs": encoded(40)})
    assert (status, set(answer)) == (200, {"text"})


@pytest.mark.parametrize(
    "how",
    [
        {"num_beams": 2, "early_stopping": True},
        {"max_length": 20},
        {"max_new_tokens": 5, "min_new_tokens": 2},
        {"do_sample": True, "temperature": 0.7, "top_k": 10, "top_p": 0.9, "seed": 3},
        {"typical_p": 0.9, "epsilon_cutoff": 1e-4, "eta_cutoff": 1e-4, "num_beams": 1},
        {"temperature": 0, "use_cache": False, "num_beam_groups": 1, "penalty_alpha": 0, "min_length": 2},
    ],
)
async def test_whisper_takes_the_parameters_of_a_generation(engine: Running, how: dict[str, Any]) -> None:
    parameters: dict[str, Any] = {"generation_parameters": how}
    asked = {"inputs": encoded(1), "parameters": parameters}
    first, second = await posted(engine, WHISPER, asked), await posted(engine, WHISPER, asked)
    assert first[0] == 200, first
    if "seed" in how or not {"do_sample", "typical_p"} & how.keys():
        assert first == second


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    sound = encoded(1)
    assert "char" in await refusal(engine, WHISPER, sound, return_timestamps="char")
    assert "penalty_alpha" in await refusal(engine, WHISPER, sound, generation_parameters={"penalty_alpha": 0.6})
    assert "max_new_tokens" in await refusal(engine, WHISPER, sound, generation_parameters={"max_new_tokens": 99})
    assert "num_beams" in await refusal(engine, CTC, sound, generation_parameters={"num_beams": 2})
    assert "language" in await refusal(engine, WHISPER, sound, 400, language="de")
