"""deploy/nginx/ as nginx runs it, before two small servers that say what came to them."""

import asyncio
import io
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support import proxy
from tests.support.proxy import Proxy, proxied

pytestmark = [
    pytest.mark.skipif(proxy.nginx() is None, reason=proxy.NO_NGINX),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
_BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@dataclass
class Process:
    """A server in the place of a gallery; `asked` is what came to it, and `dies` whether it breaks off instead."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    dies: bool = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.raw_path}")
        if self.dies:
            assert request.transport is not None
            request.transport.abort()
        if request.path == "/stream":
            return await self._stream(request)
        await request.read()
        return web.json_response({"process": self.url, "path": request.raw_path, "headers": dict(request.headers)})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b"data: first\n\n")
        await asyncio.sleep(0.5)
        await answer.write(b"data: last\n\n")
        return answer

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["Process"]:
        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()


@dataclass(frozen=True)
class Visitor:
    """A browser, or a program that keeps no cookies."""

    proxy: Proxy
    http: aiohttp.ClientSession

    async def get(self, path: str = "/", **options: Any) -> Any:
        async with self.http.get(f"{self.proxy.url}{path}", ssl=self.proxy.trust, **options) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@asynccontextmanager
async def visitor(of: Proxy, *, keeps_cookies: bool = True) -> AsyncIterator[Visitor]:
    jar = aiohttp.CookieJar() if keeps_cookies else aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Visitor(of, http)


@pytest.fixture
async def two() -> AsyncIterator[list[Process]]:
    async with Process().running() as first, Process().running() as second:
        yield [first, second]


@pytest.fixture
async def front(two: list[Process], tmp_path: Path) -> AsyncIterator[Proxy]:
    with proxied(tmp_path, [one.url for one in two]) as running:
        yield running


@pytest.mark.parametrize("prefix", ["", "/gallery"])
def test_nginx_takes_the_configuration_without_a_word_of_warning(tmp_path: Path, prefix: str) -> None:
    proxy.write_configuration(tmp_path, ["http://127.0.0.1:7861", "http://127.0.0.1:7862"], 8443, prefix)
    checked = subprocess.run(
        [*proxy.command(tmp_path), "-t", "-g", f"pid {tmp_path}/pid;"], capture_output=True, text=True
    )
    assert checked.returncode == 0 and "warn" not in checked.stderr, checked.stderr


async def test_visitors_from_one_address_come_to_both_processes_and_each_stays_at_his(front: Proxy) -> None:
    homes = set()
    for _ in range(20):
        async with visitor(front) as one:
            home = (await one.get(headers=_BROWSER))["process"]
            later = [await one.get(path) for path in ("/config", "/gradio_api/queue/data", "/?task=translation")]
            assert {answer["process"] for answer in later} == {home}
            assert (await one.get(headers=_BROWSER))["process"] == home
            homes.add(home)
    assert len(homes) == 2


async def test_the_cookie_is_out_of_reach_of_scripts_and_a_made_up_one_is_replaced(front: Proxy) -> None:
    async with visitor(front) as one:
        for cookie in ({}, {"Cookie": "gallery_visitor=127.0.0.1:22"}, {"Cookie": f"gallery_visitor={'a' * 32}'"}):
            async with one.http.get(front.url, ssl=front.trust, headers={**_BROWSER, **cookie}) as answer:
                given = answer.headers["Set-Cookie"]
            assert all(word in given for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
            one.http.cookie_jar.clear()


async def test_a_program_without_cookies_stays_at_one_process(front: Proxy) -> None:
    async with visitor(front, keeps_cookies=False) as program:
        assert len({(await program.get("/gradio_api/call/x"))["process"] for _ in range(10)}) == 1


async def test_a_stream_arrives_as_it_is_sent(front: Proxy) -> None:
    async with visitor(front) as one, one.http.get(f"{front.url}/stream", ssl=front.trust) as answer:
        began = asyncio.get_running_loop().time()
        assert await answer.content.readline() == b"data: first\n"
        first = asyncio.get_running_loop().time() - began
        await answer.content.read()
        last = asyncio.get_running_loop().time() - began
    assert first < 0.3 < last


async def test_a_path_arrives_byte_for_byte_without_the_prefix(two: list[Process], tmp_path: Path) -> None:
    with proxied(tmp_path, [one.url for one in two], prefix="/gallery") as front:
        async with visitor(front) as one:
            for path in ("/", "/a%2Fb%20c/%C3%A4?q=%26+x", "/?task=translation"):
                url = aiohttp.client.URL(f"{front.url}{path}", encoded=True)
                async with one.http.get(url, ssl=front.trust) as answer:
                    assert (await answer.json())["path"] == path
            async with one.http.get(f"{front.url}?task=x", ssl=front.trust, allow_redirects=False) as answer:
                assert answer.status == 308 and answer.headers["Location"].endswith("/gallery/?task=x")
            outside = front.url.removesuffix("/gallery")
            for path in ("/", "/gallery2/", "/health"):
                async with one.http.get(outside + path, ssl=front.trust) as answer:
                    assert answer.status == 404


async def test_a_process_learns_the_address_that_was_asked_and_nothing_that_a_visitor_made_up(front: Proxy) -> None:
    lies = {
        "X-Forwarded-For": "8.8.8.8",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-User": "operator",
    }
    async with visitor(front) as one:
        told = (await one.get(headers=lies))["headers"]
    host = front.url.removeprefix("https://")
    assert told["Host"] == told["X-Forwarded-Host"] == host
    assert told["X-Forwarded-For"] == "127.0.0.1" and told["X-Forwarded-Proto"] == "https"
    assert "X-Forwarded-User" not in told


async def test_behind_a_load_balancer_visitors_have_the_address_that_it_says(
    two: list[Process], tmp_path: Path
) -> None:
    with proxied(tmp_path, [one.url for one in two], behind="127.0.0.1") as front:
        async with visitor(front, keeps_cookies=False) as one:
            told = await one.get(headers={"X-Forwarded-For": "8.8.8.8, 198.51.100.7"})
    assert told["headers"]["X-Forwarded-For"] == "198.51.100.7"


async def test_visitors_of_a_process_that_is_gone_come_to_the_other(two: list[Process], tmp_path: Path) -> None:
    async with Process().running() as gone:
        pass  # its port is closed now
    with proxied(tmp_path, [two[0].url, gone.url]) as front:
        for _ in range(10):
            async with visitor(front) as one:
                assert {(await one.get(headers=_BROWSER))["process"] for _ in range(2)} == {two[0].url}


async def test_what_may_have_begun_a_run_is_never_sent_twice(two: list[Process], front: Proxy) -> None:
    for process in two:
        process.dies = True
    async with visitor(front) as one, one.http.post(f"{front.url}/gradio_api/queue/join", ssl=front.trust) as answer:
        assert answer.status == 503 and "Retry-After" in answer.headers
        assert (await answer.text()).startswith("The gallery does not answer just now.")
    assert len([*two[0].asked, *two[1].asked]) == 1


async def test_what_is_too_large_gets_a_sentence(two: list[Process], front: Proxy) -> None:
    async with visitor(front) as one:
        too_much, enough = io.BytesIO(bytes(49 * 2**20)), io.BytesIO(bytes(40 * 2**20))
        async with one.http.post(f"{front.url}/gradio_api/upload", data=too_much, ssl=front.trust) as answer:
            assert answer.status == 413
            assert (await answer.json())["detail"].endswith("Send a smaller file.")
        assert not two[0].asked + two[1].asked
        async with one.http.post(f"{front.url}/gradio_api/upload", data=enough, ssl=front.trust) as answer:
            assert answer.status == 200


async def test_figures_for_the_operator_are_not_passed_on(two: list[Process], front: Proxy) -> None:
    async with visitor(front) as one:
        for path in ("/metrics", "/metrics/", "/metrics?x", "//metrics", "/%6detrics", "/./metrics", "/a/../metrics"):
            url = aiohttp.client.URL(f"{front.url}{path}", encoded=True)
            async with one.http.get(url, ssl=front.trust) as answer:
                await answer.read()
    assert not [path for path in two[0].asked + two[1].asked if "etrics" in path]
