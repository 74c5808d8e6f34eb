"""Answers whose own field is not as its type says, and is read all the same."""

from typing import Any

import pytest

from inference_core.answers.base import (
    FillMaskOutputElement,
    SummarizationOutput,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    TranslationOutput,
    json_as,
    many,
    nested,
    one,
)
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
    TextGenerationOutput,
    TextGenerationStreamOutput,
    event_decoder,
)
from inference_core.answers.media import AutomaticSpeechRecognitionOutput
from inference_core.answers.tolerant import Unreadable, parsed
from inference_core.errors import InvalidAnswerError
from inference_core.media.base64_text import file_in

chunk, token = event_decoder(ChatCompletionStreamOutput), event_decoder(TextGenerationStreamOutput)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ('[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]', "ab"),
        ('["a", "b"]', "ab"),
        ('{"type": "text", "text": "ab"}', "ab"),
        ('[{"type": "thinking", "thinking": [{"type": "text", "text": "?"}]}, {"text": "ab"}]', "ab"),
        ('[{"type": "image_url", "image_url": {}}, "ab"]', "ab"),
        ('{"answer": 42}', '{"answer": 42}'),
        ("5", "5"),
        ("1.5", "1.5"),
        ("true", "true"),
        ('"null"', "null"),
        (r'"\ud83d\ude42 \ud83d"', "\U0001f642 \N{REPLACEMENT CHARACTER}"),
        (r'"\\ud83d"', r"\ud83d"),
        ("[]", None),
        ("{}", None),
        ('[{"type": "thinking", "thinking": []}]', None),
        ('{"type": "reasoning", "text": "?"}', None),
    ],
)
def test_the_text_of_a_message_may_come_in_parts(sent: str, read: str | None) -> None:
    whole = one(ChatCompletionOutput)(f'{{"choices": [{{"message": {{"content": {sent}}}}}]}}'.encode())
    piece = chunk(f'{{"choices": [{{"delta": {{"content": {sent}}}}}]}}'.encode())
    assert whole.choices[0].message.content == piece.choices[0].delta.content == read


@pytest.mark.parametrize("name", ["generated_text", "summary_text", "translation_text", "text", "Summary-Text"])
def test_a_text_is_found_under_the_name_of_another_task(name: str) -> None:
    body = f'[{{"{name}": "a"}}]'.encode()
    assert one(SummarizationOutput)(body).summary_text == "a"
    assert one(TranslationOutput)(body).translation_text == "a"
    assert one(TextGenerationOutput)(body).generated_text == "a"
    assert one(AutomaticSpeechRecognitionOutput)(body).text == "a"


@pytest.mark.parametrize(
    "calls", ['[{"id": 0, "function": %s}]', '{"id": 0, "function": %s}', '[null, {"id": 0, "function": %s}]']
)
@pytest.mark.parametrize("arguments", ['"{}"', '{"a": 1}'])
def test_the_calls_of_tools_of_older_servers(calls: str, arguments: str) -> None:
    sent = calls % f'{{"name": "f", "arguments": {arguments}, "description": null}}'
    output = one(ChatCompletionOutput)(f'{{"choices": [{{"message": {{"tool_calls": {sent}}}}}]}}'.encode())
    (call,) = output.choices[0].message.tool_calls or []
    assert (call.id, call.function.name) == ("0", "f")
    assert call.function.arguments in ("{}", {"a": 1})


@pytest.mark.parametrize("message", ["null", "{}"])
def test_a_choice_may_have_nothing_to_say(message: str) -> None:
    whole = one(ChatCompletionOutput)(f'{{"choices": [{{"message": {message}, "finish_reason": "length"}}]}}'.encode())
    assert (whole.choices[0].message.content, whole.choices[0].finish_reason) == (None, "length")
    piece = chunk(f'{{"choices": [{{"delta": {message}, "finish_reason": "length"}}]}}'.encode())
    assert (piece.choices[0].delta.content, piece.choices[0].finish_reason) == (None, "length")


@pytest.mark.parametrize("score", ["0.5", "{}"])
def test_several_guesses_stay_one_list_whatever_is_wrong_beside_them(score: str) -> None:
    guesses = ", ".join(f'{{"token_str": "{word}", "score": {score}}}' for word in "ab")
    masked = nested(FillMaskOutputElement)
    assert [getattr(guess, "token_str", None) for guess in masked(f"[{guesses}]".encode())] == ["a", "b"]
    both: Any = masked(f"[[{guesses}], [{guesses}]]".encode())
    assert [[guess.token_str for guess in mask] for mask in both] == [["a", "b"], ["a", "b"]]


def test_one_unreadable_value_of_an_object_does_not_take_the_others_away() -> None:
    assert json_as(dict[str, list[int]])(b'{"a": [1], "b": 5, "c": [2]}') == {"a": [1], "c": [2]}


def test_no_choices_are_an_empty_list() -> None:
    for nothing in (b"null", b"[]", b"{}", b"false", b"0"):
        assert one(ChatCompletionOutput)(b'{"choices": %b}' % nothing).choices == []
        assert chunk(b'{"choices": %b}' % nothing).choices == []
    assert chunk(b'{"usage": {"total_tokens": 1}}').choices == []


def test_a_message_is_taken_for_a_delta_and_the_other_way_round() -> None:
    assert chunk(b'{"choices": [{"message": {"content": "a"}}]}').choices[0].delta.content == "a"
    assert one(ChatCompletionOutput)(b'{"choices": [{"delta": {"content": "a"}}]}').choices[0].message.content == "a"


def test_one_of_several_fields_is_enough() -> None:
    guess, other = many(FillMaskOutputElement)(b'[{"sequence": "a b"}, {"token_str": "b"}]')
    assert (guess.sequence, guess.token_str, other.sequence, other.token_str) == ("a b", "", None, "b")
    (entity,) = many(TokenClassificationOutputElement)(b'[{"entity_group": "LOC", "start": 1, "end": 2}]')
    assert (entity.word, entity.entity_group, entity.start) == ("", "LOC", 1)
    last = token(b'{"token": null, "generated_text": "a b"}')
    assert (last.token.text, last.generated_text) == ("", "a b")


def test_an_unreadable_element_costs_itself_only_and_the_others_keep_their_json() -> None:
    body = b'[null, {"label": "a", "score": 0.5, "more": 1}, {"score": 1}, {"label": "b"}]'
    first, second = many(TextClassificationOutputElement)(body)
    assert (first, second) == ({"label": "a", "score": 0.5}, {"label": "b"})
    assert (first.raw, second.raw) == ({"label": "a", "score": 0.5, "more": 1}, {"label": "b"})


@pytest.mark.parametrize("score", ["Infinity", "-Infinity", "NaN"])
def test_what_python_writes_for_numbers_without_a_value_is_read(score: str) -> None:
    (found,) = many(TextClassificationOutputElement)(f'[{{"label": "a", "score": {score}}}]'.encode())
    assert found.score == (None if score == "NaN" else float(score))
    assert found.raw["label"] == "a"


def test_a_field_of_our_own_name_is_not_taken_from_the_server() -> None:
    output = one(SummarizationOutput)(b'{"summary_text": "a", "_place": 5, "_body": "YQ=="}')
    assert output.raw == {"summary_text": "a", "_place": 5, "_body": "YQ=="}
    event = token(b'{"token": {"text": "a"}, "_place": 5, "_body": 1}')
    assert event.raw["token"] == {"text": "a"}


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (one(ChatCompletionOutput), b'{"detail": "no"}'),
        (one(ChatCompletionOutput), b'{"choices": ["no"]}'),
        (one(SummarizationOutput), b'{"summary_text": null}'),
        (many(TextClassificationOutputElement), b'[{"score": 1}]'),
        (many(TextClassificationOutputElement), b'{"labels": ["a"]}'),
        (chunk, b'{"choices": "no"}'),
        (chunk, b'{"choices": [{"delta": "no"}]}'),
        (token, b'{"token": {"id": 1}}'),
        (token, b'{"token": "no"}'),
    ],
)
def test_without_the_field_that_carries_the_answer_there_is_none(decode: Any, body: bytes) -> None:
    with pytest.raises(InvalidAnswerError):
        decode(body)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'"\xed\xa0\x80"', b"[" * 100_000, b"9" * 5_000])
def test_what_is_not_json_is_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(body)


@pytest.mark.parametrize("text", ["aGk=", "aG\nk=\r\n", "data:image/png;base64,aGk=", " aGk= "])
def test_base64_may_be_wrapped(text: str) -> None:
    assert file_in(text) == b"hi"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_json_is_read_in_every_encoding_that_it_may_have(encoding: str) -> None:
    (found,) = many(TextClassificationOutputElement)('[{"label": "a\u00e9\U0001f642", "x": 1}]'.encode(encoding))
    assert found.label == "a\u00e9\U0001f642"
    assert found.raw["x"] == 1


@pytest.mark.parametrize("wrong", [b"\xff", b"\xe9", b"\xed\xa0\x80", b"\xf0\x9f\x99"])
def test_bytes_of_a_stream_that_are_not_utf8_cost_only_themselves(wrong: bytes) -> None:
    for output in (
        token(b'{"token": {"text": "a%bb"}}' % wrong).token.text,
        chunk(b'{"choices": [{"delta": {"content": "a%bb"}}]}' % wrong).choices[0].delta.content,
    ):
        assert output is not None
        assert output.strip("\ufffd") == output
        assert set(output) == {"a", "\ufffd", "b"}
