"""OpenAI's older route for text, driven by openai's own client."""

import math
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.support.processes import Server

PROMPTS = ["I would like to", "We walked along the"]


@pytest.fixture(scope="module")
def client(engine: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{engine.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def complete(client: openai.OpenAI, prompt: Any = PROMPTS[0], **options: Any) -> Any:
    return client.completions.create(model="builtin/trigram-en-us", prompt=prompt, **{"seed": 7, **options})


def test_a_completion_continues_the_prompt_and_counts_its_tokens(client: openai.OpenAI) -> None:
    found = complete(client)
    (choice,) = found.choices
    assert found.object == "text_completion" and found.id.startswith("cmpl-") and "trigram" in found.model
    assert choice.text.startswith(" ") and choice.finish_reason in ("length", "stop") and choice.logprobs is None
    assert found.usage.completion_tokens <= 16
    assert found.usage.total_tokens == found.usage.prompt_tokens + found.usage.completion_tokens


def test_it_is_the_text_that_text_generation_gives(client: openai.OpenAI, engine: Server) -> None:
    parameters = {"max_new_tokens": 12, "seed": 7, "temperature": 0.5, "top_p": 0.9}
    body = {"inputs": PROMPTS[0], "parameters": parameters}
    (generated,) = httpx.post(f"{engine.url}/models/builtin/trigram-en-us", json=body).json()
    found = complete(client, max_tokens=12, temperature=0.5, top_p=0.9)
    assert found.choices[0].text == generated["generated_text"]


def test_several_prompts_have_several_choices_each_in_order(client: openai.OpenAI) -> None:
    found = complete(client, PROMPTS, n=2, max_tokens=3, echo=True)
    assert [choice.index for choice in found.choices] == [0, 1, 2, 3]
    assert [choice.text.startswith(PROMPTS[choice.index // 2]) for choice in found.choices] == [True] * 4
    assert found.choices[0].text != found.choices[1].text
    assert found.usage.completion_tokens == 12


@pytest.mark.parametrize("options", [{}, {"n": 2}, {"echo": True}, {"n": 2, "echo": True, "max_tokens": 1}])
@pytest.mark.parametrize("prompt", [PROMPTS[0], PROMPTS])
def test_a_stream_brings_the_same_text(client: openai.OpenAI, prompt: Any, options: dict[str, Any]) -> None:
    whole = complete(client, prompt, **options)
    texts = [""] * len(whole.choices)
    reasons: list[Any] = [None] * len(whole.choices)
    usage = None
    for chunk in complete(client, prompt, stream=True, stream_options={"include_usage": True}, **options):
        for choice in chunk.choices:
            texts[choice.index] += choice.text
            reasons[choice.index] = choice.finish_reason
        usage = chunk.usage or usage
    assert texts == [choice.text for choice in whole.choices]
    assert reasons == [choice.finish_reason for choice in whole.choices]
    assert usage == whole.usage


def test_without_being_asked_a_stream_brings_no_usage(client: openai.OpenAI) -> None:
    chunks = list(complete(client, stream=True, max_tokens=2))
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_log_probabilities_have_the_likeliest_words_at_each_place(client: openai.OpenAI) -> None:
    (choice,) = complete(client, logprobs=2, max_tokens=4, temperature=0).choices
    found = choice.logprobs
    assert "".join(found.tokens) == choice.text
    for token, logprob, top in zip(found.tokens, found.token_logprobs, found.top_logprobs, strict=True):
        assert len(top) == 2 and logprob < 0 and math.isclose(max(top.values()), next(iter(top.values())))
        assert token in top and math.isclose(top[token], logprob)
    assert [choice.text[at:].startswith(token) for at, token in zip(found.text_offset, found.tokens, strict=True)] == [
        True
    ] * 4


def test_temperature_zero_is_greedy_and_a_stop_sequence_ends_the_text(client: openai.OpenAI) -> None:
    first, second = (complete(client, temperature=0, seed=seed).choices[0].text for seed in (1, 2))
    assert first == second
    stop = first.split()[1]
    cut = complete(client, temperature=0, stop=stop).choices[0]
    assert cut.finish_reason == "stop" and cut.text == first[: first.index(stop) + len(stop)]


def test_what_asks_for_nothing_is_ignored(client: openai.OpenAI) -> None:
    nothing: dict[str, Any] = {"best_of": 1, "logit_bias": {}, "presence_penalty": 0, "frequency_penalty": 0}
    nothing |= {"user": "bo"}
    nothing |= {"suffix": None, "echo": False, "stop": [], "n": 1, "stream": False, "logprobs": None}
    assert complete(client, **nothing).choices == complete(client).choices


def test_a_refusal_names_fields_as_the_caller_does(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        complete(client, suffix="x", best_of=3, logit_bias={"5": 1})
    assert "best_of, logit_bias, suffix" in str(refused.value)
    with pytest.raises(openai.UnprocessableEntityError, match="max_tokens: expected `int` <= 2048"):
        complete(client, max_tokens=3000)
    with pytest.raises(openai.BadRequestError, match="presence_penalty"):
        complete(client, presence_penalty=1)
    with pytest.raises(openai.UnprocessableEntityError, match="prompt is empty"):
        complete(client, " ")
    with pytest.raises(openai.BadRequestError, match="echo, logprobs"):
        complete(client, echo=True, logprobs=1)
    with pytest.raises(openai.UnprocessableEntityError, match="n: at most 16 choices"):
        complete(client, PROMPTS, n=9)


@pytest.mark.parametrize("model", ["", "tgi", "https://host.example/v1"])
def test_without_a_model_the_recommended_one_answers(client: openai.OpenAI, model: str) -> None:
    assert client.completions.create(model=model, prompt=PROMPTS[0], max_tokens=1).choices[0].text


def test_a_model_that_does_not_generate_is_a_404(client: openai.OpenAI) -> None:
    for model in ("builtin/vader", "nobody/knows"):
        with pytest.raises(openai.NotFoundError, match=model):
            client.completions.create(model=model, prompt="x")


@pytest.mark.parametrize("base", ["/v1", "/models/builtin/trigram-en-us/v1"])
def test_a_refusal_has_openais_form_at_every_address(engine: Server, base: str) -> None:
    response = httpx.post(f"{engine.url}{base}/completions", json={"prompt": "x", "best_of": 2, "suffix": "y"})
    assert response.status_code == 400
    assert "best_of, suffix" in response.json()["error"]["message"]
