"""The page is made once for each address, and is to every visitor what Gradio would have made."""

import asyncio
import gzip

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import Message, Scope

from tasks.gallery.kept_page import KeptPage
from tasks.gallery.own_routes import PrivacyHeaders

ADDRESSES = [
    {},
    {"host": "a.example"},
    {"host": "a.example", "x-forwarded-proto": "https"},
    {"host": "a.example", "x-forwarded-host": "b.example"},
    {"host": "a.example", "x-gradio-server": "http://c.example"},
]


def _with_query(page: bytes, scope: Scope) -> bytes:
    return page + b" asked with " + scope["query_string"]


class Site:
    """A site that counts how often its page is made."""

    def __init__(self, status: int = 200) -> None:
        self.made = 0
        self._status = status
        middleware = [Middleware(PrivacyHeaders), Middleware(KeptPage, dressed=_with_query)]
        self.app = Starlette(routes=[Route("/{path:path}", self._page)], middleware=middleware)

    async def _page(self, request: Request) -> HTMLResponse:
        self.made += 1
        await asyncio.sleep(0.01)
        return HTMLResponse(f"{request.url} {sorted(request.headers.items())}", self._status)

    async def get(self, path: str = "/", query: str = "", **headers: str) -> tuple[Message, bytes]:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope: Scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": raw}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app({**scope, "scheme": "http", "server": ("d.example", 80), "root_path": ""}, receive, send)
        return sent[0], b"".join(message.get("body", b"") for message in sent)


async def test_those_who_come_at_once_get_a_page_that_is_made_once() -> None:
    site = Site()
    pages = await asyncio.gather(*(site.get(host="a.example", cookie=f"session={number}") for number in range(20)))
    assert site.made == 1
    first, body = pages[0]
    assert all(page == (first, body) for page in pages)
    assert len(first["headers"]) == len({name for name, _ in first["headers"]})


async def test_each_address_has_its_own() -> None:
    site = Site()
    for address in ADDRESSES * 2:
        _, body = await site.get(**address)
        assert all(value in body.decode() for value in address.values())
    assert site.made == len(ADDRESSES)
    for number in range(20):  # a stranger's invented names do not stay
        await site.get(host=f"{number}.example")
        await site.get()
    assert site.made == len(ADDRESSES) + 20


async def test_what_stands_in_the_query_reaches_nobody_else() -> None:
    site = Site()
    for query in ("task=a", "deep%5Flink=a", "deep_link=b", "page=c", ""):
        start, body = await site.get("/", query)
        assert b"?" not in body and body.endswith(f" asked with {query}".encode())
        assert int(dict(start["headers"])[b"content-length"]) == len(body)
    assert site.made == 1


async def test_it_is_compressed_for_who_can_read_that() -> None:
    site = Site()
    _, plain = await site.get(host="a.example")
    start, small = await site.get(host="a.example", accept_encoding="gzip, deflate, br")
    headers = dict(start["headers"])
    assert gzip.decompress(small) == plain and site.made == 1
    assert (headers[b"content-encoding"], int(headers[b"content-length"])) == (b"gzip", len(small))
    assert all(b"accept-encoding" in dict(one["headers"])[b"vary"] for one, _ in [(start, small), await site.get()])


async def test_anything_else_is_left_to_gradio() -> None:
    site = Site()
    for _ in range(2):
        await site.get("/config", "a=b")
    assert site.made == 2
    broken = Site(status=500)
    assert [(await broken.get())[0]["status"] for _ in range(2)] == [500, 500]
    assert broken.made == 2
