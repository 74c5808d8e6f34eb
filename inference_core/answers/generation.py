"""Outputs of text generation and chat, whole and streamed, and the decoders of stream events.

The formats are those of text-generation-inference (TGI) and OpenAI's chat completions, named as in huggingface_hub.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from inference_core.answers.base import Output, Part
from inference_core.answers.tolerant import UNDECODABLE, AnswerText, ListOrNull, PieceOfText, Unreadable, parsed, reader
from inference_core.http.error_body import hidden_error, invalid_answer, stream_error


class TextGenerationOutputToken(Part, kw_only=True, eq=False):
    """`logprob` is the natural logarithm of the token's probability; not every server sends it."""

    text: PieceOfText
    id: int | None = None
    logprob: float | None = None
    special: bool = False


class TextGenerationOutputBestOfSequence(Part, kw_only=True, eq=False):
    """One of the other texts that the server generated because of `best_of`."""

    generated_text: AnswerText
    finish_reason: str | None = None
    generated_tokens: int = 0
    prefill: list[TextGenerationOutputToken] = []
    seed: int | None = None
    tokens: list[TextGenerationOutputToken] = []
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


class TextGenerationOutputDetails(Part, kw_only=True, eq=False):
    """`finish_reason` is `length`, `eos_token` or `stop_sequence`."""

    finish_reason: str | None = None
    generated_tokens: int = 0
    seed: int | None = None
    prefill: list[TextGenerationOutputToken] = []
    tokens: list[TextGenerationOutputToken] = []
    input_length: int | None = None
    best_of_sequences: list[TextGenerationOutputBestOfSequence] | None = None
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


class TextGenerationOutput(Output, kw_only=True, eq=False):
    generated_text: AnswerText
    details: TextGenerationOutputDetails | None = None


class TextGenerationStreamOutput(Output, kw_only=True, eq=False):
    """One token of a stream; the last one also carries `generated_text` and `details`."""

    _carriers = ("token", "generated_text")

    token: TextGenerationOutputToken
    index: int | None = None
    generated_text: AnswerText | None = None
    details: TextGenerationOutputDetails | None = None
    top_tokens: list[TextGenerationOutputToken] | None = None
    _error: Any = msgspec.field(default=None, name="error")


class ChatCompletionOutputUsage(Part, kw_only=True, eq=False):
    completion_tokens: int = 0
    prompt_tokens: int = 0
    total_tokens: int = 0


class ChatCompletionOutputFunctionDefinition(Part, kw_only=True, eq=False):
    """`arguments` is JSON as text (some servers send the object itself); in a stream, a piece of that text."""

    arguments: Any = None
    name: str | None = None
    description: str | None = None


class ChatCompletionOutputToolCall(Part, kw_only=True, eq=False):
    """A function call that the model asks for; in a stream, `index` says which call a piece belongs to."""

    function: ChatCompletionOutputFunctionDefinition = msgspec.field(
        default_factory=ChatCompletionOutputFunctionDefinition
    )
    id: str | None = None
    type: str | None = None
    index: int | None = None


class ChatCompletionOutputTopLogprob(Part, kw_only=True, eq=False):
    logprob: float | None = None
    token: str | None = None


class ChatCompletionOutputLogprob(ChatCompletionOutputTopLogprob, kw_only=True, eq=False):
    top_logprobs: list[ChatCompletionOutputTopLogprob] = []


class ChatCompletionOutputLogprobs(Part, kw_only=True, eq=False):
    content: list[ChatCompletionOutputLogprob] | None = None


class ChatCompletionOutputMessage(Part, kw_only=True, eq=False):
    role: str = "assistant"
    content: AnswerText | None = None
    reasoning: AnswerText | None = None
    reasoning_content: AnswerText | None = None
    tool_call_id: str | None = None
    tool_calls: list[ChatCompletionOutputToolCall] | None = None


class ChatCompletionOutputComplete(Part, kw_only=True, eq=False):
    message: ChatCompletionOutputMessage
    index: int = 0
    finish_reason: str | None = None
    logprobs: ChatCompletionOutputLogprobs | None = None


class ChatCompletionOutput(Output, kw_only=True, eq=False):
    choices: ListOrNull[ChatCompletionOutputComplete]
    created: int | None = None
    id: str | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    usage: ChatCompletionOutputUsage | None = None


class ChatCompletionStreamOutputDelta(Part, kw_only=True, eq=False):
    role: str | None = None
    content: AnswerText | None = None
    reasoning: AnswerText | None = None
    reasoning_content: AnswerText | None = None
    tool_call_id: str | None = None
    tool_calls: list[ChatCompletionOutputToolCall] | None = None


class ChatCompletionStreamOutputChoice(Part, kw_only=True, eq=False):
    delta: ChatCompletionStreamOutputDelta
    index: int = 0
    finish_reason: str | None = None
    logprobs: ChatCompletionOutputLogprobs | None = None
    _error: Any = msgspec.field(default=None, name="error")


class ChatCompletionStreamOutput(Output, kw_only=True, eq=False):
    _carriers = ("choices",)

    choices: ListOrNull[ChatCompletionStreamOutputChoice] = []
    created: int | None = None
    id: str | None = None
    model: str | None = None
    system_fingerprint: str | None = None
    usage: ChatCompletionOutputUsage | None = None
    _error: Any = msgspec.field(default=None, name="error")


S = TypeVar("S", TextGenerationStreamOutput, ChatCompletionStreamOutput)


def event_decoder(kind: type[S]) -> Callable[[bytes], S]:
    """Decode the data of one event to `kind`; raises the server's error if the event is an error."""
    decode = msgspec.json.Decoder(kind).decode
    is_chat = kind is ChatCompletionStreamOutput

    def decoded(data: bytes) -> S:
        try:
            output: Any = decode(data)
        except UNDECODABLE as error:
            output = _tolerated(data, kind, error)
        if output._error or (is_chat and (not output.choices or output.choices[0]._error)):
            raise_stream_error(data, beside_answer=not is_chat or b'"choices"' in data)
        output._body, output._place = data, None
        return output  # type: ignore[no-any-return]

    return decoded


def _tolerated(data: bytes, kind: type[S], problem: Exception) -> S:
    try:
        output: S = reader(kind)(parsed(data, errors="replace"))
    except Unreadable:
        raise_stream_error(data, beside_answer=False)
        raise invalid_answer(data, "unexpected_event", problem=str(problem)) from None
    return output


def raise_stream_error(data: bytes, *, beside_answer: bool = True) -> None:
    """Raise the server's error if the event is an error; `beside_answer` as in `hidden_error`."""
    if hidden_error(data, beside_answer=beside_answer) is not None:
        raise stream_error(data)


def text_as_token(output: TextGenerationOutput) -> TextGenerationStreamOutput:
    """A complete generation as the only token of a stream."""
    token = TextGenerationOutputToken(id=0, text=output.generated_text)
    return TextGenerationStreamOutput(
        token=token, generated_text=output.generated_text, details=output.details, _body=output._body
    )


def chat_as_chunk(output: ChatCompletionOutput) -> ChatCompletionStreamOutput:
    """A complete chat completion as the only chunk of a stream."""
    choices = [
        ChatCompletionStreamOutputChoice(
            index=choice.index,
            finish_reason=choice.finish_reason,
            logprobs=choice.logprobs,
            delta=ChatCompletionStreamOutputDelta(**dict(choice.message.items())),
        )
        for choice in output.choices
    ]
    return ChatCompletionStreamOutput(
        choices=choices,
        created=output.created,
        id=output.id,
        model=output.model,
        system_fingerprint=output.system_fingerprint,
        usage=output.usage,
        _body=output._body,
    )
