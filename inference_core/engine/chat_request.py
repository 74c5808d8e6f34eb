"""The body of a chat completion request, as the clients of OpenAI and Hugging Face send it."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct


class TextPart(Struct, forbid_unknown_fields=True):
    """A text part of a message. Pictures and sound are refused because of their `type`."""

    type: Literal["text"]
    text: str


class Message(Struct):
    """One message of a conversation; other fields (`name`, `refusal`...) are ignored."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(Struct):
    include_usage: bool | None = None


class ChatBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A chat request to an engine that looks up its answers instead of sampling them.

    The fields from `temperature` on are accepted because clients often send them. They have no effect: the engine gives
    the same answer at any temperature. Fields that ask for another kind of answer (`tools`, `response_format`,
    `logit_bias`...), for several answers (`n`) or for log probabilities are refused, and the error names the field.
    """

    messages: Annotated[list[Message], Meta(min_length=1)]
    model: str | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    stop: str | list[str] | None = None
    n: Annotated[int, Meta(ge=1, le=1)] | None = None
    logprobs: bool | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    seed: int | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    user: str | None = None
    metadata: dict[str, Any] | None = None
    store: bool | None = None

    @property
    def stop_sequences(self) -> list[str]:
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [sequence for sequence in stop if sequence]

    @property
    def token_limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens
