"""A model server in the test's own loop, which records what it was asked and when its callers left."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Upstream:
    """`requests` are the (path, headers, body) received; `left` is set when a streaming caller is gone."""

    answer: "Answer"
    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    sent: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def begin_again(self, answer: "Answer") -> None:
        """Answer in another way from now on, and forget what has been."""
        self.answer = answer
        self.requests.clear()
        self.sent = 0
        self.left = asyncio.Event()

    async def wait_for_requests(self, times: int) -> None:
        """Wait until that many requests have come."""
        async with asyncio.timeout(10), self.news:
            await self.news.wait_for(lambda: len(self.requests) >= times)


Answer = Callable[[web.Request, Upstream], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(answer: Answer, port: int = 0, *, lists_tasks: bool = False) -> AsyncIterator[Upstream]:
    """Serve `answer` for every path on a loopback port; for `/api/tasks` only if it `lists_tasks`."""
    upstream = Upstream(answer)

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path == "/api/tasks" and not lists_tasks:
            return web.Response(status=404)  # it serves one model, not a list of them
        upstream.requests.append((request.path_qs, dict(request.headers), await request.read()))
        async with upstream.news:
            upstream.news.notify_all()
        return await upstream.answer(request, upstream)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    upstream.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield upstream
    finally:
        await runner.cleanup()


def answers(body: object, status: int = 200, **headers: str) -> Answer:
    """Always the same JSON."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return web.Response(body=json.dumps(body), status=status, content_type="application/json", headers=headers)

    return answer


def tokens(count: int, pause: float) -> Answer:
    """A stream of `count` tokens of text generation, `pause` seconds between them."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        left = upstream.left  # another test may have begun when this caller goes
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for index in range(count):
                token = {"id": index, "text": f" word{index}", "logprob": -1.0, "special": False}
                event = {"index": index, "token": token, "generated_text": None, "details": None}
                await response.write(b"data:" + json.dumps(event).encode() + b"\n\n")
                upstream.sent += 1
                await asyncio.sleep(pause)
        except (ConnectionResetError, asyncio.CancelledError):
            left.set()
            raise
        return response

    return answer


def silence(seconds: float) -> Answer:
    """A stream that begins and then sends nothing."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        left = upstream.left  # another test may have begun when this caller goes
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await asyncio.sleep(seconds)
        except (ConnectionResetError, asyncio.CancelledError):
            left.set()
            raise
        return response

    return answer
