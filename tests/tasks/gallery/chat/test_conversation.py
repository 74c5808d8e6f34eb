"""A conversation from a caller: messages of text in either spelling, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.gallery.chat.conversation import BadConversation, GrowingConversation, conversation, turns
from tasks.views import Messages

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
HELLO = {"role": "user", "content": "Hello <b>you</b>"}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_no_conversation_is_an_empty_one(nothing: Any) -> None:
    assert turns(nothing) == []


def test_a_message_comes_as_text_or_in_parts_of_text_and_its_other_keys_are_left_out() -> None:
    in_parts = {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
    assert turns([{**HELLO, "metadata": {"title": "x"}}, in_parts]) == [HELLO, {"role": "assistant", "content": "ab"}]


@pytest.mark.parametrize(
    "message",
    [
        {"role": "tool", "content": "a"},
        {"content": "a"},
        {"role": "user"},
        {"role": ["user"], "content": "a"},
        {"role": "user", "content": [{"type": "file", "file": {"path": "/etc/passwd"}}]},
        {"role": "user", "content": [{"type": "component", "component": "html", "value": "a", "constructor_args": {}}]},
        {"role": "user", "content": [{"type": "text", "text": None}]},
    ],
)
def test_anything_else_is_refused_in_a_sentence(message: Any) -> None:
    with pytest.raises(BadConversation, match=r"^The conversation so far is not a list of messages"):
        turns([HELLO, message])


@settings(max_examples=50)
@given(value=JSON)
def test_odd_json_is_refused_or_empty(value: Any) -> None:
    for odd in (value, [value], [{"role": value, "content": "a"}], [{"role": "user", "content": value}]):
        try:
            assert all(isinstance(one["content"], str) for one in turns(odd))
        except BadConversation:
            continue


def test_the_api_describes_a_list_of_messages() -> None:
    assert conversation().api_info()["items"]["required"] == ["role", "content"]


def test_the_last_answer_has_blocks_that_never_come_back_to_a_model() -> None:
    answer = {"role": "assistant", "content": "*Hi*", "reasoning": "Hm"}
    shown = GrowingConversation().value(Messages([HELLO, answer, HELLO, answer]))
    assert shown == [HELLO, answer, HELLO, {**answer, "blocks": ['["p","",[["em","",["Hi"]]]]']}]
    assert turns(shown) == [HELLO, {"role": "assistant", "content": "*Hi*"}] * 2
