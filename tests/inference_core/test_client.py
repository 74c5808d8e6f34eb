"""The client's methods: their signatures, what each sends, and how it decodes the answer."""

import asyncio
import inspect
import math
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import huggingface_hub
import numpy as np
import pytest

from inference_core import AsyncInferenceClient, InferenceHTTPError, InvalidAnswerError, InvalidInputError
from tests.support.answers import asking, by_path, in_turn, json_of, says
from tests.support.upstream import Upstream, answers, serving

METHODS = [
    "__init__",
    "chat_completion",
    "feature_extraction",
    "fill_mask",
    "question_answering",
    "sentence_similarity",
    "summarization",
    "table_question_answering",
    "text_classification",
    "text_generation",
    "token_classification",
    "translation",
    "zero_shot_classification",
]


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_the_same_parameters_as_that_of_huggingface_hub(method: str) -> None:
    theirs = inspect.signature(getattr(huggingface_hub.AsyncInferenceClient, method)).parameters
    ours = inspect.signature(getattr(AsyncInferenceClient, method)).parameters

    def shape(parameters: Any, name: str) -> Any:
        return parameters[name].kind, parameters[name].default

    assert {name: shape(ours, name) for name in theirs if name in ours} == {
        name: shape(theirs, name) for name in theirs
    }
    positional = [name for name in theirs if theirs[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert list(ours)[: len(positional)] == positional
    more = [ours[name] for name in ours if name not in theirs]
    assert all(one.kind is one.KEYWORD_ONLY and one.default is not one.empty for one in more)


def test_conversational_has_its_signature_of_2023() -> None:
    parameters = inspect.signature(AsyncInferenceClient.conversational).parameters
    assert list(parameters) == ["self", "text", "generated_responses", "past_user_inputs", "parameters", "model"]
    assert all(parameters[name].default is None for name in list(parameters)[2:])


Call = Callable[[AsyncInferenceClient], Awaitable[Any]]

SPAN = {"answer": "Bo", "score": 0.5, "start": 0, "end": 2}
CELLS = {"answer": "1", "coordinates": [[0, 0]], "cells": ["1"], "aggregator": "NONE"}
GUESS = {"sequence": "a b", "score": 0.5, "token": 7, "token_str": "b"}
CHAT = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}
RANKED = {"sequence": "a", "labels": ["b", "c"], "scores": [0.75, 0.25]}

# task, call, path below the model, body sent, body received, value returned
EXCHANGES: list[tuple[Call, str, Any, Any, Any]] = [
    (
        lambda client: client.feature_extraction("a"),
        "/pipeline/feature-extraction",
        {"inputs": "a"},
        [[0.5, 1.0]],
        [[0.5, 1.0]],
    ),
    (
        lambda client: client.feature_extraction(
            ["a", "b"],
            normalize=False,
            prompt_name="query",
            truncate=True,
            truncation_direction="left",
            dimensions=2,
            encoding_format="float",
        ),
        "/pipeline/feature-extraction",
        {
            "inputs": ["a", "b"],
            "normalize": False,
            "prompt_name": "query",
            "truncate": True,
            "truncation_direction": "left",
            "dimensions": 2,
            "encoding_format": "float",
        },
        [[0.5], [1.0]],
        [[0.5], [1.0]],
    ),
    (lambda client: client.fill_mask("a [MASK]"), "", {"inputs": "a [MASK]"}, [GUESS], [GUESS]),
    (
        lambda client: client.fill_mask("a [MASK]", targets=["b"], top_k=1),
        "",
        {"inputs": "a [MASK]", "parameters": {"targets": ["b"], "top_k": 1}},
        [[GUESS], [GUESS]],
        [[GUESS], [GUESS]],
    ),
    (
        lambda client: client.question_answering("Who?", "Bo did."),
        "",
        {"inputs": {"question": "Who?", "context": "Bo did."}},
        SPAN,
        SPAN,
    ),
    (
        lambda client: client.question_answering(
            "Who?",
            "Bo did.",
            align_to_words=False,
            doc_stride=1,
            handle_impossible_answer=True,
            max_answer_len=2,
            max_question_len=3,
            max_seq_len=4,
            top_k=5,
        ),
        "",
        {
            "inputs": {"question": "Who?", "context": "Bo did."},
            "parameters": {
                "align_to_words": False,
                "doc_stride": 1,
                "handle_impossible_answer": True,
                "max_answer_len": 2,
                "max_question_len": 3,
                "max_seq_len": 4,
                "top_k": 5,
            },
        },
        [SPAN, SPAN],
        [SPAN, SPAN],
    ),
    (
        lambda client: client.sentence_similarity("a", ["b", "c"]),
        "/pipeline/sentence-similarity",
        {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}},
        [0.5, 1],
        [0.5, 1.0],
    ),
    (
        lambda client: client.summarization("a"),
        "",
        {"inputs": "a"},
        [{"summary_text": "b"}],
        {"summary_text": "b"},
    ),
    (
        lambda client: client.summarization(
            "a",
            clean_up_tokenization_spaces=True,
            generate_parameters={"max_length": 5},
            truncation="longest_first",
        ),
        "",
        {
            "inputs": "a",
            "parameters": {
                "clean_up_tokenization_spaces": True,
                "generate_parameters": {"max_length": 5},
                "truncation": "longest_first",
            },
        },
        {"summary_text": "b"},
        {"summary_text": "b"},
    ),
    (
        lambda client: client.table_question_answering({"n": [1, None, 2.5]}, "How many?"),
        "",
        {"inputs": {"query": "How many?", "table": {"n": ["1", "", "2.5"]}}},
        CELLS,
        CELLS,
    ),
    (
        lambda client: client.table_question_answering(
            {"n": ["1"]}, "How many?", padding="longest", sequential=True, truncation=False
        ),
        "",
        {
            "inputs": {"query": "How many?", "table": {"n": ["1"]}},
            "parameters": {"padding": "longest", "sequential": True, "truncation": False},
        },
        [CELLS],
        CELLS,
    ),
    (
        lambda client: client.text_classification("a"),
        "",
        {"inputs": "a"},
        [[{"label": "b", "score": 0.5}]],
        [{"label": "b", "score": 0.5}],
    ),
    (
        lambda client: client.text_classification("a", top_k=1, function_to_apply="none"),
        "",
        {"inputs": "a", "parameters": {"top_k": 1, "function_to_apply": "none"}},
        [{"label": "b", "score": 0.5}],
        [{"label": "b", "score": 0.5}],
    ),
    (
        lambda client: client.token_classification("Bo", aggregation_strategy="simple", ignore_labels=["O"], stride=1),
        "",
        {"inputs": "Bo", "parameters": {"aggregation_strategy": "simple", "ignore_labels": ["O"], "stride": 1}},
        [{"entity_group": "PER", "word": "Bo", "score": 0.5, "start": 0, "end": 2}],
        [{"entity_group": "PER", "word": "Bo", "score": 0.5, "start": 0, "end": 2}],
    ),
    (lambda client: client.token_classification("Bo"), "", {"inputs": "Bo"}, [], []),
    (
        lambda client: client.translation("a"),
        "",
        {"inputs": "a"},
        [{"translation_text": "b"}],
        {"translation_text": "b"},
    ),
    (
        lambda client: client.translation(
            "a",
            src_lang="en",
            tgt_lang="de",
            clean_up_tokenization_spaces=False,
            truncation="only_first",
            generate_parameters={"num_beams": 2},
        ),
        "",
        {
            "inputs": "a",
            "parameters": {
                "src_lang": "en",
                "tgt_lang": "de",
                "clean_up_tokenization_spaces": False,
                "truncation": "only_first",
                "generate_parameters": {"num_beams": 2},
            },
        },
        {"translation_text": "b"},
        {"translation_text": "b"},
    ),
    (
        lambda client: client.zero_shot_classification("a", ["b", "c"]),
        "",
        {"inputs": "a", "parameters": {"candidate_labels": ["b", "c"]}},
        RANKED,
        [{"label": "b", "score": 0.75}, {"label": "c", "score": 0.25}],
    ),
    (
        lambda client: client.zero_shot_classification("a", ["b"], multi_label=True, hypothesis_template="It is {}."),
        "",
        {
            "inputs": "a",
            "parameters": {"candidate_labels": ["b"], "multi_label": True, "hypothesis_template": "It is {}."},
        },
        [{"label": "b", "score": 0.75}],
        [{"label": "b", "score": 0.75}],
    ),
    (lambda client: client.text_generation("a"), "", {"inputs": "a"}, [{"generated_text": "b"}], "b"),
    (
        lambda client: client.text_generation("a", do_sample=False, max_new_tokens=3, stop=["."], temperature=0.5),
        "",
        {
            "inputs": "a",
            "parameters": {"do_sample": False, "max_new_tokens": 3, "stop": ["."], "temperature": 0.5},
        },
        {"generated_text": "b"},
        "b",
    ),
    (
        lambda client: client.text_generation("a", details=True),
        "",
        {"inputs": "a", "parameters": {"details": True}},
        [{"generated_text": "b", "details": {"finish_reason": "length", "generated_tokens": 1, "seed": None}}],
        {
            "generated_text": "b",
            "details": {"finish_reason": "length", "generated_tokens": 1, "prefill": [], "tokens": []},
        },
    ),
    (
        lambda client: client.chat_completion([{"role": "user", "content": "a"}]),
        "/v1/chat/completions",
        {"model": "some/model", "messages": [{"role": "user", "content": "a"}]},
        CHAT,
        CHAT,
    ),
    (
        lambda client: client.chat_completion(
            [], max_tokens=2, temperature=0.0, logprobs=False, tools=[{"type": "function"}], extra_body={"top_k": 3}
        ),
        "/v1/chat/completions",
        {
            "model": "some/model",
            "messages": [],
            "max_tokens": 2,
            "temperature": 0.0,
            "logprobs": False,
            "tools": [{"type": "function"}],
            "top_k": 3,
        },
        CHAT,
        CHAT,
    ),
    (
        lambda client: client.conversational("c", ["b"], ["a"], parameters={"temperature": 0.5}),
        "/v1/chat/completions",
        {
            "model": "some/model",
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "c"},
            ],
            "temperature": 0.5,
        },
        CHAT,
        {
            "generated_text": "Hi",
            "conversation": {"generated_responses": ["b", "Hi"], "past_user_inputs": ["a", "c"]},
        },
    ),
]


@pytest.mark.parametrize(("call", "path", "sent", "received", "returned"), EXCHANGES)
async def test_a_call_sends_what_was_set_and_returns_the_decoded_answer(
    call: Call, path: str, sent: Any, received: Any, returned: Any
) -> None:
    async with asking(answers(received)) as (client, upstream):
        result = await call(client)
    assert [path for path, _, _ in upstream.requests] == [f"/models/some/model{path}"]
    assert json_of(upstream) == sent
    assert (result.tolist() if isinstance(result, np.ndarray) else result) == returned


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.sentence_similarity("a", []),
        lambda client: client.zero_shot_classification("a", []),
        lambda client: client.translation("a", src_lang="en"),
        lambda client: client.translation("a", tgt_lang="en"),
        lambda client: client.table_question_answering({"a": [1], "b": []}, "?"),
        lambda client: client.conversational("a", ["b"], []),
        lambda client: client.summarization("half a character: \ud83d"),
        lambda client: client.summarization("a", generate_parameters={"max_length": object()}),
        lambda client: client.summarization("a", model="not a model"),
        lambda client: client.summarization("a", model="../admin"),
        lambda client: client.summarization("a", model="http://[::1"),
        lambda client: client.chat_completion([], model="http://example.com:99999"),
    ],
)
async def test_a_call_with_invalid_arguments_is_not_sent(call: Call) -> None:
    async with asking(answers({})) as (client, upstream):
        with pytest.raises(InvalidInputError) as refusal:
            await call(client)
    assert str(refusal.value).endswith(".")
    assert upstream.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"model": "a", "base_url": "https://example.com"},
        {"endpoint": "https://example.com", "base_url": "https://example.com"},
        {"base_url": "127.0.0.1:8000"},
        {"base_url": "organisation/name"},
        {"model": "localhost:8000/v1"},
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": math.nan},
        {"timeout": "1"},
        {"max_connections": 0},
        {"on_wait": 3},
        {"on_wait": asyncio.sleep},
        {"token": "a", "api_key": "b"},
        {"token": "hf_a\nX-Other: b"},
        {"headers": {"X-Own": "a\r\nb"}},
        {"model": "no model"},
        {"model": "http://"},
        {"endpoint": "localhost:8000"},
    ],
)
def test_a_client_with_invalid_options_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        AsyncInferenceClient(**arguments)
    assert "hf_a" not in str(refusal.value)


async def test_base_url_and_api_key_mean_model_and_token() -> None:
    async with (
        serving(answers(CHAT)) as upstream,
        AsyncInferenceClient(base_url=f"{upstream.url}/v1", api_key="key") as client,
    ):
        await client.chat_completion([])
    path, headers, _ = upstream.requests[0]
    assert (path, headers["Authorization"]) == ("/v1/chat/completions", "Bearer key")


@pytest.mark.parametrize("scores", [[], [0.5], [0.5, 0.25, 0.125], [[0.5], [0.5], [1]]])
async def test_there_is_one_similarity_for_each_sentence(scores: Any) -> None:
    async with asking(answers(scores)) as (client, _):
        with pytest.raises(InvalidAnswerError, match=rf"returned {len(scores)} scores for 2 sentences"):
            await client.sentence_similarity("a", ["b", "c"])


async def test_a_chat_answer_without_a_message_is_invalid() -> None:
    async with asking(answers({"choices": []})) as (client, _):
        with pytest.raises(InvalidAnswerError):
            await client.conversational("a")


OLD_REPLY = {
    "generated_text": "Hi",
    "conversation": {"generated_responses": ["b", "Hi"], "past_user_inputs": ["a", "c"]},
    "warnings": ["Short"],
}


@pytest.mark.parametrize("status", [404, 405])
async def test_a_conversation_takes_the_old_form_where_there_is_no_chat_route(status: int) -> None:
    no_chat = by_path(
        lambda path: answers({"error": "?"}, status) if path.endswith("completions") else answers(OLD_REPLY)
    )
    async with serving(no_chat) as upstream, AsyncInferenceClient(f"{upstream.url}/bot") as client:
        reply = await client.conversational("c", ["b"], ["a"], parameters={"temperature": 0.5})
    assert [path for path, _, _ in upstream.requests] == ["/bot/v1/chat/completions", "/bot"]
    assert json_of(upstream) == {
        "inputs": {"text": "c", "generated_responses": ["b"], "past_user_inputs": ["a"]},
        "parameters": {"temperature": 0.5},
    }
    assert reply == OLD_REPLY


async def test_any_other_refusal_of_a_conversation_is_final() -> None:
    async with serving(answers({"error": "No."}, 422)) as upstream, AsyncInferenceClient(upstream.url) as client:
        with pytest.raises(InferenceHTTPError, match="No"):
            await client.conversational("a")
    assert len(upstream.requests) == 1


UNUSED = {"error": "The following `model_kwargs` are not used by the model: ['watermark', 'best_of'] (note: typos)"}


def refusing_watermarks() -> Any:
    async def answer(request: Any, upstream: Upstream) -> Any:
        refuses = "watermark" in (json_of(upstream).get("parameters") or {})
        return await answers(UNUSED if refuses else [{"generated_text": "b"}], 400 if refuses else 200)(
            request, upstream
        )

    return answer


async def test_arguments_a_model_refuses_by_name_are_left_out_from_then_on_for_this_model_only() -> None:
    async with asking(refusing_watermarks(), None) as (client, upstream):
        with pytest.warns(UserWarning, match="some/model does not use best_of, watermark: the call was sent") as warned:
            text = await client.text_generation("a", model="some/model", watermark=True, best_of=2, top_k=3)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await client.text_generation("a", model="some/model", watermark=True, top_k=3)
        assert text == "b"
        assert len(warned) == 1
        assert warned[0].filename == __file__
        with pytest.warns(UserWarning, match="other/model"):
            await client.text_generation("a", model="other/model", watermark=True)
    sent = [set(json_of(upstream, number).get("parameters", {})) for number in range(5)]
    assert sent == [{"watermark", "best_of", "top_k"}, {"top_k"}, {"top_k"}, {"watermark"}, set()]


async def test_what_one_server_refuses_is_sent_to_another() -> None:
    async with (
        asking(refusing_watermarks()) as (client, _),
        serving(answers([{"generated_text": "b"}])) as second,
    ):
        with pytest.warns(UserWarning):
            await client.text_generation("a", watermark=True)
        await client.with_options(endpoint=second.url).text_generation("a", watermark=True)
    assert json_of(second) == {"inputs": "a", "parameters": {"watermark": True}}


async def test_a_stream_is_requested_again_without_the_refused_arguments() -> None:
    streaming = says(b'data:{"token": {"id": 1, "text": "b"}}\n\n', content_type="text/event-stream")
    async with asking(in_turn(answers(UNUSED, 400), streaming)) as (client, upstream):
        with pytest.warns(UserWarning):
            stream = await client.text_generation("a", stream=True, watermark=True)
        assert [token async for token in stream] == ["b"]
    assert json_of(upstream) == {"inputs": "a", "stream": True}


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refusal_that_names_nothing_that_was_sent_is_final(status: int) -> None:
    async with asking(answers(UNUSED if status == 422 else {"error": "No."}, status)) as (client, upstream):
        with pytest.raises(InferenceHTTPError):
            await client.text_generation("a", watermark=True)
    assert len(upstream.requests) == 1
