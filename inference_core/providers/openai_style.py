"""The formats of OpenAI's API, which most providers speak: chat, completions, embeddings, speech, pictures."""

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from inference_core.answers.base import array_of, plain
from inference_core.answers.generation import (
    TextGenerationOutput,
    TextGenerationOutputDetails,
    TextGenerationOutputToken,
    TextGenerationStreamOutput,
    raise_stream_error,
)
from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import server_words
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
    """The messages and their parameters. The model comes first: a router reads it without waiting for the rest."""
    fields = without_nulls({"messages": call.inputs, **call.parameters})
    return {"model": served.provider_id, **fields} | {"model": served.provider_id}


def schema_as(word: Callable[[Any], dict[str, Any]]) -> Callable[[Call[Any], Served], Payload]:
    """As `chat_payload`, for a server that has its own word for an answer by a JSON schema."""

    def payload(call: Call[Any], served: Served) -> Payload:
        return {**chat_payload(call, served), **response_format(call, word)}

    return payload


def response_format(call: Call[Any], word: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The field of a chat that asks for an answer by a JSON schema, in the server's own word; none if it asks not."""
    match call.parameters.get("response_format"):
        case {"type": "json_schema", "json_schema": {"schema": schema}}:
            return {"response_format": word(schema)}
    return {}


def schema_of_object(schema: Any) -> dict[str, Any]:
    """The word of the servers that see a schema as a detail of a JSON object."""
    return {"type": "json_object", "schema": schema}


class _Completion(msgspec.Struct):
    text: str
    finish_reason: str | None = None
    seed: int | None = None


class _Usage(msgspec.Struct):
    completion_tokens: int | None = None


class _Completions(msgspec.Struct):
    choices: list[_Completion] | msgspec.UnsetType = msgspec.UNSET
    usage: _Usage | None = None
    error: Any = None


_completions = plain(_Completions)


def completions(path: str = "/v1/completions") -> ProviderTask:
    """Text generation as completions at `path`, whole or streamed."""
    return ProviderTask(
        route=lambda served: path, payload=_completion_payload, read=_read_completion, event=_token_event
    )


def _completion_payload(call: Call[Any], served: Served) -> Payload:
    parameters = renamed(call.parameters, max_new_tokens="max_tokens")
    return {"prompt": call.inputs, **parameters, **call.beside, "model": served.provider_id}


async def _read_completion(answer: bytes, followup: Followup) -> TextGenerationOutput:
    completed = _completions(answer)
    if not completed.choices:
        raise InvalidAnswerError("answer_without_text", answer, server="The server", words=server_words(answer))
    text = completed.choices[0].text
    return TextGenerationOutput(generated_text=text, details=_details(completed), _body=answer)


def _token_event(data: bytes) -> TextGenerationStreamOutput:
    """One chunk as the event of a token; raises what the server complains of."""
    chunk = _completions(data)
    if chunk.error:
        raise_stream_error(data)
    if chunk.choices is msgspec.UNSET:
        raise InvalidAnswerError("event_without_text", data, words=server_words(data))
    text = chunk.choices[0].text if chunk.choices else ""  # the last chunk may only count tokens
    token = TextGenerationOutputToken(id=0, text=text)
    return TextGenerationStreamOutput(token=token, details=_details(chunk), _body=data)


def _details(completed: _Completions) -> TextGenerationOutputDetails | None:
    """Why it ended, if it did."""
    if not completed.choices or not completed.choices[0].finish_reason:
        return None
    first = completed.choices[0]
    tokens = completed.usage.completion_tokens if completed.usage else None
    return TextGenerationOutputDetails(
        finish_reason=first.finish_reason or "", generated_tokens=tokens or 0, seed=first.seed
    )


class _Embedding(msgspec.Struct):
    embedding: list[Any]


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


_embeddings = plain(_Embeddings)


def embeddings(path: str = "/v1/embeddings") -> ProviderTask:
    """Feature extraction as embeddings at `path`."""
    return ProviderTask(route=lambda served: path, payload=_input_payload, read=_read_embeddings)


async def _read_embeddings(answer: bytes, followup: Followup) -> "NDArray[np.float32]":
    return array_of([element.embedding for element in _embeddings(answer).data], answer)


def speech(path: str = "/v1/audio/speech") -> ProviderTask:
    """Text to speech at `path`, which answers with the bytes of a sound."""
    return ProviderTask(route=lambda served: path, payload=_input_payload)


def _input_payload(call: Call[Any], served: Served) -> Payload:
    return {"input": call.inputs, **without_nulls(call.parameters), "model": served.provider_id}


class _Picture(msgspec.Struct):
    b64_json: str


class _Pictures(msgspec.Struct):
    data: list[_Picture]


_pictures = plain(_Pictures)


async def read_picture(answer: bytes, followup: Followup) -> bytes:
    """The first picture of an answer that has its pictures in base64."""
    try:
        return base64.b64decode(_pictures(answer).data[0].b64_json, validate=True)
    except (IndexError, binascii.Error, ValueError):
        raise InvalidAnswerError("answer_without_picture", answer, server="The server") from None
