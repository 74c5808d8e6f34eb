"""Questions about pages to a model of one's own: words that the caller has read, and words that are read here."""

import base64
import io
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from PIL import Image

from inference_core import AsyncInferenceClient
from tests.support.media import drawn_page
from tests.support.pretrained import near, picture, png, posted, refusal
from tests.support.processes import Running

MODEL = "tiny/pages"
QUESTION = "what is the total"
WORDS: list[Any] = [
    ["invoice", [10, 10, 110, 50]],
    ["42", [120, 10, 160, 50]],
    ["Xanadu", [10, 60, 90.4, 100]],
    ["the", [10, 110, 60, 150]],
    ["total", [70, 110, 160, 150]],
    ["is", [170, 110, 190, 150]],
    ["19", [200, 110, 240, 150]],
]
PAGE = drawn_page([(60, 40, "Invoice 42"), (60, 120, "The weather today"), (60, 200, "The total is 19")])
SENT = base64.b64encode(png(picture())).decode()


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("document-question-answering", model=str(models.parent / "pages"), device="cpu")


@pytest.mark.parametrize("asked", [{}, {"max_answer_len": 2}, {"max_answer_len": 1, "top_k": 1}])
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").document_question_answering(
        png(picture()), QUESTION, word_boxes=WORDS, **asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.document_question_answering(picture(), QUESTION, word_boxes=WORDS, **asked)
    # It reads boxes of whole numbers only.
    whole = [(word, [round(side) for side in sides]) for word, sides in WORDS]
    expected = pipeline(image=None, question=QUESTION, word_boxes=whole, **{"max_answer_len": 15, "top_k": 1, **asked})
    assert len(ours) == len(theirs) == len(expected) == 1
    for one, other, third in zip(ours, theirs, expected, strict=True):
        assert (one.answer, one.start, one.end, one.score) == (other.answer, other.start, other.end, other.score)
        assert (one.answer, one.start, one.end) == (third["answer"], third["start"], third["end"])
        assert near(one.score or 0, third["score"])
        assert one.words == list(range(one.start or 0, (one.end or 0) + 1))


async def test_the_page_is_read_and_answers_have_their_places(engine: Running) -> None:
    turned = PAGE.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned_file = base64.b64encode(_with(turned, exif)).decode()
    answers = []
    for sent in (base64.b64encode(png(PAGE)).decode(), turned_file):
        status, answer = await posted(
            engine, MODEL, {"inputs": {"question": QUESTION, "image": sent}, "parameters": {"top_k": 20, "lang": "en"}}
        )
        assert status == 200
        answers.append(answer)
    assert answers[0] == answers[1]
    assert len(answers[0]) == 20
    words = ["Invoice", "42", "The", "weather", "today", "The", "total", "is", "19"]
    for one in answers[0]:
        assert one["answer"] == " ".join(words[one["start"] : one["end"] + 1])
        assert all(0 <= box["xmin"] < box["xmax"] <= PAGE.width for box in one["boxes"])
        rows = {0 if at < 2 else 1 if at < 5 else 2 for at in one["words"]}
        assert len(one["boxes"]) == len(rows)


def _with(image: Image.Image, exif: Image.Exif) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("asked", [{}, {"max_seq_len": 40, "doc_stride": 10, "max_question_len": 2}, {"doc_stride": 0}])
async def test_a_long_page_is_read_to_its_end(engine: Running, asked: dict[str, Any]) -> None:
    many = WORDS * 60
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        answers = await client.document_question_answering(picture(), QUESTION, word_boxes=many, top_k=100, **asked)
    assert len(answers) == 100
    assert max(one.end or 0 for one in answers) > len(many) / 2
    assert len({(one.start, one.end) for one in answers}) == 100


async def test_no_answer_may_be_one(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        answers = await client.document_question_answering(
            picture(), QUESTION, word_boxes=WORDS, top_k=100, handle_impossible_answer=True
        )
        only = await client.document_question_answering(picture(), QUESTION, word_boxes=WORDS, top_k=100)
    assert next(one for one in answers if not one.answer).words == []
    assert all(one.answer for one in only)
    assert len(answers) == len(only) + 1


async def test_what_cannot_be_read_or_honoured_is_refused(engine: Running) -> None:
    asked = {"question": QUESTION, "image": SENT}
    assert "lang" in await refusal(engine, MODEL, asked, lang="fr", word_boxes=WORDS)
    assert "No text" in await refusal(
        engine, MODEL, {**asked, "image": base64.b64encode(png(Image.new("RGB", (90, 60)))).decode()}
    )
    assert "max_seq_len" in await refusal(engine, MODEL, asked, max_seq_len=500, word_boxes=WORDS)
    assert "doc_stride" in await refusal(engine, MODEL, asked, max_seq_len=20, doc_stride=19, word_boxes=WORDS)
    assert "tokens" in await refusal(engine, MODEL, asked, max_seq_len=5, word_boxes=WORDS)
    for name in ("top_k", "max_answer_len", "max_question_len"):
        assert name in await refusal(engine, MODEL, asked, word_boxes=WORDS, **{name: 0})
    assert "word_boxes" in await refusal(engine, MODEL, asked, word_boxes=[["word", [1, 2, 3, 2000]]])
    assert "feature" in await refusal(engine, MODEL, asked, 400, feature=1)
    assert "image" in await refusal(engine, MODEL, {"question": QUESTION})
