"""Token classification by a model of one's own: tokens and groups, long texts, and what its tokenizer cannot do."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, refusal
from tests.support.processes import Running

MODEL = "tiny/names"
TEXT = "i live in berlin"


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("token-classification", model=str(models.parent / "names"), device="cpu")


@pytest.mark.parametrize("strategy", [None, "none", "simple", "first", "average", "max"])
async def test_each_strategy_answers_as_the_library_does(engine: Running, pipeline: Any, strategy: Any) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").token_classification(
        TEXT, aggregation_strategy=strategy, ignore_labels=[]
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.token_classification(TEXT, aggregation_strategy=strategy, ignore_labels=[])
    expected = pipeline(TEXT, aggregation_strategy=strategy or "simple", ignore_labels=[])
    assert [(one.word, one.start, one.end, one.score) for one in ours] == [
        (one.word, one.start, one.end, one.score) for one in theirs
    ]
    assert [(one.word, one.entity_group or one.entity) for one in ours] == [
        (one["word"], one.get("entity_group") or one.get("entity")) for one in expected
    ]
    assert all(near(one.score, other["score"]) for one, other in zip(ours, expected, strict=True))


async def test_labels_are_left_out(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        every = await client.token_classification(TEXT, aggregation_strategy="none", ignore_labels=[])
        label = every[0].entity
        rest = await client.token_classification(TEXT, aggregation_strategy="none", ignore_labels=[label])
    assert [one.word for one in rest] == [one.word for one in every if one.entity != label]


@pytest.mark.parametrize("stride", [None, 0, 40])
async def test_a_long_text_is_read_to_its_end(engine: Running, stride: int | None) -> None:
    text = "the weather in berlin " * 100
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        found = await client.token_classification(text, ignore_labels=[], stride=stride)
    assert found[-1].end == len(text.rstrip())


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    assert "stride" in await refusal(engine, MODEL, TEXT, aggregation_strategy="none", stride=3)
    assert "`stride` is 500" in await refusal(engine, MODEL, TEXT, stride=500)
    assert "128" in await refusal(engine, MODEL, "weather " * 200, aggregation_strategy="none")
    assert "grouped_entities" in await refusal(engine, MODEL, TEXT, 400, grouped_entities=True)
