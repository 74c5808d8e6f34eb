"""Counts requests, for `/metrics` in the text format of Prometheus."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.engine.catalog import Catalogue
from inference_core.engine.runners.contract import Runner
from inference_core.metrics_text import Histogram, labels, metric

_PREFIX = "inference_engine_"
_MODEL = "inference_core.model"
_BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(slots=True)
class Metrics:
    """What has been counted since the start. Labels come from the catalogue and the routes, never from a caller."""

    running: int = 0
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: Histogram = field(default_factory=lambda: Histogram(_BOUNDS))

    def note(self, route: str, model: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        self.requests[route, model, status] += 1
        self.seconds.note(seconds)

    def lines(self, catalogue: Catalogue, runner: Runner) -> Iterator[str]:
        """The text of `/metrics`, line by line."""
        counted = [
            (labels(route=route, model=model, status=str(status)), count)
            for (route, model, status), count in sorted(self.requests.items())
        ]
        yield from metric(f"{_PREFIX}requests_total", "counter", "Requests that have ended", counted)
        yield from metric(f"{_PREFIX}requests_running", "gauge", "Requests being answered", [("", self.running)])
        yield from self.seconds.lines(f"{_PREFIX}request_seconds", "Seconds from a request to the end of its answer")
        ready = {labels(model=model.id): int(runner.state(model) == "ready") for model in catalogue}
        yield from metric(f"{_PREFIX}model_ready", "gauge", "Whether a model is loaded", ready.items())


@dataclass(frozen=True, slots=True)
class MetricsMiddleware:
    """ASGI middleware that counts every request when its answer has been sent."""

    app: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        status = 500

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        begin = time.monotonic()
        self.metrics.running += 1
        try:
            await self.app(scope, receive, send_noting_status)
        finally:
            self.metrics.running -= 1
            route = getattr(scope.get("endpoint"), "__name__", "none")
            self.metrics.note(route, scope.get(_MODEL, ""), status, time.monotonic() - begin)


def note_model(request: Request, model: str) -> None:
    """Say which model a request is for."""
    request.scope[_MODEL] = model
