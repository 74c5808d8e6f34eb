"""Counts requests, for `/metrics` in the text format of Prometheus."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core.engine.catalog import Catalogue
from inference_core.engine.runners.contract import Runner

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MODEL = "inference_core.model"
_BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(slots=True)
class Metrics:
    """What has been counted since the start. Labels come from the catalogue and the routes, never from a caller."""

    running: int = 0
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    within: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0

    def note(self, route: str, model: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        self.requests[route, model, status] += 1
        self.seconds += seconds
        self.within.update(bound for bound in _BOUNDS if seconds <= bound)

    def lines(self, catalogue: Catalogue, runner: Runner) -> Iterator[str]:
        """The text of `/metrics`, line by line."""
        yield from _metric(
            "requests_total",
            "counter",
            "Requests that have ended",
            [
                (_labels(route=route, model=model, status=str(status)), count)
                for (route, model, status), count in sorted(self.requests.items())
            ],
        )
        yield from _metric("requests_running", "gauge", "Requests being answered", [("", self.running)])
        count = self.requests.total()
        buckets = [(_labels(le=str(bound)), self.within[bound]) for bound in _BOUNDS]
        yield from _metric("request_seconds", "histogram", "Seconds from a request to the end of its answer", [])
        for labels, value in [*buckets, (_labels(le="+Inf"), count)]:
            yield f"inference_engine_request_seconds_bucket{labels} {value}"
        yield f"inference_engine_request_seconds_sum {self.seconds}"
        yield f"inference_engine_request_seconds_count {count}"
        ready = [(_labels(model=model.id), int(runner.state(model) == "ready")) for model in catalogue]
        yield from _metric("model_ready", "gauge", "Whether a model is loaded", dict(ready).items())


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


def _metric(name: str, kind: str, about: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP inference_engine_{name} {about}."
    yield f"# TYPE inference_engine_{name} {kind}"
    for labels, value in samples:
        yield f"inference_engine_{name}{labels} {value}"


def _labels(**values: str) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in values.items())
    return f"{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
