"""The operator's page: the key, the board, and one example again."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support import processes, upstream
from tests.support.axe import faults, faults_of_colour
from tests.support.pages import PHONE, scrolls_sideways

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = "a key of the tests"
LABELS = [{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]
STATUS = "[role=status]"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def address() -> AsyncIterator[str]:
    """The operator's page of a gallery whose server knows labels only."""
    async with upstream.serving(upstream.answers(LABELS)) as model:
        with processes.app("--backend", model.url, GALLERY_OPERATOR_KEY=KEY) as app:
            yield f"{app.url}/operator"


async def signed_in(page: Page, address: str) -> None:
    await page.goto(address)
    await page.locator("#key").fill(KEY)
    await page.keyboard.press("Enter")
    await page.locator("tbody tr").first.wait_for()


async def test_the_key_opens_the_board_and_is_in_no_address(address: str, browser: Browser) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(address)
    await page.locator("#key").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator(STATUS)).to_contain_text("This is not the key.")
    await expect(page.locator("tbody tr")).to_have_count(0)
    await signed_in(page, address)
    await expect(page.locator(STATUS)).to_have_text("Nothing has been run yet.")
    assert not [one for one in asked if "key" in one.lower()]
    await page.reload()
    await page.locator("tbody tr").first.wait_for()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.locator("#key")).to_be_visible()
    await page.context.close()


async def test_the_board_says_what_came_and_runs_one_again(address: str, browser: Browser) -> None:
    page = await browser.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # the server is not this machine's: it says how many calls
    await signed_in(page, address)
    await page.get_by_role("button", name="Run every example").click()
    await expect(page.locator(STATUS)).to_contain_text("left")
    await expect(page.locator(STATUS)).to_contain_text("are not as they are to be", timeout=60_000)
    first = page.locator("tr", has_text="I love how quickly")
    await expect(first).to_have_attribute("data-state", "passed")
    await expect(first).to_contain_text("POSITIVE 90%")
    second = page.locator("tr", has_text="The room was dirty")
    await expect(second).to_contain_text("the best label is to be “negative”, and is POSITIVE")
    await expect(page.locator("tr", has_text="Where is the train station?")).to_have_attribute("data-state", "failed")
    assert await faults(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await faults_of_colour(page) == []
    await second.get_by_role("button").click()
    await expect(page.locator("tr[data-state=waiting]")).to_have_count(0)
    await expect(second).to_have_attribute("data-state", "wrong")
    await page.context.close()


async def test_the_board_is_german_and_fits_on_a_phone(address: str, browser: Browser) -> None:
    context = await browser.new_context(viewport=PHONE, locale="de-DE")
    page = await context.new_page()
    await signed_in(page, address)
    await expect(page.get_by_role("button", name="Alle Beispiele ausführen")).to_be_visible()
    assert not await scrolls_sideways(page)
    await context.close()
