"""What can be seen without looking for it: Run on every screen, and what a run or a comparison shows."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.pages import PHONE, RESULT, RUN, STATUS, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAPTOP = {"width": 1280, "height": 800}
SCREENS = [(320, 568), (360, 640), (360, 800), (375, 667), (390, 844), (412, 915), (1280, 600)]
TASKS = ["text-generation#prompt=Once", "object-detection", "translation", "conversational", "conversational#compare="]
FIELD = ".block[data-problem]:visible"
WRONG = "#prompt=Once&max_new_tokens=5000"
COVERED = """async () => {
  const bar = [...document.querySelectorAll(".actions")].find((one) => one.checkVisibility());
  const { width, height } = bar.getBoundingClientRect();
  const wrong = [];
  for (let down = 0; down < 3000; down += 16) {
    scrollTo({ top: down, behavior: "instant" });
    const { left, top, bottom } = bar.getBoundingClientRect();
    const across = [0.1, 0.3, 0.5, 0.7, 0.9].map((part) => left + part * width);
    const points = across.flatMap((x) => [2, height / 2, height - 2].map((y) => [x, top + y]));
    const isBar = ([x, y]) => document.elementFromPoint(x, y)?.closest(".actions") === bar;
    if (bottom > innerHeight + 0.5 || !points.every(isBar)) wrong.push(down);
    if (bottom < innerHeight - 1) return wrong;
  }
  return "it never came to where it belongs";
}"""
"""Where the bar with Run is not whole, or not above all else, on the way down to where it belongs."""


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
@pytest.mark.parametrize("task", TASKS)
async def test_run_is_whole_and_in_reach_on_every_screen(app: Server, browser: Browser, task: str, locale: str) -> None:
    async with watched_page(browser, f"{app.url}?task={task}", locale=locale) as page:
        for width, height in SCREENS:
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.evaluate(COVERED) == [], (width, height)


async def scrolled(page: Page) -> float:
    """How far down the page is, once it lies still."""
    before, now = -1, await page.evaluate("scrollY")
    while now != before:
        await page.wait_for_timeout(300)
        before, now = now, await page.evaluate("scrollY")
    return float(now)


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_a_run_brings_its_result_in_and_moves_nothing_that_can_be_seen(
    app: Server, browser: Browser, screen: dict[str, int]
) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3&compare=builtin%2Ftrigram-en-us"
    async with watched_page(browser, link, viewport=screen) as page:
        result = page.locator(RESULT).first
        await expect(page.locator(RESULT)).to_have_count(2)
        assert await scrolled(page) == 0
        await expect(result).not_to_be_in_viewport()
        for _ in range(2):
            await page.locator(RUN).click()
            await expect(page.locator(STATUS).first).to_contain_text("✓ done")
            await expect(result).to_be_in_viewport(ratio=0.9)
            await expect(page.locator(RUN)).to_be_in_viewport(ratio=1)
            at = await scrolled(page)
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).first).to_contain_text("✓ done")
        assert await scrolled(page) == at


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("second", ["", "&compare=builtin%2Ftrigram-en-us"], ids=["one", "two"])
async def test_the_field_at_fault_is_brought_in_with_its_words(
    app: Server, browser: Browser, screen: dict[str, int], second: str
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation{WRONG}{second}", viewport=screen) as page:
        columns = 2 if second else 1
        await expect(page.locator(RESULT)).to_have_count(columns)
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text(["✗ no answer"] * columns)
        await expect(page.locator(FIELD)).to_have_count(1)
        await expect(page.locator(FIELD)).to_be_in_viewport(ratio=1)
        await expect(page.locator(".refusal:not([data-field])")).to_have_count(0)
        if second and screen is LAPTOP:
            # Both at once: the page may still scroll.
            tops = "(results) => results.map((result) => result.getBoundingClientRect().top)"
            one, other = await page.locator(RESULT).evaluate_all(tops)
            assert one == other


async def test_who_wants_no_motion_is_taken_to_the_result_at_once(app: Server, browser: Browser) -> None:
    options = {"viewport": PHONE, "reduced_motion": "reduce"}
    async with watched_page(browser, f"{app.url}?task=text-generation#prompt=Once", **options) as page:
        await expect(page.locator(RESULT)).to_be_visible()
        assert await scrolled(page) == 0
        assert await page.evaluate("document.querySelector('button.run').click(), scrollY") > 100


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
async def test_a_comparison_that_is_opened_shows_its_second_model(
    app: Server, browser: Browser, screen: dict[str, int]
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation", viewport=screen) as page:
        await page.locator(".compare:visible").click()
        await expect(page.locator(".second .pick")).to_be_in_viewport(ratio=1)
        await expect(page.locator(f".second {RESULT}")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("task", ["text-generation#prompt=Once&compare=", "object-detection#compare="])
async def test_run_is_in_reach_while_any_of_a_comparison_is_in_view_on_a_phone(
    app: Server, browser: Browser, task: str
) -> None:
    async with watched_page(browser, f"{app.url}?task={task}", viewport=PHONE) as page:
        second = page.locator(".second:visible")
        await expect(second.locator(".pick .told")).to_be_attached()
        for block in ("start", "end"):
            await second.evaluate("(column, block) => column.scrollIntoView({ block, behavior: 'instant' })", block)
            await expect(page.locator(RUN)).to_be_in_viewport(ratio=1)
