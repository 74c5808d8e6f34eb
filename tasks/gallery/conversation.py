"""The component that shows a conversation, as text: Gradio's Chatbot would make HTML, formulas and diagrams of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from inference_core.errors import CodedError
from tasks.gallery.subclass import component_with

_ROLES = ("user", "assistant", "system")
_EXAMPLE = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "How can I help you?"}]
_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"role": {"type": "string", "enum": list(_ROLES)}, "content": {"type": "string"}},
        "required": ["role", "content"],
    },
}


class BadConversation(CodedError):
    """What a caller gives as the conversation so far is not a list of messages."""


def conversation() -> gr.HTML:
    """An empty conversation; its value is a list of messages `{"role": …, "content": text}`."""
    kind = component_with(
        gr.HTML,
        api_info=lambda self: _SCHEMA,
        example_payload=lambda self: _EXAMPLE,
        example_value=lambda self: _EXAMPLE,
    )
    # The script makes the elements itself: Gradio's templates would take texts for HTML, and worse, for JavaScript.
    script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return kind(html_template="", js_on_load=script, apply_default_css=False, container=True)


def turns(messages: Any) -> list[dict[str, str]]:
    """A conversation's messages as a model takes them, without other keys.

    Raises:
        BadConversation: a caller of the API sent something else.
    """
    if not messages:
        return []
    if not isinstance(messages, list):
        raise BadConversation("not_a_conversation")
    return [_turn(one) for one in messages]


def _turn(message: Any) -> dict[str, str]:
    if not isinstance(message, Mapping) or message.get("role") not in _ROLES:
        raise BadConversation("not_a_conversation")
    return {"role": message["role"], "content": _text(message.get("content"))}


def _text(content: Any) -> str:
    """The text of a message, which other clients give in parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [None]
    return "".join(map(_text_of_part, parts))


def _text_of_part(part: Any) -> str:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
    raise BadConversation("not_a_conversation")
