"""How one event of a stream is decoded, and a whole answer where a stream was asked for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core.answers.base import one
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
    TextGenerationOutput,
    TextGenerationStreamOutput,
    chat_as_chunk,
    event_decoder,
    text_as_token,
)
from inference_core.errors import (
    GenerationError,
    IncompleteGenerationError,
    InvalidAnswerError,
    OverloadedError,
    TextGenerationError,
    UnknownError,
    ValidationError,
)

decode_token = event_decoder(TextGenerationStreamOutput)
decode_chunk = event_decoder(ChatCompletionStreamOutput)
either_decoder = pytest.mark.parametrize("decode", [decode_token, decode_chunk], ids=["token", "chunk"])

numbers = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**31)
tokens = st.fixed_dictionaries(
    {"id": counts, "text": st.text(max_size=8), "logprob": numbers, "special": st.booleans()}
)
details = st.fixed_dictionaries(
    {
        "finish_reason": st.sampled_from(["length", "eos_token", "stop_sequence"]),
        "generated_tokens": counts,
        "prefill": st.lists(tokens, max_size=2),
        "tokens": st.lists(tokens, max_size=2),
    },
    optional={"seed": counts, "input_length": counts},
)
token_events = st.fixed_dictionaries(
    {"token": tokens}, optional={"index": counts, "generated_text": st.text(max_size=8), "details": details}
)
usage = st.fixed_dictionaries({"completion_tokens": counts, "prompt_tokens": counts, "total_tokens": counts})
heads = {"id": st.text(max_size=8), "model": st.text(max_size=8), "created": counts, "usage": usage}
deltas = st.fixed_dictionaries({"content": st.text(max_size=8)}, optional={"role": st.just("assistant")})
chunks = st.fixed_dictionaries(
    {
        "choices": st.lists(
            st.fixed_dictionaries({"index": counts, "delta": deltas}, optional={"finish_reason": st.just("stop")}),
            max_size=2,
        )
    },
    optional=heads,
)
messages = st.fixed_dictionaries({"role": st.just("assistant"), "content": st.text(max_size=8)})
chats = st.fixed_dictionaries(
    {
        "choices": st.lists(
            st.fixed_dictionaries(
                {"index": counts, "message": messages, "finish_reason": st.just("stop")},
                optional={"logprobs": st.just({"content": [{"token": "a", "logprob": -0.5, "top_logprobs": []}]})},
            ),
            max_size=2,
        )
    },
    optional=heads,
)
texts = st.fixed_dictionaries({"generated_text": st.text(max_size=8)}, optional={"details": details})


def encode(value: object) -> bytes:
    return json.dumps(value).encode()


@given(token_events)
def test_an_event_of_text_generation_becomes_a_token(event: dict[str, Any]) -> None:
    output = decode_token(encode(event | {"unknown": [1]}))
    assert output == event
    assert output.raw == event | {"unknown": [1]}
    assert output.token.text == output["token"]["text"] == event["token"]["text"]


@given(chunks)
def test_an_event_of_a_chat_becomes_a_chunk(event: dict[str, Any]) -> None:
    output = decode_chunk(encode(event | {"object": "chat.completion.chunk"}))
    assert output == event
    assert output.raw == event | {"object": "chat.completion.chunk"}
    assert [choice.delta.content for choice in output.choices] == [
        choice["delta"]["content"] for choice in event["choices"]
    ]


@given(texts)
def test_a_whole_text_comes_as_an_object_or_as_a_list_of_one(answer: dict[str, Any]) -> None:
    for body in (answer, [answer]):
        output = one(TextGenerationOutput)(encode(body))
        assert output == answer
        assert output.raw == answer


@given(texts)
def test_a_whole_text_is_the_only_token_of_a_stream(answer: dict[str, Any]) -> None:
    output = text_as_token(one(TextGenerationOutput)(encode([answer])))
    assert output.token.text == output.generated_text == answer["generated_text"]
    assert output.get("details") == answer.get("details")


@given(chats)
def test_a_whole_chat_keeps_all_it_says(answer: dict[str, Any]) -> None:
    output = one(ChatCompletionOutput)(encode(answer | {"object": "chat.completion"}))
    assert output == answer
    assert output.raw == answer | {"object": "chat.completion"}


@given(chats)
def test_a_whole_chat_is_the_only_chunk_of_a_stream(answer: dict[str, Any]) -> None:
    choices = [
        {**{name: choice[name] for name in choice if name != "message"}, "delta": choice["message"]}
        for choice in answer["choices"]
    ]
    only = chat_as_chunk(one(ChatCompletionOutput)(encode(answer)))
    assert only == {**answer, "choices": choices}
    assert only.raw == answer


def test_a_token_needs_no_probability_or_marks() -> None:
    output = decode_token(b'{"token": {"id": 1, "text": "a", "logprob": null}, "details": null}')
    assert output == {"token": {"id": 1, "text": "a", "special": False}}


@pytest.mark.parametrize(
    ("error_type", "kind"),
    [
        ("generation", GenerationError),
        ("incomplete_generation", IncompleteGenerationError),
        ("overloaded", OverloadedError),
        ("validation", ValidationError),
        ("something_new", UnknownError),
        (None, UnknownError),
        (5, UnknownError),
        ({}, UnknownError),
    ],
)
@either_decoder
def test_an_error_in_a_stream_is_raised_with_its_kind_and_words(
    decode: Any, error_type: Any, kind: type[TextGenerationError]
) -> None:
    with pytest.raises(kind, match=r"^Too many tokens\.$") as raised:
        decode(encode({"error": "Too many tokens.", "error_type": error_type}))
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    "error", ["Model is gone", ["Model is gone"], {"message": "Model is gone", "http_status_code": 422}]
)
@either_decoder
def test_every_shape_of_an_error_in_a_stream_gives_the_words(decode: Any, error: Any) -> None:
    with pytest.raises(TextGenerationError, match=r"^Model is gone$"):
        decode(encode({"error": error}))


def test_an_error_beside_a_token_is_an_error() -> None:
    with pytest.raises(TextGenerationError, match="Out of memory"):
        decode_token(b'{"token": {"id": 1, "text": "a"}, "error": "Out of memory"}')


def test_the_word_error_in_a_text_is_not_an_error() -> None:
    event = {"token": {"id": 1, "text": '"error"'}, "generated_text": '{"error": "x"}', "error": None}
    assert decode_token(encode(event)).token.text == '"error"'
    assert decode_chunk(b'{"choices": [{"delta": {"content": "\\"error\\": 1"}}]}').choices[0].delta.content


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"hello", b"\xff", b'{"token": "a"}', b'{"error": null}'])
def test_any_other_event_is_invalid(data: bytes) -> None:
    with pytest.raises(InvalidAnswerError):
        decode_token(data)


def test_a_whole_chat_keeps_everything_as_the_only_chunk() -> None:
    choice = {"index": 0, "finish_reason": "stop", "logprobs": {"content": [{"token": "a", "logprob": -0.5}]}}
    sent = {"choices": [{**choice, "message": {"role": "assistant", "content": "a"}}], "id": "i", "model": "m"}
    chunk = chat_as_chunk(
        one(ChatCompletionOutput)(json.dumps(sent | {"created": 1, "system_fingerprint": "f"}).encode())
    )
    (found,) = chunk.choices
    assert (chunk.id, chunk.model, chunk.created, chunk.system_fingerprint) == ("i", "m", 1, "f")
    assert (found.index, found.finish_reason, found.delta.role, found.delta.content) == (0, "stop", "assistant", "a")
    assert found.logprobs is not None and found.logprobs.content[0].token == "a"
