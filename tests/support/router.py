"""The Hub, its router to the providers, and the host of their files, played by the test's own server.

A test says beforehand which requests it expects, in order and in full. Anything else is an AssertionError when the
router closes, which replaces the error that the client made of it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from inference_core.providers import PROVIDERS
from inference_core.providers.contract import Provider
from inference_core.providers.hf_inference import HF_INFERENCE
from inference_core.routing import server as routes

# What aiohttp adds to every request, whatever its server.
_OF_THE_CLIENT = ("accept-encoding", "content-length", "host", "user-agent")


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it came. `path` has its query; `headers` have lower-case names, without those that aiohttp adds."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer: bytes as they are, anything else as JSON; `delay` in seconds."""

    body: Any
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0


@dataclass(frozen=True)
class ExpectedRequest:
    """A request that is expected, in full, and its answer. `body` is None, bytes, the value of a JSON, or a check."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    answer: Reply

    def mismatches(self, received: ReceivedRequest) -> list[str]:
        body = received.json if self.headers.get("content-type") == "application/json" else received.body or None
        pairs = {
            "method": (received.method, self.method),
            "path": (received.path, self.path),
            "headers": (received.headers, dict(self.headers)),
            "body": (body, body if callable(self.body) and self.body(body) else self.body),
        }
        return [f"{name}: {was!r} instead of {due!r}" for name, (was, due) in pairs.items() if was != due]


@dataclass
class Router:
    """`hub` are the answers of the Hub by path and query: any JSON, a `Reply`, or a function that returns either.

    `requests` are those for the providers and their files, `hub_requests` those for the Hub. `other` answers what comes
    after the last expected request; without it, that is one request too many.
    """

    url: str = ""
    hub: dict[str, Any] = field(default_factory=dict)
    requests: list[ReceivedRequest] = field(default_factory=list)
    hub_requests: list[ReceivedRequest] = field(default_factory=list)
    mismatches: list[str] = field(default_factory=list)
    other: Reply | None = None
    _expected: list[ExpectedRequest] = field(default_factory=list)

    def serve(
        self,
        model: str,
        provider: str,
        task: str,
        provider_id: str,
        *,
        status: str = "live",
        adapter: str | None = None,
        in_list: bool = False,
    ) -> None:
        """Let the Hub say that `provider` serves `model`, besides those named before; `in_list` is the newer form."""
        entry = {"status": status, "providerId": provider_id, "task": task}
        if adapter is not None:
            entry |= {"adapter": "lora", "adapterWeightsPath": adapter}
        path = mapping_path(model)
        if in_list:
            known = self.hub.get(path, {}).get("inferenceProviderMapping", [])
            mapping: Any = [*known, {"provider": provider, **entry}]
        else:
            mapping = {**self.hub.get(path, {}).get("inferenceProviderMapping", {}), provider: entry}
        self.hub[path] = {"_id": "1", "id": model, "inferenceProviderMapping": mapping}

    def expect(self, method: str, path: str, headers: Mapping[str, str], body: Any, answer: Any) -> None:
        """The next request for a provider is this one, header by header (lower-case names), and it is answered so."""
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        self._expected.append(ExpectedRequest(method, path, headers, body, reply))

    def expect_download(self, path: str, content: bytes, content_type: str = "application/octet-stream") -> str:
        """The next request is for the file at `path`, without any header of the caller's; returns its URL."""
        self.expect("GET", path, {"accept": "*/*"}, None, Reply(content, content_type=content_type))
        return self.url + path

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        of_the_caller = {name: value for name, value in headers.items() if name not in _OF_THE_CLIENT}
        received = ReceivedRequest(request.method, request.path_qs, of_the_caller, await request.read())
        reply = self._of_the_hub(received) if request.path.startswith("/api/") and self._is_hubs(request.path) else None
        if reply is None:
            reply = self._of_a_provider(received)
        await asyncio.sleep(reply.delay)
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        return web.Response(body=body, status=reply.status, content_type=reply.content_type, headers=reply.headers)

    def _is_hubs(self, path: str) -> bool:
        return path == "/api/tasks" or path == "/api/models" or path.startswith("/api/models/")

    def _of_the_hub(self, received: ReceivedRequest) -> Reply:
        self.hub_requests.append(received)
        if received.method != "GET" or received.body:
            self.mismatches.append(f"The Hub was sent {received}")
        answer = self.hub.get(received.path, Reply({"error": "Repository not found"}, 404))
        value = answer() if callable(answer) else answer
        return value if isinstance(value, Reply) else Reply(value)

    def _of_a_provider(self, received: ReceivedRequest) -> Reply:
        self.requests.append(received)
        if not self._expected:
            if self.other is None:
                self.mismatches.append(f"one request too many: {received}")
            return self.other or Reply({"error": "unexpected"}, 500)
        expected = self._expected.pop(0)
        found = expected.mismatches(received)
        self.mismatches += [f"request {len(self.requests)}: {mismatch}" for mismatch in found]
        return Reply({"error": "; ".join(found)}, 500) if found else expected.answer

    def check(self) -> None:
        """Raise for what was sent wrongly or not sent."""
        left = [f"not sent: {expected.method} {expected.path}" for expected in self._expected]
        if self.mismatches or left:
            raise AssertionError("\n".join(self.mismatches + left))


def mapping_path(model: str) -> str:
    """Where the Hub says who serves a model."""
    return f"/api/models/{model}?expand=inferenceProviderMapping"


@asynccontextmanager
async def routing() -> AsyncIterator[Router]:
    """A router on a loopback port; its end raises if a request was not as expected, in place of any other exception."""
    router = Router()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", router.handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    router.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield router
    finally:
        await runner.cleanup()
        router.check()


@asynccontextmanager
async def all_hosts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Router]:
    """A router that also plays `router.huggingface.co` and every provider's own hosts, each below its name."""
    async with routing() as router:
        monkeypatch.setenv("HF_ENDPOINT", router.url)
        monkeypatch.setattr(routes, "_ROUTER", router.url + "/router.huggingface.co")
        for name, provider in PROVIDERS.items():
            if provider is not HF_INFERENCE:
                monkeypatch.setitem(PROVIDERS, name, _moved(provider, router.url))
        yield router


def _moved(provider: Provider, url: str) -> Provider:
    def below(host: str) -> str:
        return host.replace("https://", f"{url}/")

    tasks = {
        task: replace(does, base_url=None if does.base_url is None else below(does.base_url))
        for task, does in provider.tasks.items()
    }
    return replace(provider, base_url=below(provider.base_url), tasks=tasks)
