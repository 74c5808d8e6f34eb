"""OpenAI's legacy text completions, answered by a text-generation model."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack, aclosing
from itertools import accumulate
from typing import Annotated, Any

from msgspec import Meta, Struct

from inference_core.engine.chat_request import StreamOptions
from inference_core.engine.contract import Finish, NonEmpty, NonEmptyOr, ServedTask, Token
from inference_core.engine.runners.contract import DeadlineExceeded
from inference_core.engine.server.bodies.parsing import checked
from inference_core.engine.server.request_body import BadRequest
from inference_core.engine.server.streaming import FINISH_REASONS, event_of, usage

Items = list[Token | Finish]
Batches = AsyncGenerator[Items]

_DEFAULT_TOKENS = 16
_MOST_CHOICES = 16
_MOST_SEED = 2**63 - 1
_OPENAIS_NAMES = {
    "parameters.max_new_tokens": "max_tokens",
    "parameters.top_n_tokens": "logprobs",
    "parameters.": "",
    "inputs": "prompt",
}
"""The names of text generation, as they stand in errors, and what openai's callers call them."""


class CompletionBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """A request for text completions. `max_tokens` is 16 unless given, as in OpenAI's reference.

    `top_k`, `typical_p`, `do_sample`, `truncate` and `repetition_penalty` are those of text-generation-inference:
    @huggingface/inference sends them to this route.
    """

    prompt: NonEmptyOr | Annotated[list[NonEmpty], Meta(min_length=1, max_length=_MOST_CHOICES)]
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    top_k: Annotated[int, Meta(ge=1)] | None = None
    typical_p: Annotated[float, Meta(gt=0, le=1)] | None = None
    do_sample: bool | None = None
    truncate: Annotated[int, Meta(ge=1)] | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    repetition_penalty: Annotated[float, Meta(gt=0)] | None = None
    seed: Annotated[int, Meta(ge=0, le=_MOST_SEED)] | None = None
    stop: str | list[str] | None = None
    n: Annotated[int, Meta(ge=1, le=_MOST_CHOICES)] | None = None
    logprobs: Annotated[int, Meta(ge=0, le=5)] | None = None
    echo: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def prompts(self) -> list[str]:
        return [self.prompt] if isinstance(self.prompt, str) else self.prompt

    def echoed(self, choice: int) -> str:
        """What precedes the text of a choice: its prompt, if the caller asked for that."""
        return self.prompts[choice // (self.n or 1)] if self.echo else ""


def bodies_of(body: CompletionBody, task: ServedTask) -> list[Any]:
    """A body of text generation for each choice, `n` for each prompt. Raises BadRequest."""
    if body.echo and body.logprobs is not None:
        # The probabilities of the prompt's own tokens would be expected too.
        raise BadRequest(400, "fields_not_served", fields=["echo", "logprobs"])
    if len(body.prompts) * (body.n or 1) > _MOST_CHOICES:
        problem = f"at most {_MOST_CHOICES} choices for all prompts together"
        raise BadRequest(422, "field_wrong", field="n", problem=problem)
    return [
        _generation(prompt, _parameters(body, number), task) for prompt in body.prompts for number in range(body.n or 1)
    ]


def _parameters(body: CompletionBody, number: int) -> dict[str, Any]:
    stop = [body.stop] if isinstance(body.stop, str) else body.stop or []
    found = {
        "max_new_tokens": body.max_tokens or _DEFAULT_TOKENS,
        "temperature": body.temperature or None,
        "do_sample": False if body.temperature == 0 else body.do_sample,
        "top_p": body.top_p or None,
        "top_k": body.top_k,
        "typical_p": body.typical_p,
        "truncate": body.truncate,
        "frequency_penalty": body.frequency_penalty,
        "repetition_penalty": body.repetition_penalty,
        "seed": None if body.seed is None else body.seed + number,
        "stop": [sequence for sequence in stop if sequence],
        "top_n_tokens": body.logprobs,
    }
    return {name: value for name, value in found.items() if value is not None}


def _generation(prompt: str, parameters: dict[str, Any], task: ServedTask) -> Any:
    try:
        return checked({"inputs": prompt, "parameters": parameters}, task.body, task.id)
    except BadRequest as error:
        raise BadRequest(error.status, error.code, **_in_openais_names(error.arguments)) from None


def _in_openais_names(argument: Any) -> Any:
    if isinstance(argument, str):
        for ours, theirs in _OPENAIS_NAMES.items():
            argument = argument.replace(ours, theirs)
        return argument
    if isinstance(argument, dict):
        return {name: _in_openais_names(value) for name, value in argument.items()}
    return [_in_openais_names(value) for value in argument] if isinstance(argument, list) else argument


async def in_turn(sources: list[Batches], seconds: float) -> AsyncGenerator[tuple[int, Items]]:
    """The batches of one source after another, each with the number of its source; all are closed at the end.

    Raises DeadlineExceeded if they take longer than `seconds` together.
    """
    until = asyncio.get_running_loop().time() + seconds
    async with AsyncExitStack() as stack:
        for source in sources:
            await stack.enter_async_context(aclosing(source))
        for number, source in enumerate(sources):
            while batch := await _next(source, until, seconds):
                yield number, batch


async def _next(source: Batches, until: float, seconds: float) -> Items | None:
    try:
        async with asyncio.timeout_at(until):
            return await anext(source, None)
    except TimeoutError:
        raise DeadlineExceeded("engine_too_slow", seconds=seconds) from None


async def gathered(batches: AsyncGenerator[tuple[int, Items]], count: int) -> list[Items]:
    """The items of each of `count` sources."""
    found: list[Items] = [[] for _ in range(count)]
    async with aclosing(batches):
        async for number, batch in batches:
            found[number] += batch
    return found


def completion(body: CompletionBody, answers: list[Items], engine: str) -> dict[str, Any]:
    """The whole answer; `answers` has the items of each choice."""
    choices = []
    total = Finish("length", 0)
    count = 0
    for index, items in enumerate(answers):
        tokens = [item for item in items if isinstance(item, Token)]
        finish = next(item for item in items if isinstance(item, Finish))
        text = body.echoed(index) + "".join(token.text for token in tokens)
        choices.append(_choice(index, text, _logprobs(body, tokens, 0), finish))
        total.prompt_tokens += finish.prompt_tokens
        count += len(tokens)
    return _head(engine) | {"choices": choices, "usage": usage(total, count)}


async def completion_events(
    body: CompletionBody, batches: AsyncIterable[tuple[int, Items]], engine: str, *, include_usage: bool
) -> AsyncIterator[bytes]:
    """The chunks of the choices, one after the other, then `[DONE]`."""
    head = _head(engine)
    total = Finish("length", 0)
    counts: dict[int, int] = {}
    places: dict[int, int] = {}
    async for index, batch in batches:
        events = []
        for item in batch:
            if index not in counts:
                counts[index] = places[index] = 0
                if body.echo:
                    events.append(_choice(index, body.echoed(index), None, None))
            if isinstance(item, Token):
                counts[index] += 1
                events.append(_choice(index, item.text, _logprobs(body, [item], places[index]), None))
                places[index] += len(item.text)
            else:
                total.prompt_tokens += item.prompt_tokens
                events.append(_choice(index, "", None, item))
        yield b"".join(event_of(head | {"choices": [choice]}) for choice in events)
    if include_usage:
        yield event_of(head | {"choices": [], "usage": usage(total, sum(counts.values()))})
    yield b"data: [DONE]\n\n"


def _head(engine: str) -> dict[str, Any]:
    return {
        "id": f"cmpl-{uuid.uuid4().hex}",
        "object": "text_completion",
        "created": int(time.time()),
        "model": engine,
        "system_fingerprint": engine,
    }


def _choice(index: int, text: str, logprobs: dict[str, Any] | None, finish: Finish | None) -> dict[str, Any]:
    reason = FINISH_REASONS[finish.reason] if finish else None
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": reason}


def _logprobs(body: CompletionBody, tokens: list[Token], place: int) -> dict[str, Any] | None:
    if body.logprobs is None:
        return None
    return {
        "tokens": [token.text for token in tokens],
        "token_logprobs": [token.logprob for token in tokens],
        "top_logprobs": [{one.text: one.logprob for one in token.top or []} for token in tokens],
        "text_offset": list(accumulate((len(token.text) for token in tokens[:-1]), initial=place)),
    }
