"""The routes of the hosted API and of text-generation-inference: one task of one model."""

from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from inference_core.engine.server.request_body import BadRequest
from inference_core.engine.server.service import Served, Service
from inference_core.engine.server.streaming import text_events

_TEXT_GENERATION = "text-generation"


@dataclass(frozen=True, slots=True)
class TaskRoutes:
    """`/models/{id}`, and text-generation-inference's routes for the recommended text-generation model."""

    service: Service

    async def task(self, request: Request) -> Response:
        served = self.service.requested(request.path_params["model"], request.path_params.get("task"))
        return await self._answered(request, served)

    async def generate_or_stream(self, request: Request) -> Response:
        """TGI's `/`: a list, or events if the body says `stream`."""
        return await self._answered(request, self._generator())

    async def generate(self, request: Request) -> Response:
        """TGI's `/generate`: one object."""
        served = self._generator()
        body = await self.service.body(await self.service.raw_body(request, served[1]), served[1])
        response = await self.service.answer(request, served, body)
        (generation,) = msgspec.json.decode(response.body, type=list[msgspec.Raw])
        told = {name: value for name, value in response.headers.items() if name.startswith("x-")}
        return Response(bytes(generation), media_type="application/json", headers=told)

    async def generate_stream(self, request: Request) -> Response:
        """TGI's `/generate_stream`: always events."""
        served = self._generator()
        body = await self.service.body(await self.service.raw_body(request, served[1]), served[1])
        return await self.service.stream(request, served[0], self.service.batches(request, served, body), text_events)

    async def _answered(self, request: Request, served: Served) -> Response:
        body = await self.service.body(await self.service.raw_body(request, served[1]), served[1])
        if getattr(body, "stream", False):
            batches = self.service.batches(request, served, body)
            return await self.service.stream(request, served[0], batches, text_events)
        return await self.service.answer(request, served, body)

    def _generator(self) -> Served:
        served = self.service.recommended(_TEXT_GENERATION)
        if served is None:
            raise BadRequest(404, "nobody_generates")
        return served
