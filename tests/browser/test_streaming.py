"""Text generation in a real browser, against an upstream that writes a token every 30 ms."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, expect

from tasks.registry import all_tasks
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import RESULT_TEXT, RUN, STATUS, STOP, open_tab, watched_page
from tests.support.upstream import Answer

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDRESS = "?task=text-generation"

_COUNT_COPIES = """() => {
  const copy = window.structuredClone;
  window.copies = 0;
  window.structuredClone = (...all) => { window.copies++; return copy(...all); };
}"""


async def run(page: Page) -> None:
    await page.get_by_role("textbox", name="Prompt", exact=True).and_(page.locator(":visible")).fill("Once")
    await page.locator(RUN).click()


async def test_the_visible_text_grows_in_at_least_five_steps(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(60, 0.1))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await run(page)
        seen: set[str] = set()
        async with asyncio.timeout(20):
            while "word59" not in (text := await page.locator(RESULT_TEXT).input_value()):
                seen.add(text)
                await asyncio.sleep(0.02)
    assert len(seen) >= 5


async def test_stop_reaches_the_upstream_within_a_second_and_keeps_the_text(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.tokens(2_000, 0.1))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await run(page)
        await expect(page.locator(RESULT_TEXT)).to_have_value(re.compile("word5"))
        await page.locator(STOP).click()
        await asyncio.wait_for(app.model.left.wait(), 1)
        assert "word5" in await page.locator(RESULT_TEXT).input_value()


@pytest.mark.parametrize("answer", [upstream.tokens(2_000, 0.1), upstream.silence(60)], ids=["talking", "silent"])
async def test_closing_the_page_reaches_the_upstream_within_two_seconds(
    endpoint: Answering, browser: Browser, answer: Answer
) -> None:
    app = endpoint(answer)
    async with watched_page(browser, app.url + ADDRESS) as page:
        await run(page)
        await app.model.wait_for_requests(1)
        await asyncio.sleep(0.5)
    await asyncio.wait_for(app.model.left.wait(), 2)


async def test_a_token_costs_the_browser_no_more_after_all_tabs_were_opened(
    endpoint: Answering, browser: Browser
) -> None:
    """Gradio copies the state of what it updates; what an update does not change must not be copied with it."""
    app = endpoint(upstream.tokens(60, 0.02))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.evaluate(_COUNT_COPIES)
        await _copies_of_a_run(page)  # there is more to copy when there is a result
        fresh = await _copies_of_a_run(page)
        for task in all_tasks():
            await open_tab(page, task)
        await open_tab(page, next(task for task in all_tasks() if task.id == "text-generation"))
        await _copies_of_a_run(page)  # with what the opening of the tabs still had to do
        assert await _copies_of_a_run(page) < 2 * fresh + 100


async def _copies_of_a_run(page: Page) -> int:
    await page.evaluate("window.copies = 0")
    await run(page)
    await expect(page.locator(STATUS)).to_contain_text("● running")
    await expect(page.locator(STATUS)).to_contain_text("✓ done")
    return int(await page.evaluate("window.copies"))
