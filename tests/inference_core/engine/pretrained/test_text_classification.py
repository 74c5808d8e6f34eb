"""Text classification by a model of one's own: every label, in the hosted API's shape."""

import math

import aiohttp
import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.processes import Running

MODEL = "tiny/labels"


async def test_it_answers_huggingface_hub_and_this_client_alike(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.text_classification("nice weather")
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").text_classification("nice weather")
    assert [(one.label, one.score) for one in ours] == [(one.label, one.score) for one in theirs]
    assert {one.label for one in ours} == {"NEGATIVE", "POSITIVE"}
    assert math.isclose(sum(one.score for one in ours), 1, abs_tol=1e-6)


@pytest.mark.parametrize("function", ["sigmoid", "softmax", "none"])
async def test_each_function_gives_other_scores(engine: Running, function: str) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        (best,) = await client.text_classification("nice weather", top_k=1, function_to_apply=function)
        logits = await client.text_classification("nice weather", function_to_apply="none")
    raw = sorted((one.score for one in logits), reverse=True)
    expected = {
        "sigmoid": 1 / (1 + math.exp(-raw[0])),
        "softmax": math.exp(raw[0]) / sum(map(math.exp, raw)),
        "none": raw[0],
    }
    assert math.isclose(best.score, expected[function], abs_tol=1e-5)


async def test_a_text_that_is_too_long_for_the_model_is_cut(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        assert await client.text_classification("the weather " * 500)


async def test_a_parameter_that_it_has_not_is_refused_by_name(engine: Running) -> None:
    body = {"inputs": "nice", "parameters": {"return_all_scores": True}}
    async with aiohttp.ClientSession() as session, session.post(f"{engine.url}/models/{MODEL}", json=body) as response:
        assert response.status == 400
        assert "return_all_scores" in (await response.json())["error"]
