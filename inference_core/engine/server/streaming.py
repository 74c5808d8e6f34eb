"""Formats generated tokens as text-generation-inference's events or OpenAI's chat completions, whole or in chunks."""

import time
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import msgspec

from inference_core.engine.contract import Finish, Token, token_json

FINISH_REASONS = {"length": "length", "eos_token": "stop", "stop_sequence": "stop"}
"""OpenAI's words for why a generation ended."""

Batches = AsyncIterable[list[Token | Finish]]


async def text_events(batches: Batches, engine: str) -> AsyncIterator[bytes]:
    """The events of text-generation-inference. The last one contains `generated_text` and `details`."""
    pieces: list[str] = []
    last: Token | None = None
    async for batch in batches:
        events = []
        for item in batch:
            # Each token waits until the next item shows whether it was the last.
            if last is not None and isinstance(item, Token):
                events.append(_text_event(len(pieces), last, engine))
            if isinstance(item, Token):
                pieces.append(item.text)
                last = item
            else:
                final = _text_event(len(pieces), last or Token(0, "", None, special=True), engine)
                details = {
                    "finish_reason": item.reason,
                    "generated_tokens": len(pieces),
                    "seed": item.seed,
                    "input_length": item.prompt_tokens,
                }
                events.append(final | {"generated_text": "".join(pieces), "details": details})
        if events:
            yield b"".join(map(event_of, events))


def _text_event(index: int, token: Token, engine: str) -> dict[str, Any]:
    event: dict[str, Any] = {"index": index, "token": token_json(token)}
    if token.top is not None:
        event["top_tokens"] = [token_json(one) for one in token.top]
    return event | {"generated_text": None, "details": None, "model": engine}


async def chat_events(
    batches: Batches, engine: str, *, include_usage: bool, logprobs: bool = False
) -> AsyncIterator[bytes]:
    """The chunks of a chat completion, then `[DONE]`."""
    head = _chat_head("chat.completion.chunk", engine)
    yield event_of(head | {"choices": [_chunk_choice({"role": "assistant", "content": ""})]})
    count = 0
    async for batch in batches:
        events = []
        for item in batch:
            if isinstance(item, Token):
                count += 1
                told = _chat_logprobs([item]) if logprobs else None
                events.append(head | {"choices": [_chunk_choice({"content": item.text}, logprobs=told)]})
            else:
                events.append(head | {"choices": [_chunk_choice({}, FINISH_REASONS[item.reason])]})
                if include_usage:
                    events.append(head | {"choices": [], "usage": usage(item, count)})
        yield b"".join(map(event_of, events))
    yield b"data: [DONE]\n\n"


def _chunk_choice(
    delta: dict[str, str], reason: str | None = None, logprobs: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": logprobs}


def _chat_logprobs(tokens: list[Token]) -> dict[str, Any]:
    return {
        "content": [_chat_token(token) | {"top_logprobs": list(map(_chat_token, token.top or []))} for token in tokens]
    }


def _chat_token(token: Token) -> dict[str, Any]:
    return {"token": token.text, "logprob": token.logprob, "bytes": list(token.text.encode())}


def chat_completion(items: list[Token | Finish], engine: str, *, logprobs: bool = False) -> dict[str, Any]:
    """A whole chat completion from all the items of a generation."""
    tokens = [item for item in items if isinstance(item, Token)]
    finish = next(item for item in items if isinstance(item, Finish))
    message = {"role": "assistant", "content": "".join(token.text for token in tokens)}
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": FINISH_REASONS[finish.reason],
        "logprobs": _chat_logprobs(tokens) if logprobs else None,
    }
    return _chat_head("chat.completion", engine) | {"choices": [choice], "usage": usage(finish, len(tokens))}


def _chat_head(kind: str, engine: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": engine,
        "system_fingerprint": engine,
    }


def usage(finish: Finish, count: int) -> dict[str, int]:
    """How many tokens prompt and answer have, in OpenAI's format."""
    return {
        "prompt_tokens": finish.prompt_tokens,
        "completion_tokens": count,
        "total_tokens": finish.prompt_tokens + count,
    }


def event_of(content: Any) -> bytes:
    """`content` as JSON in one Server-Sent Event."""
    return b"data:" + msgspec.json.encode(content) + b"\n\n"
