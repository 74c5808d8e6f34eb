"""Summaries by a model of one's own: the library's text, how it is generated, what is too long."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import refusal
from tests.support.processes import Running

MODEL = "tiny/summaries"
TEXT = "the quick brown fox jumps over the lazy dog"


@pytest.fixture(scope="module")
def written(models: Path) -> Any:
    """What the library writes."""
    import torch
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    folder = models.parent / "summaries"
    model, tokenizer = AutoModelForSeq2SeqLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)

    def of(text: str, **options: Any) -> str:
        with torch.inference_mode():
            made = model.generate(**tokenizer(text, return_tensors="pt", truncation=True), **options)
        return str(tokenizer.decode(made[0], skip_special_tokens=True))

    return of


USUAL = {"max_new_tokens": 127}
GREEDY: list[dict[str, Any]] = [
    {},
    {"max_length": 12},
    {"max_new_tokens": 5, "min_new_tokens": 3},
    {"min_length": 18, "max_length": 19},
    {"num_beams": 3, "early_stopping": True, "length_penalty": 0.5, "max_new_tokens": 8},
    {"num_beams": 2, "early_stopping": "never", "max_new_tokens": 8},
    {"no_repeat_ngram_size": 2, "repetition_penalty": 1.5, "use_cache": False, "max_new_tokens": 10},
]


@pytest.mark.parametrize("asked", GREEDY)
async def test_it_writes_what_the_library_writes(engine: Running, written: Any, asked: dict[str, Any]) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").summarization(
        TEXT, generate_parameters=asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.summarization(TEXT, generate_parameters=asked)
    assert ours.summary_text == theirs.summary_text == written(TEXT, **(asked or USUAL))


@pytest.mark.parametrize(
    "how",
    [
        {"do_sample": True},
        {"temperature": 0.8, "top_k": 50, "top_p": 0.9},
        {"typical_p": 0.9},
        {"epsilon_cutoff": 1e-4},
        {"eta_cutoff": 1e-4},
    ],
)
async def test_a_seed_repeats_what_is_sampled(engine: Running, how: dict[str, Any]) -> None:
    async def text(**more: Any) -> str:
        asked = {"max_new_tokens": 12, **how, **more}
        async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
            return (await client.summarization(TEXT, generate_parameters=asked)).summary_text

    assert await text(seed=1) == await text(seed=1) != await text(seed=2)
    assert await text(temperature=0) == await text(do_sample=False)


async def test_a_long_text_is_cut_only_if_it_may_be(engine: Running, written: Any) -> None:
    long = TEXT * 30
    assert "128" in await refusal(engine, MODEL, long)
    assert "128" in await refusal(engine, MODEL, long, truncation="do_not_truncate")
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        cut = await client.summarization(long, truncation="longest_first", clean_up_tokenization_spaces=True)
        first = await client.summarization(long, truncation="only_first")
    assert cut.summary_text == first.summary_text == written(long, **USUAL)


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    assert "only_second" in await refusal(engine, MODEL, TEXT, truncation="only_second")
    for name, value in {"num_beam_groups": 2, "penalty_alpha": 0.6, "max_length": 500, "max_new_tokens": 500}.items():
        assert name in await refusal(engine, MODEL, TEXT, generate_parameters={name: value})
    assert "frobnicate" in await refusal(engine, MODEL, TEXT, 400, generate_parameters={"frobnicate": 1})
