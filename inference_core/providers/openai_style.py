"""The formats of OpenAI's API, which most providers speak: chat, completions, embeddings, speech, pictures."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import msgspec

from inference_core.answers.base import plain
from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import server_words
from inference_core.providers.contract import Call, Errands, Payload, ProviderTask, Served
from inference_core.providers.fields import renamed, without_nulls


def chat(path: str = "/v1/chat/completions", payload: Callable[[Call, Served], Payload] | None = None) -> ProviderTask:
    """Chat completions at `path`."""
    return ProviderTask(route=lambda served: path, payload=payload or chat_payload)


def chat_payload(call: Call, served: Served) -> dict[str, Any]:
    """The messages and their parameters. The model comes first: a router reads it without waiting for the rest."""
    fields = without_nulls({"messages": call.inputs, **call.parameters})
    return {"model": served.provider_id, **fields} | {"model": served.provider_id}


def schema_as(word: Callable[[Any], dict[str, Any]]) -> Callable[[Call, Served], Payload]:
    """As `chat_payload`, for a server that has its own word for an answer by a JSON schema."""

    def payload(call: Call, served: Served) -> Payload:
        return {**chat_payload(call, served), **response_format(call, word)}

    return payload


def response_format(call: Call, word: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
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


def _completion_payload(call: Call, served: Served) -> Payload:
    parameters = renamed(call.parameters, max_new_tokens="max_tokens")
    return {"prompt": call.inputs, **parameters, **call.beside, "model": served.provider_id}


async def _read_completion(answer: bytes, errands: Errands) -> bytes:
    completed = _completions(answer)
    if not completed.choices:
        raise InvalidAnswerError(f"The server answered with no text: {server_words(answer)}", answer)
    return msgspec.json.encode([{"generated_text": completed.choices[0].text, **_details(completed)}])


def _token_event(data: bytes) -> bytes:
    """One chunk as the event of a token; a complaint of the server stays what it is."""
    chunk = _completions(data)
    if chunk.error:
        return data
    if chunk.choices is msgspec.UNSET:
        raise InvalidAnswerError(f"An event of the stream has no text: {server_words(data)}", data)
    text = chunk.choices[0].text if chunk.choices else ""  # the last chunk may only count tokens
    return msgspec.json.encode({"token": {"id": 0, "text": text, "special": False}, **_details(chunk)})


def _details(completed: _Completions) -> dict[str, Any]:
    """Why it ended, if it did."""
    if not completed.choices or not completed.choices[0].finish_reason:
        return {}
    first = completed.choices[0]
    tokens = completed.usage.completion_tokens if completed.usage else None
    details = {"finish_reason": first.finish_reason, "generated_tokens": tokens or 0, "seed": first.seed}
    return {"details": details}


class _Embedding(msgspec.Struct):
    embedding: msgspec.Raw


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


_embeddings = plain(_Embeddings)


def embeddings(path: str = "/v1/embeddings") -> ProviderTask:
    """Feature extraction as embeddings at `path`."""
    return ProviderTask(route=lambda served: path, payload=_input_payload, read=_read_embeddings)


async def _read_embeddings(answer: bytes, errands: Errands) -> bytes:
    return msgspec.json.encode([element.embedding for element in _embeddings(answer).data])


def speech(path: str = "/v1/audio/speech") -> ProviderTask:
    """Text to speech at `path`, which answers with the bytes of a sound."""
    return ProviderTask(route=lambda served: path, payload=_input_payload)


def _input_payload(call: Call, served: Served) -> Payload:
    return {"input": call.inputs, **without_nulls(call.parameters), "model": served.provider_id}


class _Picture(msgspec.Struct):
    b64_json: str


class _Pictures(msgspec.Struct):
    data: list[_Picture]


_pictures = plain(_Pictures)


async def read_picture(answer: bytes, errands: Errands) -> bytes:
    """The first picture of an answer that has its pictures in base64."""
    try:
        return base64.b64decode(_pictures(answer).data[0].b64_json, validate=True)
    except (IndexError, binascii.Error, ValueError):
        raise InvalidAnswerError("The server answered with no picture.", answer) from None
