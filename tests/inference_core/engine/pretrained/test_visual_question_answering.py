"""Questions about pictures to models of one's own: one chooses its answers, one writes them."""

import base64
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, odd_pictures, picture, png, posted, refusal
from tests.support.processes import Running

CHOOSING, WRITING = "tiny/vilt", "tiny/blip-answers"
QUESTION = "what is the weather"
SENT = base64.b64encode(png(picture())).decode()


@pytest.fixture(scope="module")
def library(models: Path) -> Any:
    """The library's model, and what it is given of a picture and the question."""
    from transformers import AutoImageProcessor, AutoModelForVisualQuestionAnswering, AutoTokenizer

    def loaded(model: str, image: Any, *names: str) -> Any:
        folder = models.parent / model.removeprefix("tiny/")
        tokenizer = AutoTokenizer.from_pretrained(folder)
        question = tokenizer(QUESTION, return_tensors="pt")
        seen = AutoImageProcessor.from_pretrained(folder)(images=[image], return_tensors="pt")
        given = {name: question[name] for name in names or question} | dict(seen)
        return AutoModelForVisualQuestionAnswering.from_pretrained(folder), tokenizer, given

    return loaded


async def both(engine: Running, model: str, image: bytes, **asked: Any) -> list[tuple[str, float]]:
    """What both clients are answered, which is the same."""
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").visual_question_answering(
        image, QUESTION, **asked
    )
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.visual_question_answering(image, QUESTION, **asked)
    assert [one.answer for one in ours] == [one.answer for one in theirs]
    assert all(near(one.score or 0, other.score) for one, other in zip(ours, theirs, strict=True))
    return [(one.answer, one.score or 0) for one in ours]


@pytest.mark.parametrize("asked", [{}, {"top_k": 2}, {"top_k": 99}])
async def test_answers_are_chosen_as_the_library_does(engine: Running, library: Any, asked: dict[str, Any]) -> None:
    import torch

    for sent, shown in [(png(picture()), picture()), *list(odd_pictures().values())]:
        model, _, given = library(CHOOSING, shown)
        with torch.inference_mode():
            scores = model(**given).logits[0].sigmoid().tolist()
        expected = sorted(zip(model.config.id2label.values(), scores, strict=True), key=lambda one: -one[1])
        found = await both(engine, CHOOSING, sent, **asked)
        assert len(found) == min(asked.get("top_k", 5), 6)
        assert all(abs(score - dict(expected)[answer]) < 0.02 for answer, score in found)
        if shown == picture():
            assert [answer for answer, _ in found] == [answer for answer, _ in expected[: len(found)]]


@pytest.mark.parametrize("asked", [{}, {"top_k": 1}, {"top_k": 3}])
async def test_answers_are_written_as_the_library_does(engine: Running, library: Any, asked: dict[str, Any]) -> None:
    import torch

    beams = asked.get("top_k", 1)
    model, tokenizer, given = library(WRITING, picture(), "input_ids", "attention_mask")
    with torch.inference_mode():
        made = model.generate(
            **given, num_beams=beams, num_return_sequences=beams, max_new_tokens=20, do_sample=False, length_penalty=0.0
        )
    found = await both(engine, WRITING, png(picture()), **asked)
    assert [answer for answer, _ in found] == tokenizer.batch_decode(made, skip_special_tokens=True)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert all(0 < score <= 1 for _, score in found)


@pytest.mark.parametrize("model", [CHOOSING, WRITING])
async def test_the_question_may_stand_in_both_places(engine: Running, model: str) -> None:
    inside = {"inputs": {"question": QUESTION, "image": SENT}}
    beside = {"inputs": SENT, "question": QUESTION, "image": SENT}
    answers = [await posted(engine, model, body) for body in (inside, beside)]
    assert [status for status, _ in answers] == [200, 200]
    assert [one["answer"] for one in answers[0][1]] == [one["answer"] for one in answers[1][1]]


@pytest.mark.parametrize("model", [CHOOSING, WRITING])
async def test_what_cannot_be_asked_is_refused(engine: Running, model: str) -> None:
    asked = {"question": QUESTION, "image": SENT}
    assert "tokens" in await refusal(engine, model, {**asked, "question": "the quick brown fox " * 40})
    assert "top_k" in await refusal(engine, model, asked, top_k=0)
    assert "feature" in await refusal(engine, model, asked, 400, feature=1)
    assert "image" in await refusal(engine, model, {"question": QUESTION})


async def test_one_that_writes_has_few_answers(engine: Running) -> None:
    assert "16" in await refusal(engine, WRITING, {"question": QUESTION, "image": SENT}, top_k=17)
