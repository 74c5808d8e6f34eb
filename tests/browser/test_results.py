"""What a visitor does with a result: copy it, download it, follow a part from the list to its place and back."""

import csv
import io

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import CLEAR, RESULT, click_example, run, watched_page

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCORES = [{"label": "good, mostly", "score": 0.09}, {"label": '=HYPERLINK("x")', "score": -0.04}]
LENGTH = "(bar) => bar.getBoundingClientRect().width"


async def downloaded(page: Page, button: Locator) -> list[list[str]]:
    async with page.expect_download() as downloading:
        await button.click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".csv")
    text = (await download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_a_negative_score_is_shorter_than_a_larger_positive_one(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        await run(page)
        positive, negative = [await bar.evaluate(LENGTH) for bar in await page.locator(f"{RESULT} .bar").all()]
        assert 0 < negative < positive / 2 + 1


async def test_scores_are_copied_and_downloaded(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await click_example(page, "text-classification")
        await run(page)
        await page.locator(RESULT).get_by_role("button", name="Copy").click()
        await expect(page.locator(RESULT).get_by_role("button", name="Copied")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == 'Label\tScore\ngood, mostly\t0.09\n=HYPERLINK("x")\t-0.04'
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        # A spreadsheet must not run the model's words.
        assert rows == [["Label", "Score"], ["good, mostly", "0.09"], ['\'=HYPERLINK("x")', "-0.04"]]


async def test_an_entry_and_its_place_in_the_text_light_up_together(endpoint: Answering, browser: Browser) -> None:
    names = [(0, 5, "PER", 0.9), (14, 20, "LOC", 0.8)]
    keys = ("start", "end", "entity_group", "score")
    app = endpoint(upstream.answers([dict(zip(keys, name, strict=True), word="x") for name in names]))
    async with watched_page(browser, f"{app.url}?task=token-classification") as page:
        await page.get_by_label("Text", exact=True).fill("Maria went to Berlin.")
        await run(page)
        lit = page.locator(f"{RESULT} .linked .words")
        await page.locator(f"{RESULT} mark").nth(1).hover()
        await expect(lit).to_have_text(["Berlin", "Berlin"])
        await page.locator(f"{RESULT} .parts li").first.hover()
        await expect(lit).to_have_text(["Maria", "Maria"])
        await page.mouse.move(0, 0)
        await expect(lit).to_have_count(0)
        await page.locator(f"{RESULT} .parts li").first.focus()
        await page.keyboard.press("ArrowDown")
        await expect(lit).to_have_text(["Berlin", "Berlin"])
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        assert rows[0] == ["Text", "Label", "Score", "Begins at", "Ends at"]
        assert rows[1:] == [["Maria", "PER", "0.9", "0", "5"], ["Berlin", "LOC", "0.8", "14", "20"]]


async def test_clear_takes_the_result_away(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        await run(page)
        await page.locator(CLEAR).click()
        await expect(page.locator(".scores")).to_have_count(0)
        await expect(page.locator(".result .html-container").locator("visible=true")).to_have_text("")
