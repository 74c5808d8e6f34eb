"""Two processes of the real gallery behind the real nginx, below a prefix and with a certificate."""

import asyncio
import io
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.benchmarks.opening import chromium
from tests.support import proxy
from tests.support.pages import RESULT_TEXT, RUN, watched_page
from tests.support.processes import ROOT, server
from tests.support.several import Several, one_at_each, several, visitor_of
from tests.support.visitors import Failed, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.skipif(proxy.nginx() is None, reason=proxy.NO_NGINX)]

TOKENS, A_SECOND = 150, 50
LEFT = re.compile(r"left(\d+\.\d+)")
PROMPT = "Once upon a time"


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    """A server that answers with a token every 20 ms, for three seconds."""
    command = [sys.executable, str(ROOT / "tests/benchmarks/upstream.py")]
    with server(command, r"(http\S+)", {}) as upstream:
        yield f"{upstream.url}/steady/{TOKENS}/{A_SECOND}"


@pytest.fixture(scope="module")
def galleries(tmp_path_factory: pytest.TempPathFactory, model: str) -> Iterator[Several]:
    folder = tmp_path_factory.mktemp("nginx")
    with several(folder, 2, "--backend", model, "--upload", "1", prefix="/gallery") as running:
        yield running


async def run(visitor: Visitor) -> tuple[list[float], float]:
    """When parts of the answer came, and how long after it left the server the last word did, in seconds.

    Raises:
        Failed: the last word did not come.
    """
    times: list[float] = []
    tab = await visitor.open_task("text_generation")
    async for message in tab.messages(PROMPT):
        times.append(time.monotonic())
        if found := LEFT.search(str(message.get("output"))):
            return times, time.monotonic() - float(found[1])
    raise Failed("The last word did not come.")


async def test_a_stream_arrives_token_by_token(galleries: Several) -> None:
    async with visitor_of(await galleries.page(), galleries.front) as visitor:
        await visitor.open()
        times, lag = await run(visitor)
    assert len(times) > 20 and times[-1] - times[1] > 2
    assert lag < 1


async def test_visitors_from_one_address_come_to_both_processes_and_stay_over_reloads(galleries: Several) -> None:
    async with one_at_each(galleries) as visitors:
        assert len(visitors) == 2
        for home, visitor in visitors.items():
            for _ in range(5):
                await visitor.open()
                assert await galleries.home(visitor) == home


async def test_a_file_comes_back_as_it_was_and_one_above_the_limit_gets_the_gallery_s_sentence(
    galleries: Several,
) -> None:
    async with visitor_of(await galleries.page(), galleries.front) as visitor:
        await visitor.open()
        [stored] = json.loads(await _uploaded(visitor, size=2**19))
        async with visitor.http.get(f"{galleries.front.url}/gradio_api/file={stored}") as answer:
            assert await answer.read() == bytes(2**19)
        assert "1048576 bytes" in await _uploaded(visitor, size=2**21)


async def _uploaded(visitor: Visitor, size: int) -> str:
    form = aiohttp.FormData()
    form.add_field("files", io.BytesIO(bytes(size)), filename="sound.wav")
    async with visitor.http.post(f"{visitor.page.url}/gradio_api/upload", data=form) as answer:
        assert answer.status == (200 if size <= 2**20 else 413)
        return await answer.text()


@pytest.mark.browser
async def test_the_page_works_below_the_prefix_in_a_browser(galleries: Several) -> None:
    wrong: list[str] = []
    async with chromium() as browser:
        address = f"{galleries.front.url}/?task=text-generation"
        async with watched_page(browser, address, ignore_https_errors=True) as page:
            page.on("response", lambda one: wrong.append(f"{one.status} {one.url}") if one.status >= 400 else None)
            page.on("request", lambda one: None if "/gallery" in one.url else wrong.append(one.url))
            await page.reload()
            await page.get_by_role("textbox", name="Prompt", exact=True).and_(page.locator(":visible")).fill(PROMPT)
            await page.locator(RUN).click()
            await page.wait_for_function(
                "(place) => (document.querySelector(place)?.value ?? '').includes('left')",
                arg=RESULT_TEXT.partition(":")[0],
            )
            cookies = await page.context.cookies()
    assert not wrong
    assert "gallery_visitor" in [one["name"] for one in cookies]


async def test_a_process_that_is_killed_takes_only_its_own_runs_along(tmp_path: Path, model: str) -> None:
    with several(tmp_path, 2, "--backend", model) as galleries:
        async with one_at_each(galleries) as visitors:
            runs = {home: asyncio.create_task(run(visitor)) for home, visitor in visitors.items()}
            await asyncio.sleep(1)
            galleries.processes[0].process.kill()
            ended = dict(zip(runs, await asyncio.gather(*runs.values(), return_exceptions=True), strict=True))
            [lost] = [home for home, outcome in ended.items() if isinstance(outcome, Exception)]
            assert isinstance(ended[lost], Failed | aiohttp.ClientError)
            [other] = set(runs) - {lost}
            # A reload is enough, and the other's page goes on as it was.
            for visitor in visitors.values():
                await visitor.open()
                assert await galleries.home(visitor) == other
                assert await run(visitor)
