"""Question answering by a model of one's own: places in the context, long contexts, whole words, no answer."""

import itertools
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, refusal
from tests.support.processes import Running

MODEL = "tiny/reader"
QUESTION = "where do i live"
CONTEXT = "The weather today is nice, and I live in Xanadu near a lazy dog."


@pytest.fixture(scope="module")
def best(models: Path) -> Any:
    """The best answer of up to four tokens by the library's own choice of ends."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.pipelines.document_question_answering import select_starts_ends

    folder = models.parent / "reader"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    read = tokenizer(QUESTION, CONTEXT, return_tensors="pt")
    with torch.inference_mode():
        said = AutoModelForQuestionAnswering.from_pretrained(folder)(**read)
    is_not_context = [int(one != 1) for one in read.sequence_ids()]
    is_not_context[0] = 0
    starts, ends, scores, _ = select_starts_ends(
        said.start_logits.numpy(),
        said.end_logits.numpy(),
        is_not_context,
        read["attention_mask"].numpy(),
        max_answer_len=4,
    )
    encoding = read.encodings[0]
    return encoding.offsets[starts[0]][0], encoding.offsets[ends[0]][1], float(scores[0])


async def test_it_answers_as_the_library_chooses(engine: Running, best: tuple[int, int, float]) -> None:
    asked: dict[str, Any] = {"max_answer_len": 4, "align_to_words": False}
    theirs: Any = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").question_answering(
        question=QUESTION, context=CONTEXT, **asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours: Any = await client.question_answering(QUESTION, CONTEXT, **asked)
    assert (ours.answer, ours.start, ours.end, ours.score) == (theirs.answer, theirs.start, theirs.end, theirs.score)
    assert (ours.start, ours.end) == best[:2]
    assert near(ours.score, best[2])


async def test_answers_are_whole_words_of_the_context(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        parts: Any = await client.question_answering(
            QUESTION, CONTEXT, top_k=30, max_answer_len=2, align_to_words=False
        )
        words: Any = await client.question_answering(QUESTION, CONTEXT, top_k=30, max_answer_len=2, align_to_words=True)
    for one in [*parts, *words]:
        assert one.answer == CONTEXT[one.start : one.end]
    assert all(a.score >= b.score for a, b in itertools.pairwise(words))

    def is_whole(one: Any) -> bool:
        around = CONTEXT[one.start - 1 : one.start + 1], CONTEXT[one.end - 1 : one.end + 1]
        return not any(len(edge) == 2 and edge.isalnum() for edge in around)

    assert all(map(is_whole, words))
    assert not all(map(is_whole, parts))


@pytest.mark.parametrize("asked", [{}, {"max_seq_len": 40, "doc_stride": 10, "max_question_len": 2}, {"doc_stride": 0}])
async def test_a_long_context_is_read_to_its_end(engine: Running, asked: dict[str, Any]) -> None:
    context = CONTEXT + " the total of the invoice" * 100
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        answers: Any = await client.question_answering(QUESTION, context, top_k=100, **asked)
    assert len(answers) == 100
    assert max(one.end for one in answers) > len(context) / 2


async def test_no_answer_may_be_one_of_the_answers(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        answers: Any = await client.question_answering(QUESTION, "a cat", top_k=100, handle_impossible_answer=True)
    assert [(one.start, one.end) for one in answers if not one.answer] == [(0, 0)]


async def test_what_leaves_no_room_is_refused_by_name(engine: Running) -> None:
    inputs = {"question": QUESTION, "context": CONTEXT}
    assert "`max_seq_len` is 129" in await refusal(engine, MODEL, inputs, max_seq_len=129)
    assert "`doc_stride` is 100" in await refusal(engine, MODEL, inputs, max_seq_len=100, doc_stride=100)
    assert "tokens" in await refusal(engine, MODEL, inputs, max_seq_len=5)
    assert "topk" in await refusal(engine, MODEL, inputs, 400, topk=1)
