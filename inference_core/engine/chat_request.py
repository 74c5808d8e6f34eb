"""The body of a chat completion request, as the clients of OpenAI and Hugging Face send it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class TextPart(Struct):
    """A part of a message: text, or what an assistant said to refuse. Fields such as `cache_control` are ignored.

    Pictures and sound are refused.
    """

    type: Literal["text", "refusal"]
    text: str | None = None
    refusal: str | None = None


class Message(Struct):
    """One message of a conversation; other fields (`name`, `refusal`, the `tool_calls` of old turns...) are ignored."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text or part.refusal or "" for part in self.content)
        return self.content or ""


class StreamOptions(Struct, forbid_unknown_fields=True):
    include_usage: bool | None = None


class ChatBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A chat request to an engine that looks up its answers instead of sampling them.

    The fields from `temperature` on are accepted because clients often send them. They have no effect: the engine gives
    the same answer at any temperature. Fields that ask for another kind of answer (`tools`, `response_format`,
    `logit_bias`...), for several answers (`n`) or for log probabilities have no place here, so the server refuses them.
    """

    messages: Annotated[list[Message], Meta(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    stop: str | list[str] | None = None
    temperature: Annotated[float, Meta(ge=0)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    seed: int | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None

    @property
    def stop_sequences(self) -> list[str]:
        stop = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [sequence for sequence in stop if sequence]

    @property
    def token_limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens


class SampledChatBody(ChatBody, forbid_unknown_fields=True, kw_only=True):
    """A chat request to a language model, which follows all fields and can tell log probabilities."""

    logprobs: bool | None = None
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None

    @property
    def sampling(self) -> dict[str, float]:
        """How tokens are to be drawn, as far as the caller says so."""
        found = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "frequency_penalty": self.frequency_penalty,
            "presence_penalty": self.presence_penalty,
        }
        return {name: value for name, value in found.items() if value is not None}
