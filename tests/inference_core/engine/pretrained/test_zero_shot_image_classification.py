"""Pictures and labels of the caller's by a model of one's own: the library's scores, and labels that are too long."""

import base64
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, odd_pictures, picture, png, posted, refusal
from tests.support.processes import Running

LABELS = ["a cat", "the weather", "berlin"]
SENT = base64.b64encode(png(picture())).decode()


@pytest.fixture(scope="module", params=["tiny/clip", "tiny/siglip"])
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def scored(models: Path, model: str) -> Any:
    """The library's scores: its pipeline would fill a SigLIP's texts up to 64 tokens, whatever its window is."""
    import torch
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    folder = models.parent / model.removeprefix("tiny/")
    network, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    eye = AutoImageProcessor.from_pretrained(folder)

    def of(image: Any, texts: list[str]) -> list[float]:
        read = tokenizer(texts, return_tensors="pt", padding="max_length" if "siglip" in model else True)
        with torch.inference_mode():
            logits = network(**read, **eye(images=[image], return_tensors="pt")).logits_per_image[0]
        scores: list[float] = (logits.sigmoid() if "siglip" in model else logits.softmax(-1)).tolist()
        return scores

    return of


@pytest.mark.parametrize("template", [None, "{}", "the {} is {}"])
async def test_it_answers_as_the_library_does(engine: Running, scored: Any, model: str, template: str | None) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").zero_shot_image_classification(
        png(picture()), LABELS, hypothesis_template=template
    )
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.zero_shot_image_classification(picture(), LABELS, hypothesis_template=template)
    said = [(template or "This is a photo of {}.").replace("{}", label) for label in LABELS]
    expected = dict(zip(LABELS, scored(picture(), said), strict=True))
    assert [(one.label, one.score) for one in ours] == [(one.label, one.score) for one in theirs]
    assert [one.label for one in ours] == sorted(LABELS, key=lambda label: -expected[label])
    assert all(near(one.score or 0, expected[one.label]) for one in ours)


async def test_every_kind_of_picture_is_seen_as_people_see_it(engine: Running, scored: Any, model: str) -> None:
    for kind, (sent, shown) in odd_pictures().items():
        async with AsyncInferenceClient(model, endpoint=engine.url) as client:
            ours = await client.zero_shot_image_classification(sent, LABELS, hypothesis_template="{}")
        expected = dict(zip(LABELS, scored(shown, LABELS), strict=True))
        assert all(abs((one.score or 0) - expected[one.label]) < 0.02 for one in ours), kind


async def test_labels_may_be_one_text(engine: Running, model: str) -> None:
    status, answer = await posted(engine, model, {"inputs": SENT, "parameters": {"candidate_labels": "a cat, a dog"}})
    assert status == 200
    assert sorted(one["label"] for one in answer) == ["a cat", "a dog"]


async def test_what_cannot_be_compared_is_refused(engine: Running, model: str) -> None:
    labels = {"candidate_labels": ["a cat", "a dog"]}
    assert "{}" in await refusal(engine, model, SENT, **labels, hypothesis_template="see this")
    assert "16" in await refusal(engine, model, SENT, candidate_labels=["a cat", "the quick brown fox " * 5])
    assert "candidate_labels" in await refusal(engine, model, SENT)
    assert "feature" in await refusal(engine, model, SENT, 400, feature=1, **labels)
