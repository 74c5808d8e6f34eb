"""The component that shows a conversation: Gradio's Chatbot would make HTML, formulas and diagrams of its texts."""

import json
from collections.abc import Mapping
from typing import Any

import gradio as gr

from inference_core.errors import CodedError
from inference_core.words import names
from inference_core.words import text as words
from tasks.gallery.chat.markdown import GrowingMarkdown
from tasks.gallery.subclass import component_with
from tasks.views import Messages

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
    said = {name: words(f"chat.log.{name}") for name in names("chat.log")}
    # The script makes the elements itself: Gradio's templates would take texts for HTML, and worse, for JavaScript.
    script = f"window.chat.open(element, props, watch, {json.dumps(said)});"
    return kind(html_template="", js_on_load=script, apply_default_css=False, container=True)


class GrowingConversation:
    """The values of the component for the views of one run, in which only the last answer grows."""

    def __init__(self) -> None:
        self._answer = GrowingMarkdown()

    def value(self, view: Messages) -> list[dict[str, Any]]:
        """The messages, the last answer with its `blocks`; the browser has those of the answers before it."""
        messages: list[dict[str, Any]] = [dict(message) for message in view.messages]
        if messages and messages[-1]["role"] == "assistant":
            messages[-1]["blocks"] = self._answer.blocks(messages[-1]["content"])
        return messages


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
