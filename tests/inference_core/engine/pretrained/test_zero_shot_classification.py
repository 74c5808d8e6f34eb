"""Zero-shot classification by a model of one's own: the library's scores, in the hosted API's shape."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, posted, refusal
from tests.support.processes import Running

MODEL = "tiny/entails"
LABELS = ["weather", "cat", "invoice"]


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("zero-shot-classification", model=str(models.parent / "entails"), device="cpu")


@pytest.mark.parametrize(
    "asked", [{}, {"multi_label": True}, {"multi_label": False, "hypothesis_template": "a picture of {}"}]
)
@pytest.mark.parametrize("text", ["a sunny day", "sunny " * 300])
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any], text: str) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").zero_shot_classification(
        text, LABELS, **asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.zero_shot_classification(text, LABELS, **asked)
    expected = pipeline(text, candidate_labels=LABELS, **asked)
    assert [(one.label, one.score) for one in ours] == [(one.label, one.score) for one in theirs]
    scores = dict(zip(expected["labels"], expected["scores"], strict=True))
    assert all(near(one.score, scores[one.label]) for one in ours)


async def test_labels_may_be_one_text(engine: Running) -> None:
    listed = await posted(engine, MODEL, {"inputs": "sunny", "parameters": {"candidate_labels": LABELS}})
    assert listed == await posted(
        engine, MODEL, {"inputs": "sunny", "parameters": {"candidate_labels": ", ".join(LABELS)}}
    )


async def test_a_template_without_a_place_is_refused(engine: Running) -> None:
    said = await refusal(engine, MODEL, "sunny", candidate_labels=LABELS, hypothesis_template="about it")
    assert "hypothesis_template" in said


async def test_a_label_that_leaves_no_room_for_the_text_is_refused(engine: Running) -> None:
    assert "tokens" in await refusal(engine, MODEL, "sunny", candidate_labels=["weather " * 130])
