"""Text and chat by a language model of one's own: ids, log probabilities, seeds, stops, and an end when one leaves."""

import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support.processes import Running

MODEL = "tiny/writer"


@pytest.fixture(scope="module")
def logprobs(models: Path) -> Callable[[str, list[int]], list[float]]:
    """The log probabilities that one pass over a prompt and what follows gives to what follows."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = models.parent / "writer"
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)

    def of(prompt: str, ids: list[int]) -> list[float]:
        before = tokenizer(prompt).input_ids
        with torch.inference_mode():
            scores = torch.log_softmax(model(torch.tensor([[*before, *ids]])).logits[0], -1)
        return [float(scores[len(before) - 1 + at, id]) for at, id in enumerate(ids)]

    return of


async def streamed(engine: Running, prompt: str, **parameters: Any) -> list[Any]:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        return [event async for event in await client.text_generation(prompt, stream=True, details=True, **parameters)]


@pytest.mark.parametrize("sampling", [{}, {"do_sample": True, "temperature": 0.7, "top_k": 20, "seed": 5}])
async def test_a_stream_has_the_ids_and_the_models_own_log_probabilities(
    engine: Running, logprobs: Callable[[str, list[int]], list[float]], sampling: dict[str, Any]
) -> None:
    events = await streamed(engine, "the weather", max_new_tokens=12, **sampling)
    tokens = [event.token for event in events]
    assert 1 < len(tokens) <= 12  # a random model may end early
    expected = logprobs("the weather", [token.id for token in tokens])
    assert all(math.isclose(one.logprob, other, abs_tol=1e-4) for one, other in zip(tokens, expected, strict=True))
    assert events[-1].generated_text == "".join(token.text for token in tokens)


async def test_a_seed_repeats_and_another_does_not(engine: Running) -> None:
    async def text(seed: int) -> str:
        async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
            return await client.text_generation("the cat", max_new_tokens=20, do_sample=True, seed=seed)

    assert await text(1) == await text(1) != await text(2)


@pytest.fixture(scope="module")
def greedy(models: Path) -> Callable[..., list[int]]:
    """What a model writes that always takes the most likely token, less OpenAI's penalties."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = models.parent / "writer"
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)

    def written(prompt: str, count: int, frequency: float = 0, presence: float = 0) -> list[int]:
        ids, made = tokenizer(prompt).input_ids, []
        for _ in range(count):
            with torch.inference_mode():
                scores = model(torch.tensor([[*ids, *made]])).logits[0, -1].tolist()
            for id in set(made):
                scores[id] -= frequency * made.count(id) + presence
            made.append(scores.index(max(scores)))
            if made[-1] == tokenizer.eos_token_id:
                return made[:-1]
        return made

    return written


@pytest.mark.parametrize("penalty", [1.5, 0.02, -0.5, 0])
async def test_a_frequency_penalty_counts_what_was_generated(
    engine: Running, greedy: Callable[..., list[int]], penalty: float
) -> None:
    events = await streamed(engine, "the weather the weather", max_new_tokens=24, frequency_penalty=penalty)
    assert [event.token.id for event in events] == greedy("the weather the weather", 24, penalty)


async def test_a_chat_has_both_penalties(engine: Running, greedy: Callable[..., list[int]]) -> None:
    async with openai.AsyncOpenAI(base_url=f"{engine.url}/v1", api_key="none") as client:
        asked: Any = {"model": MODEL, "messages": [{"role": "user", "content": "where"}], "max_tokens": 16}
        asked |= {"logprobs": True}
        said = await client.chat.completions.create(**asked, frequency_penalty=0.03, presence_penalty=0.05)
        plain = await client.chat.completions.create(**asked)
    for answer, penalties in ((said, (0.03, 0.05)), (plain, (0, 0))):
        logprobs = answer.choices[0].logprobs
        assert logprobs and logprobs.content and answer.usage
        assert answer.usage.completion_tokens == len(greedy("user: where\nassistant: ", 16, *penalties))
    assert said.choices[0].message.content != plain.choices[0].message.content


async def test_the_text_ends_with_a_stop_string(engine: Running) -> None:
    events = await streamed(engine, "the weather", max_new_tokens=40)
    text = events[-1].generated_text
    stop = text[len(text) // 3 : len(text) // 3 + 4]
    events = await streamed(engine, "the weather", max_new_tokens=40, stop=[stop])
    assert events[-1].generated_text == text[: text.index(stop) + len(stop)]
    assert events[-1].details.finish_reason == "stop_sequence"


async def test_a_chat_goes_through_the_models_template_and_openai_reads_it(engine: Running) -> None:
    async with openai.AsyncOpenAI(base_url=f"{engine.url}/v1", api_key="none") as client:
        asked: Any = {"model": MODEL, "messages": [{"role": "user", "content": "where do i live"}], "max_tokens": 5}
        whole = await client.chat.completions.create(**asked, logprobs=True, top_logprobs=2)
        chunks = [chunk async for chunk in await client.chat.completions.create(**asked, stream=True)]
    said = whole.choices[0].logprobs
    assert said and said.content and all(len(one.top_logprobs) == 2 for one in said.content)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    # Its template: "user: where do i live\nassistant: ", in tokens.
    assert whole.usage and whole.usage.prompt_tokens > 10


async def test_a_text_that_fills_the_context_is_refused(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        with pytest.raises(InferenceHTTPError, match="512"):
            await client.text_generation("weather " * 800, max_new_tokens=2)


async def test_who_leaves_makes_room_for_the_next_at_once(engine: Running) -> None:
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        stream = await client.text_generation("the", stream=True, max_new_tokens=500)
        await anext(stream)
        await stream.aclose()
        async with asyncio.timeout(5):
            await client.text_generation("the", max_new_tokens=1)
