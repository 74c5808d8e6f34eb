"""What models of one's own write about pictures: the library's text, how it is generated, what is refused by name."""

import base64
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import odd_pictures, picture, png, posted, refusal
from tests.support.processes import Running

SENT = base64.b64encode(png(picture())).decode()
USUAL = {"max_new_tokens": 63}
GREEDY: list[dict[str, Any]] = [
    {},
    {"max_length": 12},
    {"max_new_tokens": 5, "min_new_tokens": 3},
    {"min_length": 8, "max_length": 9},
    {"num_beams": 3, "early_stopping": True, "length_penalty": 0.5, "max_new_tokens": 8},
    {"num_beams": 2, "early_stopping": "never", "max_new_tokens": 8},
    {"no_repeat_ngram_size": 2, "repetition_penalty": 1.5, "use_cache": False, "max_new_tokens": 10},
]


@pytest.fixture(scope="module", params=["tiny/captions", "tiny/blip"])
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def written(models: Path, model: str) -> Any:
    """What the library writes."""
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageTextToText, AutoTokenizer

    folder = models.parent / model.removeprefix("tiny/")
    network, tokenizer = AutoModelForImageTextToText.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    eye = AutoImageProcessor.from_pretrained(folder)

    def of(image: Any, **options: Any) -> str:
        with torch.inference_mode():
            made = network.generate(**eye(images=[image], return_tensors="pt"), **options)
        return str(tokenizer.decode(made[0], skip_special_tokens=True)).strip()

    return of


async def text(engine: Running, model: str, **parameters: Any) -> str:
    status, answer = await posted(engine, model, {"inputs": SENT, "parameters": parameters})
    assert (status, len(answer)) == (200, 1), answer
    return str(answer[0]["generated_text"])


async def test_clients_get_what_the_library_writes(engine: Running, written: Any, model: str) -> None:
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").image_to_text(png(picture()))
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.image_to_text(picture())
        assert ours.generated_text == theirs.generated_text == written(picture(), **USUAL)
        for kind, (sent, shown) in odd_pictures().items():
            if kind in ("grey", "palette", "turned"):  # whose pixels are exactly these
                assert (await client.image_to_text(sent)).generated_text == written(shown, **USUAL), kind


@pytest.mark.parametrize("asked", GREEDY)
async def test_it_is_generated_as_asked(engine: Running, written: Any, model: str, asked: dict[str, Any]) -> None:
    assert await text(engine, model, generation_parameters=asked) == written(picture(), **(asked or USUAL))


async def test_the_lower_of_two_limits_counts(engine: Running, written: Any, model: str) -> None:
    short = written(picture(), max_new_tokens=4)
    assert await text(engine, model, max_new_tokens=4) == short
    for one, other in ((4, 9), (9, 4)):
        said = await text(engine, model, max_new_tokens=one, generation_parameters={"max_new_tokens": other})
        assert said == short


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
async def test_a_seed_repeats_what_is_sampled(engine: Running, model: str, how: dict[str, Any]) -> None:
    async def sampled(**more: Any) -> str:
        return await text(engine, model, generation_parameters={"max_new_tokens": 24, **how, **more})

    assert await sampled(seed=1) == await sampled(seed=1)
    assert len({await sampled(seed=seed) for seed in range(5)}) > 1
    assert await sampled(temperature=0) == await sampled(do_sample=False)


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running, model: str) -> None:
    for name, value in {"num_beam_groups": 2, "penalty_alpha": 0.6, "max_length": 500, "max_new_tokens": 500}.items():
        assert name in await refusal(engine, model, SENT, generation_parameters={name: value})
    assert "max_new_tokens" in await refusal(engine, model, SENT, max_new_tokens=500)
    assert "frobnicate" in await refusal(engine, model, SENT, 400, generation_parameters={"frobnicate": 1})
