"""OpenAI's routes: chat completions, legacy completions, and the list of models."""

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from inference_core.engine.server import about
from inference_core.engine.server.bodies.parsing import named_model, parse_body
from inference_core.engine.server.completions import (
    Batches,
    CompletionBody,
    bodies_of,
    completion,
    completion_events,
    gathered,
    in_turn,
)
from inference_core.engine.server.disconnect import until_disconnect
from inference_core.engine.server.request_body import BadRequest
from inference_core.engine.server.service import Served, Service, installed, json_response
from inference_core.engine.server.streaming import chat_completion, chat_events

_CHAT = "conversational"
_GENERATION = "text-generation"


@dataclass(frozen=True, slots=True)
class OpenAIRoutes:
    """The routes that openai's clients use."""

    service: Service

    async def models(self, request: Request) -> Response:
        return json_response(about.model_list(self.service.catalogue))

    async def model(self, request: Request) -> Response:
        model, _ = self.service.with_id(request.path_params["model"])[0]
        return json_response(about.model_entry(model.id))

    async def chat(self, request: Request) -> Response:
        raw = await self.service.raw_body(request)
        served = self._chat_model(request.path_params.get("model") or named_model(raw))
        body = await self.service.body(raw, served[1])
        logprobs = bool(getattr(body, "logprobs", False))
        if getattr(body, "stream", False):
            events = partial(chat_events, include_usage=_wants_usage(body), logprobs=logprobs)
            batches = self.service.batches(request, served, body)
            return await self.service.stream(request, served[0], batches, events)
        items = await self.service.items(request, served, body)
        engine = self.service.engine(served[0])
        return self.service.generated(served[0], chat_completion(items, engine, logprobs=logprobs), items)

    async def completions(self, request: Request) -> Response:
        raw = await self.service.raw_body(request)
        served = self._generator(request.path_params.get("model") or named_model(raw))
        parse = partial(parse_body, raw, CompletionBody, "completions")
        body = await self.service.parsed(raw, parse)
        bodies = bodies_of(body, served[1])
        sources: list[Batches] = [self.service.batches(request, served, one) for one in bodies]
        batches = in_turn(sources, self.service.limits.deadline)
        if body.stream:
            events = partial(completion_events, body, include_usage=_wants_usage(body))
            return await self.service.stream(request, served[0], batches, events)
        answers = await until_disconnect(request, gathered(batches, len(bodies)))
        engine = self.service.engine(served[0])
        return self.service.generated(served[0], completion(body, answers, engine), [*chain(*answers)])

    def _chat_model(self, id: str) -> Served:
        if self.service.is_placeholder(id):
            recommended = self.service.recommended(_CHAT)
            if recommended is None:
                raise BadRequest(404, "nobody_chats")
            return recommended
        self.service.with_id(id)
        found = self.service.catalogue.find(id, _CHAT)
        if found is None:
            raise BadRequest(404, "model_without_chat", model=id)
        return installed(found)

    def _generator(self, id: str) -> Served:
        if not self.service.is_placeholder(id):
            return self.service.requested(id, _GENERATION)
        recommended = self.service.recommended(_GENERATION)
        if recommended is None:
            raise BadRequest(404, "nobody_generates")
        return recommended


def _wants_usage(body: Any) -> bool:
    options = getattr(body, "stream_options", None)
    return bool(options and options.include_usage)
