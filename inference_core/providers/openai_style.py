"""Tasks in the formats of OpenAI's API, which most providers use: chat, completions, embeddings, speech, pictures."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from inference_core.answers.base import invalid, json_as
from inference_core.answers.generation import (
    TextGenerationOutput,
    TextGenerationOutputDetails,
    TextGenerationOutputToken,
    TextGenerationStreamOutput,
    raise_stream_error,
)
from inference_core.answers.tolerant import ListOrNull, PieceOfText
from inference_core.answers.values import array_of
from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import error_message
from inference_core.media.base64_text import file_in
from inference_core.providers.call import Call
from inference_core.providers.contract import Followup, Payload, ProviderTask, Served
from inference_core.providers.fields import renamed, without_nulls

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def chat(
    path: str = "/v1/chat/completions", payload: Callable[[Call[Any], Served], Payload] | None = None
) -> ProviderTask:
    """Chat completions at `path`."""
    return ProviderTask(route=lambda served: path, payload=payload or chat_payload)


def chat_payload(call: Call[Any], served: Served) -> dict[str, Any]:
    """The messages and parameters. The model comes first, so that a router can read it without waiting for the rest."""
    fields = without_nulls({"messages": call.inputs, **call.parameters})
    return {"model": served.provider_id, **fields} | {"model": served.provider_id}


def payload_with_schema(schema_field: Callable[[Any], dict[str, Any]]) -> Callable[[Call[Any], Served], Payload]:
    """As `chat_payload`, for a server with its own `response_format` for a JSON schema, made by `schema_field`."""

    def payload(call: Call[Any], served: Served) -> Payload:
        return {**chat_payload(call, served), **response_format(call, schema_field)}

    return payload


def response_format(call: Call[Any], schema_field: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The field that asks for an answer with a JSON schema, made by `schema_field`; empty without a schema."""
    match call.parameters.get("response_format"):
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return {"response_format": schema_field(schema)}
    return {}


def schema_of_object(schema: Any) -> dict[str, Any]:
    """The `response_format` of servers that take the schema as part of "json_object"."""
    return {"type": "json_object", "schema": schema}


class _Completion(msgspec.Struct):
    text: PieceOfText
    finish_reason: str | None = None
    seed: int | None = None


class _Usage(msgspec.Struct):
    completion_tokens: int | None = None


class _Completions(msgspec.Struct):
    _carriers: ClassVar = ("choices",)

    choices: ListOrNull[_Completion] | msgspec.UnsetType = msgspec.UNSET
    usage: _Usage | None = None
    error: Any = None


_completions = json_as(_Completions)


def completions(path: str = "/v1/completions") -> ProviderTask:
    """Text generation as completions at `path`, whole or streamed."""
    return ProviderTask(
        route=lambda served: path, payload=_completion_payload, read=_read_completion, event=_token_event
    )


def _completion_payload(call: Call[Any], served: Served) -> Payload:
    parameters = renamed(call.parameters, max_new_tokens="max_tokens")
    return {"prompt": call.inputs, **parameters, **call.extra_fields, "model": served.provider_id}


async def _read_completion(answer: bytes, followup: Followup) -> TextGenerationOutput:
    completed = _completions(answer)
    if not completed.choices:
        raise InvalidAnswerError("answer_without_text", answer, words=error_message(answer))
    text = completed.choices[0].text
    return TextGenerationOutput(generated_text=text, details=_details(completed), _body=answer)


def _token_event(data: bytes) -> TextGenerationStreamOutput:
    """A chunk as the event of one token; raises the server's error if it is one."""
    chunk = _completions(data)
    if chunk.error or chunk.choices is msgspec.UNSET:
        raise_stream_error(data, beside_answer=chunk.choices is not msgspec.UNSET)
    if chunk.choices is msgspec.UNSET:
        raise InvalidAnswerError("event_without_text", data, words=error_message(data))
    text = chunk.choices[0].text if chunk.choices else ""  # the last chunk may only count tokens
    token = TextGenerationOutputToken(id=0, text=text)
    return TextGenerationStreamOutput(token=token, details=_details(chunk), _body=data)


def _details(completed: _Completions) -> TextGenerationOutputDetails | None:
    """The details with the finish reason; None if it has not finished."""
    if not completed.choices or not completed.choices[0].finish_reason:
        return None
    first = completed.choices[0]
    tokens = completed.usage.completion_tokens if completed.usage else None
    return TextGenerationOutputDetails(finish_reason=first.finish_reason, generated_tokens=tokens or 0, seed=first.seed)


class _Embedding(msgspec.Struct):
    embedding: list[Any] | None = None


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


_embeddings = json_as(_Embeddings)


def embeddings(path: str = "/v1/embeddings") -> ProviderTask:
    """Feature extraction as embeddings at `path`."""
    return ProviderTask(route=lambda served: path, payload=_input_payload, read=_read_embeddings)


async def _read_embeddings(answer: bytes, followup: Followup) -> "NDArray[np.float32]":
    rows = [element.embedding for element in _embeddings(answer).data]
    if None in rows:  # the others would be taken for those of other texts
        raise invalid(answer, "an embedding is missing")
    return array_of(rows, answer)


def speech(path: str = "/v1/audio/speech") -> ProviderTask:
    """Text to speech at `path`; the answer is the bytes of a sound file."""
    return ProviderTask(route=lambda served: path, payload=_input_payload)


def _input_payload(call: Call[Any], served: Served) -> Payload:
    return {"input": call.inputs, **without_nulls(call.parameters), "model": served.provider_id}


class _Picture(msgspec.Struct):
    b64_json: str


class _Pictures(msgspec.Struct):
    data: list[_Picture]


_pictures = json_as(_Pictures)


async def read_picture(answer: bytes, followup: Followup) -> bytes:
    """The first picture of an answer with pictures in base64."""
    try:
        return file_in(_pictures(answer).data[0].b64_json)
    except (IndexError, ValueError):
        raise InvalidAnswerError("answer_without_picture", answer) from None
