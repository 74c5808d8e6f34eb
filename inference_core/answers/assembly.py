"""A whole answer from the events of a stream, for servers that stream although they were asked for a whole answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from inference_core.answers.base import Output
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionOutputComplete,
    ChatCompletionOutputMessage,
    ChatCompletionOutputToolCall,
    ChatCompletionStreamOutput,
    ChatCompletionStreamOutputChoice,
    TextGenerationOutput,
    TextGenerationStreamOutput,
)

T = TypeVar("T")


def text_of_tokens(tokens: Sequence[TextGenerationStreamOutput]) -> TextGenerationOutput:
    """The text that the server says it has generated, or else that of all tokens."""
    texts = [token.generated_text for token in tokens if token.generated_text is not None]
    text = texts[-1] if texts else "".join(token.token.text for token in tokens if not token.token.special)
    details = _last(token.details for token in tokens)
    if details is not None and not details.tokens:
        details.tokens = [token.token for token in tokens]
    return TextGenerationOutput(generated_text=text, details=details, _body=_bodies(tokens))


def chat_of_chunks(chunks: Sequence[ChatCompletionStreamOutput]) -> ChatCompletionOutput:
    """The messages that the pieces make; an empty one if there are none."""
    pieces: dict[int, list[ChatCompletionStreamOutputChoice]] = {}
    for chunk in chunks:
        for choice in chunk.choices:
            pieces.setdefault(choice.index, []).append(choice)
    return ChatCompletionOutput(
        choices=[_choice(index, pieces[index]) for index in sorted(pieces)] or [_choice(0, [])],
        created=_last(chunk.created for chunk in chunks),
        id=_last(chunk.id for chunk in chunks),
        model=_last(chunk.model for chunk in chunks),
        system_fingerprint=_last(chunk.system_fingerprint for chunk in chunks),
        usage=_last(chunk.usage for chunk in chunks),
        _body=_bodies(chunks),
    )


def _choice(index: int, pieces: Sequence[ChatCompletionStreamOutputChoice]) -> ChatCompletionOutputComplete:
    fields: dict[str, Any] = {"content": ""}
    calls: dict[int, ChatCompletionOutputToolCall] = {}
    for piece in pieces:
        for place, call in enumerate(piece.delta.tool_calls or []):
            _add_call(calls, call, place)
        _add(fields, {name: value for name, value in piece.delta.items() if name != "tool_calls"})
    if calls:
        fields["tool_calls"] = [calls[place] for place in sorted(calls)]
        fields["content"] = fields["content"] or None
    logprobs = [piece.logprobs for piece in pieces if piece.logprobs is not None]
    for more in logprobs[1:]:
        logprobs[0].content = [*(logprobs[0].content or []), *(more.content or [])]
    return ChatCompletionOutputComplete(
        index=index,
        finish_reason=_last(piece.finish_reason for piece in pieces),
        logprobs=logprobs[0] if logprobs else None,
        message=ChatCompletionOutputMessage(**fields),
    )


def _add(fields: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        is_text = name != "role" and isinstance(value, str) and isinstance(fields.get(name), str)
        fields[name] = fields[name] + value if is_text else value


def _add_call(calls: dict[int, ChatCompletionOutputToolCall], piece: ChatCompletionOutputToolCall, place: int) -> None:
    """Add a piece of a tool call: to the one of its index, which servers that send whole calls leave out."""
    number = place if piece.index is None else piece.index
    known = calls.get(number)
    if known is None or (piece.id and known.id and piece.id != known.id):
        calls[number if known is None else len(calls)] = piece
        return
    if isinstance(known.function.arguments, str) and isinstance(piece.function.arguments, str):
        known.function.arguments += piece.function.arguments
    elif piece.function.arguments is not None:
        known.function.arguments = piece.function.arguments


def _last(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed([*values]) if value is not None), None)


def _bodies(events: Sequence[Output]) -> bytes:
    return b"[" + b",".join(event._body for event in events) + b"]"
