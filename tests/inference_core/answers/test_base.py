"""Every decoder of answers, on every shape an answer may have, and on bytes that are not an answer."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference_core.answers.base import (
    Conversation,
    ConversationalOutput,
    FillMaskOutputElement,
    Output,
    QuestionAnsweringOutputElement,
    SummarizationOutput,
    TableQuestionAnsweringOutputElement,
    TextClassificationOutputElement,
    TokenClassificationOutputElement,
    TranslationOutput,
    ZeroShotClassificationOutputElement,
    json_as,
    many,
    nested,
    one,
    one_or_many,
)
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
    TextGenerationOutput,
    TextGenerationStreamOutput,
    chat_as_chunk,
    event_decoder,
    text_as_token,
)
from inference_core.answers.ranked import labelled_scores
from inference_core.answers.values import array
from inference_core.errors import InvalidAnswerError, TextGenerationError

numbers = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 2**31)
json_values = st.none() | numbers | st.text(max_size=5) | st.lists(st.integers(0, 9), max_size=3)
unknown_fields = st.dictionaries(st.text(max_size=5).map("x_{}".format), json_values, max_size=2)


def encode(value: object) -> bytes:
    return json.dumps(value).encode()


def answers_with(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries(required, optional=optional)
    return st.tuples(known, unknown_fields).map(lambda pair: pair[0] | pair[1])


scored = {"label": st.text(), "score": numbers}
ANSWERS: dict[type[Output], st.SearchStrategy[dict[str, Any]]] = {
    TextClassificationOutputElement: answers_with(scored, {}),
    ZeroShotClassificationOutputElement: answers_with(scored, {}),
    TokenClassificationOutputElement: answers_with(
        {"word": st.text(), "score": numbers},
        {"start": counts, "end": counts, "entity": st.text(), "entity_group": st.text(), "index": counts},
    ),
    FillMaskOutputElement: answers_with(
        {"sequence": st.text(), "score": numbers, "token": counts, "token_str": st.text()}, {}
    ),
    QuestionAnsweringOutputElement: answers_with(
        {"answer": st.text(), "score": numbers, "start": counts, "end": counts}, {}
    ),
    TableQuestionAnsweringOutputElement: answers_with(
        {
            "answer": st.text(),
            "coordinates": st.lists(st.lists(counts, min_size=2, max_size=2)),
            "cells": st.lists(st.text()),
        },
        {"aggregator": st.text()},
    ),
    SummarizationOutput: answers_with({"summary_text": st.text()}, {}),
    TranslationOutput: answers_with({"translation_text": st.text()}, {}),
    TextGenerationOutput: answers_with({"generated_text": st.text()}, {}),
    ConversationalOutput: answers_with({"generated_text": st.text()}, {"warnings": st.lists(st.text())}),
}
KINDS = list(ANSWERS)
few_examples = settings(max_examples=25)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def assert_is(output: Output, answer: dict[str, Any]) -> None:
    known = {name: value for name, value in answer.items() if name in output.__struct_fields__}
    assert output == known
    assert output.raw == answer
    assert all(getattr(output, name) == value for name, value in known.items())


@every_kind
@few_examples
@given(data=st.data())
def test_one_output_comes_as_an_object_or_in_lists(kind: type[Output], data: st.DataObject) -> None:
    answer = data.draw(ANSWERS[kind])
    for body in (answer, [answer], [[answer]], [[answer], [answer]]):
        assert_is(one(kind)(encode(body)), answer)


@every_kind
@few_examples
@given(data=st.data())
def test_several_outputs_come_as_a_list_or_as_a_list_in_a_list(kind: type[Output], data: st.DataObject) -> None:
    expected = data.draw(st.lists(ANSWERS[kind], max_size=3))
    for body in (expected, [expected]):
        decoded = many(kind)(encode(body))
        assert len(decoded) == len(expected)
        for output, answer in zip(decoded, expected, strict=True):
            assert_is(output, answer)


@every_kind
@few_examples
@given(data=st.data())
def test_a_lone_object_is_a_list_of_one_where_several_are_usual(kind: type[Output], data: st.DataObject) -> None:
    answer = data.draw(ANSWERS[kind])
    for decode in (many(kind), nested(kind)):
        (output,) = decode(encode(answer))
        assert_is(output, answer)


@few_examples
@given(data=st.data())
def test_a_question_has_one_answer_or_a_list_of_them(data: st.DataObject) -> None:
    expected = data.draw(st.lists(ANSWERS[QuestionAnsweringOutputElement], min_size=1, max_size=3))
    decode = one_or_many(QuestionAnsweringOutputElement)
    alone, listed = decode(encode(expected[0])), decode(encode(expected))
    assert isinstance(alone, Output)
    assert isinstance(listed, list)
    assert_is(alone, expected[0])
    for output, answer in zip(listed, expected, strict=True):
        assert_is(output, answer)


@few_examples
@given(data=st.data())
def test_one_mask_gives_a_list_and_several_masks_a_list_of_lists(data: st.DataObject) -> None:
    masks = data.draw(
        st.lists(st.lists(ANSWERS[FillMaskOutputElement], min_size=1, max_size=2), min_size=2, max_size=3)
    )
    decode = nested(FillMaskOutputElement)
    for body in (masks[0], masks[:1]):
        for output, answer in zip(decode(encode(body)), masks[0], strict=True):
            assert_is(output, answer)
    for outputs, answers in zip(decode(encode(masks)), masks, strict=True):
        for output, answer in zip(outputs, answers, strict=True):
            assert_is(output, answer)


labels = st.sampled_from(["labels", "scores", "label"]) | st.text()


@given(st.lists(st.tuples(labels, numbers), max_size=4), st.text(), unknown_fields)
def test_labels_with_scores_come_side_by_side_or_one_by_one(
    pairs: list[tuple[str, float]], sequence: str, unknown: dict[str, Any]
) -> None:
    side_by_side = {"sequence": sequence, "labels": [x for x, _ in pairs], "scores": [y for _, y in pairs]} | unknown
    one_by_one = [{"label": label, "score": score} | unknown for label, score in pairs]
    for body in (side_by_side, [side_by_side], one_by_one, [one_by_one]):
        assert [(output.label, output.score) for output in labelled_scores(encode(body))] == pairs
    assert all(output.raw == side_by_side for output in labelled_scores(encode(side_by_side)))
    assert [output.raw for output in labelled_scores(encode(one_by_one))] == one_by_one


@pytest.mark.parametrize("scores", ["[1.0]", "[1, 2, 3]", "null", '["much", "little"]', "{}", "0.5"])
def test_labels_have_no_scores_if_there_is_not_one_for_each(scores: str) -> None:
    labelled = labelled_scores(b'{"sequence": "", "labels": ["a", "b"], "scores": %b}' % scores.encode())
    assert [(one.label, one.score) for one in labelled] == [("a", None), ("b", None)]


@given(
    arrays.arrays(
        np.float32,
        arrays.array_shapes(max_dims=5, max_side=4),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_numbers_in_lists_of_any_depth_become_an_array_of_this_shape(expected: np.ndarray[Any, Any]) -> None:
    decoded = array(encode(expected.tolist()))
    assert decoded.dtype == np.float32
    assert decoded.shape == expected.shape
    assert np.array_equal(decoded, expected)


@pytest.mark.parametrize("body", ["[[1], [1, 2]]", '["a"]', "[[1], null]", "[{}]", "{}", "1", f"[{'9' * 400}]"])
def test_anything_but_an_array_of_numbers_is_invalid(body: str) -> None:
    with pytest.raises(InvalidAnswerError):
        array(body.encode())


@pytest.mark.parametrize("nothing", ["null", "NaN"])
def test_a_number_that_is_missing_from_an_array_is_not_a_number(nothing: str) -> None:
    decoded = array(f'[[1, {nothing}], ["2.5", 4]]'.encode())
    assert np.array_equal(decoded, np.array([[1, np.nan], [2.5, 4]], np.float32), equal_nan=True)


@given(st.lists(numbers))
def test_plain_numbers_stay_what_they_are(expected: list[float]) -> None:
    assert json_as(list[float])(encode(expected)) == expected


@pytest.mark.parametrize("space", [b" ", b"\n" * 200, b"\r\n\t " * 50], ids=["one", "200 line feeds", "all kinds"])
def test_space_that_keeps_a_connection_alive_does_not_hide_the_shape(space: bytes) -> None:
    assert one(SummarizationOutput)(space + b'[{"summary_text": "a"}]').summary_text == "a"
    assert [output.label for output in many(TextClassificationOutputElement)(space + b"[[" + space + b"]]")] == []
    assert labelled_scores(space + b'{"labels": ["a"], "scores": [1]}')[0].label == "a"


@every_kind
@few_examples
@given(data=st.data())
def test_an_output_is_a_read_only_mapping_of_what_it_has(kind: type[Output], data: st.DataObject) -> None:
    answer = data.draw(ANSWERS[kind])
    output = one(kind)(encode(answer))
    known = {name: value for name, value in answer.items() if name in output.__struct_fields__}
    assert dict(output) == dict(**output) == dict(output.items()) == known
    assert list(output) == list(output.keys())
    assert list(output.values()) == list(dict(output).values())
    assert len(output) == len(known)
    assert all(name in output and output[name] == output.get(name) == value for name, value in known.items())
    assert "_body" not in output
    assert "raw" not in output
    assert output.get("nothing", "default") == "default"
    assert "_body" not in repr(output)
    with pytest.raises(KeyError):
        output["nothing"]
    with pytest.raises(TypeError):
        output["label"] = ""  # type: ignore[index]


def test_outputs_are_equal_if_their_fields_are() -> None:
    decode = one(TextClassificationOutputElement)
    same, other = decode(b'{"label": "a", "score": 1, "more": 1}'), decode(b'[{"label": "a", "score": 1.0}]')
    assert same == other == {"label": "a", "score": 1.0}
    assert not (same != other or same != {"label": "a", "score": 1.0})
    assert decode(b'{"label": "a", "score": 1}') != decode(b'{"label": "b", "score": 1}')
    assert decode(b'{"label": "a", "score": 1}') != {"label": "a"}
    assert decode(b'{"label": "a", "score": 1}') != [("label", "a"), ("score", 1.0)]


def test_a_field_that_has_no_value_is_none_and_not_in_the_mapping() -> None:
    output = one(TokenClassificationOutputElement)(b'{"word": "a", "score": 1, "start": null, "entity": "LOC"}')
    assert dict(output) == {"word": "a", "score": 1.0, "entity": "LOC"}
    assert (output.start, output.entity_group) == (None, None)
    assert (output["start"], output["entity_group"]) == (None, None)
    for unknown in ("unheard", "_body", ""):
        with pytest.raises(KeyError):
            output[unknown]


def test_a_mapping_inside_an_output_is_an_output_too() -> None:
    body = {"generated_text": "b", "conversation": {"generated_responses": ["b"], "past_user_inputs": ["a"]}}
    output = one(ConversationalOutput)(encode(body))
    assert output == body
    assert output["conversation"]["past_user_inputs"] == ["a"]
    assert output.conversation == Conversation(generated_responses=["b"], past_user_inputs=["a"])


DECODERS: list[Callable[[bytes], Any]] = [
    *(shape(kind) for shape in (one, many, one_or_many, nested) for kind in KINDS),
    one(ChatCompletionOutput),
    json_as(list[float]),
    event_decoder(TextGenerationStreamOutput),
    event_decoder(ChatCompletionStreamOutput),
    lambda body: text_as_token(one(TextGenerationOutput)(body)),
    lambda body: chat_as_chunk(one(ChatCompletionOutput)(body)),
]
outer_names = ["labels", "scores", "error", "error_type", "token", "choices", "message", "delta", "details", "id"]
field_names = st.sampled_from([*outer_names, *sorted({name for kind in KINDS for name in kind.__struct_fields__})])
almost_answers = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | numbers | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names, inner, max_size=5),
    max_leaves=10,
)
BROKEN = [
    b"",
    b" ",
    b"[",
    b"[]",
    b"[[]]",
    b"[[], []]",
    b"null",
    b"\xff",
    b'{"label": "\xff", "score": 1}',
    b"\xef\xbb\xbf[]",
    b"<html>",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"error":' * 100_000,
    b"[1e999]",
    b"[NaN]",
    b'{"error": "a", "error_type": {}}',
    b'{"choices": [{}]}',
]


def assert_nothing_but_refusals(body: bytes) -> None:
    for decode in DECODERS:
        with contextlib.suppress(InvalidAnswerError, TextGenerationError):
            decode(body)


@given(almost_answers)
def test_any_json_is_an_answer_or_invalid(value: Any) -> None:
    assert_nothing_but_refusals(msgspec.json.encode(value))


@given(st.binary(max_size=20))
def test_any_bytes_are_an_answer_or_invalid(body: bytes) -> None:
    assert_nothing_but_refusals(body)


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: repr(body[:20]))
def test_broken_answers_are_refused(body: bytes) -> None:
    assert_nothing_but_refusals(body)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"[[]]", b"[1]", b'"text"', b'[{"summary": "a"}]', b"<p>Sign in</p>"]
)
def test_a_wrong_shape_is_invalid_and_its_beginning_is_kept(body: bytes) -> None:
    with pytest.raises(InvalidAnswerError) as refusal:
        one(SummarizationOutput)(body)
    assert body.startswith(refusal.value.body) or refusal.value.body in body
