"""The routes where the engine describes itself: health, models, tasks, and what it has counted."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from inference_core.engine.runners.contract import Watched
from inference_core.engine.server import about
from inference_core.engine.server.description.metrics import Metrics
from inference_core.engine.server.description.openapi import document
from inference_core.engine.server.service import Service, json_response
from inference_core.metrics_text import CONTENT_TYPE


@dataclass(frozen=True, slots=True)
class AboutRoutes:
    """The routes that take no body and run no model."""

    service: Service
    metrics: Metrics

    async def health(self, request: Request) -> Response:
        watched = self.service.watched
        if isinstance(watched, Watched) and watched.stuck:
            # A supervisor should start the engine again when as many threads are stuck as there should be.
            status = 503 if watched.stuck >= self.service.limits.threads else 200
            return json_response({"status": "stuck", "stuck_threads": watched.stuck}, status=status)
        return json_response({"status": "ok"})

    async def info(self, request: Request) -> Response:
        return json_response(about.info(self.service.catalogue, self.service.runner, self.service.limits))

    async def tasks(self, request: Request) -> Response:
        return json_response(about.tasks(self.service.by_task()))

    async def described(self, request: Request) -> Response:
        return json_response(document(self.service.catalogue))

    async def counted(self, request: Request) -> Response:
        """Prometheus's text format."""
        lines = self.metrics.lines(self.service.catalogue, self.service.runner)
        return Response("".join(f"{line}\n" for line in lines), headers={"Content-Type": CONTENT_TYPE})
