"""The client's tasks that generate text and can stream it: text generation, chat, and the old conversational task."""

import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Literal, NamedTuple, overload

from inference_core.answers.assembly import chat_of_chunks, text_of_tokens
from inference_core.answers.base import Conversation, ConversationalOutput, one
from inference_core.answers.generation import (
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
    TextGenerationOutput,
    TextGenerationStreamOutput,
    chat_as_chunk,
    event_decoder,
    text_as_token,
)
from inference_core.errors import InferenceHTTPError, InvalidAnswerError, InvalidInputError
from inference_core.http.timeouts import Deadline, TimeLimit
from inference_core.methods.arguments import without_none
from inference_core.methods.base import ClientBase
from inference_core.methods.ignored_arguments import refused_by, without
from inference_core.providers.call import Call, Events
from inference_core.urls import safe_model

_NO_SUCH_ROUTE = (404, 405)

_generation = one(TextGenerationOutput)
_completion = one(ChatCompletionOutput)
_conversation = one(ConversationalOutput)
_TOKENS = Events[TextGenerationStreamOutput](
    event_decoder(TextGenerationStreamOutput),
    text_as_token,
    is_silent=lambda event: not event.token.text,
    joined=text_of_tokens,
)
_TEXTS = Events[str](_TOKENS.read, text_as_token, attrgetter("token.text"))
_CHUNKS = Events[ChatCompletionStreamOutput](
    event_decoder(ChatCompletionStreamOutput),
    chat_as_chunk,
    is_silent=lambda event: event == ChatCompletionStreamOutput(),
    joined=chat_of_chunks,
)


class ChatCompletions(NamedTuple):
    """`client.chat.completions`, as openai's client has it: `create` is `chat_completion`."""

    create: Callable[..., Any]


class Chat(NamedTuple):
    """`client.chat`, as openai's client has it."""

    completions: ChatCompletions


class GenerativeTasks(ClientBase):
    """All methods raise the errors of `inference_core.errors`. With None, the server uses its default."""

    @overload
    async def text_generation(
        self, prompt: str, *, details: Literal[True], stream: Literal[True], model: str | None = None, **parameters: Any
    ) -> AsyncGenerator[TextGenerationStreamOutput]: ...

    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[True],
        stream: Literal[False] | None = None,
        model: str | None = None,
        **parameters: Any,
    ) -> TextGenerationOutput: ...

    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[True],
        model: str | None = None,
        **parameters: Any,
    ) -> AsyncGenerator[str]: ...

    @overload
    async def text_generation(
        self,
        prompt: str,
        *,
        details: Literal[False] | None = None,
        stream: Literal[False] | None = None,
        model: str | None = None,
        **parameters: Any,
    ) -> str: ...

    async def text_generation(  # type: ignore[misc]  # the overloads have only what decides the result's type
        self,
        prompt: str,
        *,
        details: bool | None = None,
        stream: bool | None = None,
        model: str | None = None,
        adapter_id: str | None = None,
        best_of: int | None = None,
        decoder_input_details: bool | None = None,
        do_sample: bool | None = None,
        frequency_penalty: float | None = None,
        grammar: Mapping[str, Any] | None = None,
        max_new_tokens: int | None = None,
        repetition_penalty: float | None = None,
        return_full_text: bool | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        temperature: float | None = None,
        top_k: int | None = None,
        top_n_tokens: int | None = None,
        top_p: float | None = None,
        truncate: int | None = None,
        typical_p: float | None = None,
        watermark: bool | None = None,
    ) -> str | TextGenerationOutput | AsyncGenerator[str] | AsyncGenerator[TextGenerationStreamOutput]:
        """Continue a text.

        Args:
            details: return tokens, probabilities and the finish reason, not just the text.
            stream: return an asynchronous iterator of the text or tokens as they are generated.
            max_new_tokens: maximum number of tokens to generate.
            do_sample, temperature, top_k, top_p, typical_p, seed: how the next token is sampled.
            repetition_penalty, frequency_penalty: penalties for repeated tokens.
            stop: texts that stop the generation.
            return_full_text: whether the answer includes the prompt.
            truncate: maximum number of prompt tokens to use.
            adapter_id, best_of, decoder_input_details, grammar, top_n_tokens, watermark: see text-generation-inference.

        Returns:
            The text, or with `details` a TextGenerationOutput. With `stream`, an asynchronous iterator of str or, with
            `details`, of TextGenerationStreamOutput; it has `aclose()`.

        If an endpoint refuses some arguments by name, the call is sent again without them, with one warning.
        """
        parameters = without_none(
            details=details,
            adapter_id=adapter_id,
            best_of=best_of,
            decoder_input_details=decoder_input_details,
            do_sample=do_sample,
            frequency_penalty=frequency_penalty,
            grammar=grammar,
            max_new_tokens=max_new_tokens,
            repetition_penalty=repetition_penalty,
            return_full_text=return_full_text,
            seed=seed,
            stop=stop,
            temperature=temperature,
            top_k=top_k,
            top_n_tokens=top_n_tokens,
            top_p=top_p,
            truncate=truncate,
            typical_p=typical_p,
            watermark=watermark,
        )
        extra_fields = {"stream": True} if stream else {}
        call = Call("text-generation", prompt, _generation, parameters, extra_fields, events=_TOKENS)
        events = (_TOKENS if details else _TEXTS) if stream else None
        generated = await self._generate(call, events, model)
        return generated if stream or details else generated.generated_text  # type: ignore[no-any-return]

    @property
    def chat(self) -> Chat:
        """`chat.completions.create` is `chat_completion`, for programs written for openai's client."""
        return Chat(ChatCompletions(self.chat_completion))

    @overload
    async def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: Literal[False] = False,
        **parameters: Any,
    ) -> ChatCompletionOutput: ...

    @overload
    async def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: Literal[True],
        **parameters: Any,
    ) -> AsyncGenerator[ChatCompletionStreamOutput]: ...

    async def chat_completion(  # type: ignore[misc]  # as above
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: bool = False,
        frequency_penalty: float | None = None,
        logit_bias: list[float] | None = None,
        logprobs: bool | None = None,
        max_tokens: int | None = None,
        n: int | None = None,
        presence_penalty: float | None = None,
        response_format: Mapping[str, Any] | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        stream_options: Mapping[str, Any] | None = None,
        temperature: float | None = None,
        tool_choice: Mapping[str, Any] | str | None = None,
        tool_prompt: str | None = None,
        tools: list[Mapping[str, Any]] | None = None,
        top_logprobs: int | None = None,
        top_p: float | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> ChatCompletionOutput | AsyncGenerator[ChatCompletionStreamOutput]:
        """Answer a conversation, in OpenAI's format.

        Args:
            messages: turns as `{"role": "user", "content": "…"}`.
            stream: return an asynchronous iterator of chunks as they are generated.
            max_tokens: maximum number of tokens to generate.
            extra_body: more fields for the request.
            frequency_penalty, logit_bias, logprobs, n, presence_penalty, response_format, seed, stop, stream_options,
                temperature, tool_choice, tool_prompt, tools, top_logprobs, top_p: see OpenAI's API.
        """
        parameters = without_none(
            frequency_penalty=frequency_penalty,
            logit_bias=logit_bias,
            logprobs=logprobs,
            max_tokens=max_tokens,
            n=n,
            presence_penalty=presence_penalty,
            response_format=response_format,
            seed=seed,
            stop=stop,
            stream_options=stream_options,
            temperature=temperature,
            tool_choice=tool_choice,
            tool_prompt=tool_prompt,
            tools=tools,
            top_logprobs=top_logprobs,
            top_p=top_p,
            stream=stream or None,
        )
        fields = parameters | without_none(**(extra_body or {}))
        call = Call("conversational", messages, _completion, fields, events=_CHUNKS)
        if stream:
            return await self._stream(call, _CHUNKS, model)
        return await self._run(call, model)

    async def conversational(
        self,
        text: str,
        generated_responses: list[str] | None = None,
        past_user_inputs: list[str] | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        model: str | None = None,
    ) -> ConversationalOutput:
        """Answer the last turn of a conversation, in the format of the old `conversational` task.

        It is sent as a chat completion, or in the old format if the endpoint has no chat route.

        Args:
            text: what the user says now.
            past_user_inputs, generated_responses: the earlier turns, oldest first; both lists have the same length.
            parameters: more fields for the request.
        """
        asked, answered = list(past_user_inputs or []), list(generated_responses or [])
        if len(asked) != len(answered):
            raise InvalidInputError("uneven_conversation")
        deadline = self._deadline()
        async with TimeLimit(deadline):
            chosen = model or await self._router.model_for("conversational")
        given_parameters = without_none(**(parameters or {}))
        messages = _messages(asked, answered, text)
        chat = Call("conversational", messages, _completion, given_parameters, events=_CHUNKS)
        try:
            reply = await self._run(chat, chosen, deadline)
        except InferenceHTTPError as error:
            if error.status not in _NO_SUCH_ROUTE:
                raise
            inputs = {"text": text, "generated_responses": answered, "past_user_inputs": asked}
            # The old format was sent to the route of text generation.
            old = Call("text-generation", inputs, _conversation, parameters or {})
            return await self._run(old, chosen, deadline)
        if not reply.choices:
            raise InvalidAnswerError("answer_without_message", reply._body)
        said = reply.choices[0].message.content or ""
        conversation = Conversation(generated_responses=[*answered, said], past_user_inputs=[*asked, text])
        return ConversationalOutput(generated_text=said, conversation=conversation, _body=reply._body)

    async def _generate(self, call: Call[Any], events: Events[Any] | None, model: str | None) -> Any:
        """Send without the arguments that this model is known to refuse. If it refuses more, send without those too."""
        send: Callable[..., Awaitable[Any]] = self._run if events is None else partial(self._stream, events=events)
        deadline = Deadline.after(self._options.timeout)
        server = self._options.server
        name = model or self._options.model or "the recommended model"
        usable = without(call, self._ignored_arguments.of(server, name))
        try:
            return await send(usable, model=model, deadline=deadline)
        except InferenceHTTPError as error:
            refused = refused_by(error) & usable.parameters.keys()
            if not refused:
                raise
        if self._ignored_arguments.learn(server, name, refused):
            message = f"{safe_model(name)} does not use {', '.join(sorted(refused))}: the call was sent without them."
            warnings.warn(message, stacklevel=3)
        return await send(without(usable, refused), model=model, deadline=deadline)


def _messages(asked: list[str], answered: list[str], text: str) -> list[dict[str, str]]:
    messages = []
    for question, answer in zip(asked, answered, strict=True):
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return [*messages, {"role": "user", "content": text}]
