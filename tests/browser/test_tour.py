"""The tour: one task after the other by keys, and the speaker's window beside it."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.axe import faults, faults_of_colour
from tests.support.pages import PHONE, scrolls_sideways, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

WHERE = "#tour .where"
LINE = "#tour .line"
DONE = ".status:visible .done"


async def at_step(page: Page, number: int) -> None:
    """The step is there, and its run has ended."""
    await expect(page.locator(WHERE)).to_have_text(re.compile(f"^{number} / "))
    await expect(page.locator(DONE)).to_be_visible(timeout=30_000)


async def test_keys_lead_through_the_tour_and_each_step_runs(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?tour=3") as page:
        await at_step(page, 3)
        await expect(page.locator(LINE)).to_have_text("What is in a picture, and where.")
        for hidden in ("#masthead", ".about", ".examples", ".strip", "button.run", ".tab-wrapper"):
            assert await page.locator(f"{hidden}:visible").count() == 0, hidden
        assert await faults(page) == []
        await page.keyboard.press("PageDown")
        await at_step(page, 4)
        await expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("My parcel arrived broken"))
        await page.keyboard.press("ArrowRight")
        await at_step(page, 5)
        await page.reload()
        await at_step(page, 5)
        await page.go_back()
        await at_step(page, 4)
        await page.keyboard.press("ArrowLeft")
        await at_step(page, 3)
        await page.emulate_media(color_scheme="dark")
        await page.wait_for_timeout(300)
        assert await faults_of_colour(page) == []


async def test_who_types_does_not_leave_the_step_and_escape_leaves_the_tour(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?tour=4") as page:
        await at_step(page, 4)
        box = page.get_by_label("Text", exact=True)
        await box.click()
        await page.keyboard.press("End")
        await page.keyboard.type(" Now")
        await page.keyboard.press("ArrowLeft")
        await expect(box).to_have_value(re.compile(" Now$"))
        await expect(page.locator(WHERE)).to_have_text(re.compile("^4 / "))
        await page.keyboard.press("Escape")
        await expect(page.locator("#masthead h1")).to_be_visible()
        await expect(box).to_have_value(re.compile(" Now$"))
        assert "tour" not in page.url and "task=zero-shot-classification" in page.url
        await page.keyboard.press("PageDown")
        await expect(page.locator("#tour")).to_have_count(0)


async def test_the_speakers_window_follows_and_leads(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?tour=") as page:
        await at_step(page, 1)
        async with page.expect_popup() as opened:
            await page.get_by_role("button", name="Speaker's window").click()
        speaker = await opened.value
        await expect(speaker.locator("#where")).to_have_text("Step 1 of 7")
        await expect(speaker.locator("#say")).to_contain_text("Nobody typed in where the total stands.")
        assert await faults(speaker) == []
        await speaker.keyboard.press("PageDown")
        await expect(speaker.locator("#where")).to_have_text("Step 2 of 7")
        await at_step(page, 2)
        await speaker.get_by_role("button", name="Back").click()
        await at_step(page, 1)


async def test_the_tour_is_german_and_fits_on_a_phone(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?tour=99", viewport=PHONE, locale="de-DE") as page:
        await at_step(page, 7)
        await expect(page.locator(LINE)).to_have_text("Ein Text geht weiter, Wort für Wort.")
        await expect(page.get_by_role("button", name="Weiter")).to_be_disabled()
        assert not await scrolls_sideways(page)
