"""Several processes of the gallery behind nginx, as deploy/nginx/ says, and visitors who keep their cookies."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from tests.benchmarks.measuring import free_port
from tests.support import processes
from tests.support.processes import Server
from tests.support.proxy import Proxy, proxied
from tests.support.visitors import Page, Visitor

_LIKE_A_BROWSER = {"Accept": "text/html,application/json,*/*;q=0.8"}
_SECONDS = aiohttp.ClientTimeout(total=60, connect=20)


@dataclass(frozen=True, slots=True)
class Several:
    """nginx, and the processes behind it; visitors know the page from one of them, for all have the same."""

    front: Proxy
    processes: list[Server]

    async def page(self) -> Page:
        """What a browser knows of the page, at the proxy's address."""
        return replace(await Page.read(self.processes[-1].url.rstrip("/")), url=self.front.url)

    async def home(self, visitor: Visitor) -> int:
        """The number by which the process is known to which the visitor comes."""
        async with visitor.http.get(f"{visitor.page.url}/config") as answer:
            number: int = (await answer.json())["app_id"]
            return number


@contextmanager
def several(folder: Path, many: int, *options: str, prefix: str = "", **variables: str) -> Iterator[Several]:
    """So many processes, started with these options and variables, found below `prefix`."""
    if prefix:
        variables["GRADIO_ROOT_PATH"] = prefix
    with ExitStack() as running:
        apps = [running.enter_context(processes.app("--port", free_port(), *options, **variables)) for _ in range(many)]
        front = running.enter_context(proxied(folder, [one.url for one in apps], prefix))
        yield Several(front, apps)


@asynccontextmanager
async def visitor_of(page: Page, front: Proxy) -> AsyncIterator[Visitor]:
    """One who comes with a browser of his own."""
    connector = aiohttp.TCPConnector(ssl=front.trust, limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=_LIKE_A_BROWSER, timeout=_SECONDS) as http:
        yield Visitor(page, http)


@asynccontextmanager
async def one_at_each(galleries: Several) -> AsyncIterator[dict[int, Visitor]]:
    """Visitors from one address who have opened the page, one at each process, by its number."""
    page = await galleries.page()
    found: dict[int, Visitor] = {}
    async with AsyncExitStack() as staying:
        for _ in range(50):
            visitor = await staying.enter_async_context(visitor_of(page, galleries.front))
            await visitor.open()
            found.setdefault(await galleries.home(visitor), visitor)
            if len(found) == len(galleries.processes):
                break
        yield found
