"""The front page: from a card to a running result in one click, search, the way back, keyboard and phone."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tasks.registry import all_tasks
from tests.browser.test_looks import LOW_CONTRAST
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import (
    DESKTOP,
    FRONT,
    NOTE,
    PHONE,
    RESULT_TEXT,
    RUN,
    STATUS,
    scrolls_sideways,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARDS = "#front .card:visible"


async def focused(page: Page, attribute: str) -> str:
    return await page.evaluate(f"document.activeElement.{attribute}") or ""


async def test_one_click_on_a_card_leads_to_its_result(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.locator("#front .start").first.click()
        await expect(page.locator(NOTE)).to_have_text("Answer: $1,036.89", timeout=30_000)
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page).to_have_url(re.compile(r"/\?task=document-question-answering(#|$)"))
        await expect(page).to_have_title("Ask a document · Inference Gallery")
        await expect(page.get_by_role("heading", level=2)).to_have_text(["Ask a document"])


async def test_every_card_leads_to_a_task_of_its_own_and_shows_a_real_answer(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        tasks = await page.locator(CARDS).evaluate_all("cards => cards.map((card) => card.dataset.task)")
        assert tasks == [task.id for task in all_tasks()]
        pictures = await page.locator("#front img").evaluate_all(
            "all => Promise.all(all.map(async (one) => (one.loading = 'eager', await one.decode(), one.naturalWidth)))"
        )
        assert len(pictures) > 8 and min(pictures) > 100
        empty = "cards => cards.filter((card) => !card.querySelector('.thumb').innerHTML.trim()).length"
        assert await page.locator(CARDS).evaluate_all(empty) == 0


async def test_cards_say_the_level_of_the_model_that_answers(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await expect(page.locator("#front .level").first).to_have_text(re.compile("^(strong|basic|toy)$"))
        levels = await page.locator("#front .level").all_inner_texts()
        assert set(levels) <= {"strong", "basic", "toy"}
        assert await page.locator("#front .unavailable").count() == 0


async def test_a_link_that_is_opened_or_loaded_again_runs_nothing(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(5, 0.01))
    async with watched_page(browser, app.url) as page:
        await page.locator("#front .card[data-task=text-generation]").click()
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await page.reload()
        await visit(page, page.url)
        await expect(page.locator(RUN)).to_be_visible()
        await expect(page.locator(RESULT_TEXT)).to_have_value("")
        await page.wait_for_timeout(500)
    assert len(app.model.requests) == 1


async def test_back_and_forward_move_between_the_front_page_and_tasks(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(5, 0.01))
    async with watched_page(browser, app.url) as page:
        opened = page.locator("#front .card[data-task=text-generation]")
        await opened.click()
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await page.go_back()
        await expect(page.locator(FRONT)).to_be_visible()
        await expect(opened).to_be_focused()
        await expect(opened).to_be_in_viewport()
        await expect(page).to_have_title("Inference Gallery")
        await page.go_forward()
        await expect(page.get_by_role("heading", name="Continue a text")).to_be_visible()
        await expect(page.locator(RESULT_TEXT)).to_have_value(re.compile("word4"))
        await page.get_by_role("link", name="Inference Gallery").click()
        await expect(page.locator(FRONT)).to_be_visible()
        await expect(page).to_have_url(f"{app.url}/")
    assert len(app.model.requests) == 1


async def test_the_last_of_two_quick_clicks_wins(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(5, 0.01))
    async with watched_page(browser, app.url) as page:
        await page.evaluate(
            """() => {
                document.querySelector("#front .card[data-task=translation]").click();
                history.back();
                setTimeout(() => document.querySelector("#front .card[data-task=text-generation]").click(), 100);
            }"""
        )
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page).to_have_url(re.compile(r"/\?task=text-generation(#|$)"))
        await expect(page.get_by_role("heading", name="Continue a text")).to_be_visible()
    assert len(app.model.requests) == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("find names", "Find names in a text"),
        ("LIGHTHOUSE", "Find the answer in a text"),
        ("invoice total", "Ask a document"),
        ("sentiment", "Tell the mood of a text"),
        ("speech to text", "Write down speech"),
        ("Text-to-Speech", "Read a text aloud"),
        ("dictation subtitles", "Write down speech"),
        ("faces, detect", "Find things in a picture"),
    ],
)
async def test_the_search_finds_tasks_by_their_words_and_their_examples(
    app: Server, browser: Browser, typed: str, found: str
) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("searchbox").press_sequentially(typed)
        await expect(page.locator(f"{CARDS} b")).to_have_text([found])
        await expect(page.locator("#front section:visible")).to_have_count(1)


async def test_enter_in_the_search_opens_the_only_match(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("searchbox").press_sequentially("sentiment")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Tell the mood of a text")).to_be_visible()
        await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=30_000)
        await expect(page).to_have_url(re.compile(r"/\?task=text-classification(#|$)"))


async def test_enter_in_the_search_leads_to_the_first_of_several_matches(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("searchbox").press_sequentially("spreadsheet")
        await expect(page.locator(CARDS)).to_have_count(3)
        await page.keyboard.press("Enter")
        await expect(page.locator(CARDS).first).to_be_focused()
        await page.wait_for_timeout(300)
        await expect(page.locator(FRONT)).to_be_visible()  # the same Enter pressed no card
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Ask a table")).to_be_visible()


async def test_enter_in_a_search_that_finds_nothing_stays_there(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("searchbox").press_sequentially("xylophone quartet")
        await page.keyboard.press("Enter")
        await expect(page.locator("#no-match", has_text="No task matches")).to_be_visible()
        await expect(page.get_by_role("searchbox")).to_be_focused()


async def test_a_domain_shows_its_tasks_only_and_a_search_without_result_says_so(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.get_by_role("button", name="Audio", exact=True).click()
        await expect(page.locator(CARDS)).to_have_count(3)
        await expect(page.get_by_role("button", name="Audio", exact=True)).to_have_attribute("aria-pressed", "true")
        await page.get_by_role("searchbox").fill("lighthouse")
        await expect(page.locator("#no-match", has_text="No task matches")).to_be_visible()
        await page.get_by_role("button", name="show all tasks").click()
        await expect(page.locator(CARDS)).to_have_count(len(all_tasks()))
        await expect(page.get_by_role("searchbox")).to_have_value("")


async def test_the_badge_says_who_answers_and_where_inputs_go(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        where = page.get_by_text("What you enter goes to that machine and no further.")
        await expect(where).to_be_hidden()
        await page.locator("#masthead summary").focus()
        await page.keyboard.press("Enter")
        await expect(where).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(where).to_be_hidden()
        await page.locator("#masthead summary").click()
        await page.locator("#search").click()
        await expect(where).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_what_the_badge_opens_is_within_the_window(app: Server, browser: Browser, width: int) -> None:
    async with watched_page(browser, app.url, viewport={"width": width, "height": 844}) as page:
        await page.locator("#masthead summary").click()
        box = await page.locator("#masthead .badge > div").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


async def test_the_keyboard_alone_leads_to_a_result_and_back(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(5, 0.01))
    async with watched_page(browser, app.url) as page:
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await focused(page, "id") == "search":
                break
        await page.keyboard.type("continue a text")
        for _ in range(10):
            await page.keyboard.press("Tab")
            if await focused(page, "dataset.task") == "text-generation":
                break
        await page.keyboard.press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page.get_by_role("heading", name="Continue a text")).to_be_focused()
        await page.go_back()
        await expect(page.locator(FRONT)).to_be_visible()
        assert await focused(page, "dataset.task") == "text-generation"


async def test_on_a_phone_the_front_page_fits_and_one_tap_shows_a_result(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url, viewport=PHONE, has_touch=True) as page:
        for width in (320, 390, 600, 721, 901, 1280):
            await page.set_viewport_size({"width": width, "height": 844})
            assert not await scrolls_sideways(page), width
        await page.set_viewport_size(PHONE)
        await page.locator("#masthead summary").tap()
        assert not await scrolls_sideways(page)
        await page.locator("#front .card[data-task=token-classification]").tap()
        await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=30_000)
        await expect(page.locator(RUN)).to_be_in_viewport()
        assert not await scrolls_sideways(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_front_page_can_be_read(app: Server, browser: Browser, scheme: str) -> None:
    async with watched_page(browser, app.url, color_scheme=scheme, viewport=DESKTOP) as page:
        await expect(page.locator("#front .level").first).not_to_be_empty()
        await page.locator("#masthead summary").click()
        assert await page.evaluate(LOW_CONTRAST) == []
