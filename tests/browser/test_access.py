"""The page without a screen, a mouse or motion: what is said, where Tab and the arrows lead, and that nothing moves."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tasks.registry import all_tasks
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.heard import heard, listen
from tests.support.pages import (
    FRONT,
    RUN,
    STATUS,
    STOP,
    click_example,
    expect_refusal,
    run,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "?task=text-generation"

_MOVES = """() => document.getAnimations()
  .filter(({ playState, effect }) => playState === "running" && effect.getComputedTiming().activeDuration > 1)
  .map((one) => one.animationName ?? String(one))"""


async def value_of(slider: Locator) -> int:
    """Where it is, once it is still."""
    await slider.page.wait_for_timeout(300)
    return int(await slider.get_attribute("aria-valuenow") or 0)


async def focused(page: Page) -> str:
    """What has the focus: its tag, or what it says if that is short."""
    return await page.evaluate("(document.activeElement.innerText ?? '').trim() || document.activeElement.localName")


async def test_a_run_is_announced_when_it_begins_and_when_it_ends_and_not_at_every_token(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.tokens(40, 0.02))
    async with watched_page(browser, app.url + TEXT) as page:
        await page.locator(".inputs:visible textarea").fill("Once")
        await listen(page)
        await run(page)
        begun, ended = await heard(page)
        assert begun == "running"
        assert re.match(r"done, \d+\.\d+ s, .*Once word0 word1 word2", ended)


async def test_an_answer_of_a_chat_is_announced_once_and_whole(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        await listen(page)
        await click_example(page, "conversational")
        begun, ended = await heard(page)
        assert begun == "running"
        answer = await page.locator(".turn.bot .words").inner_text()
        assert " ".join(answer.split())[:100] in ended


@pytest.mark.parametrize(
    ("task_id", "answer"),
    [
        ("text-classification", "POSITIVE 98.8%"),
        ("token-classification", "Maria Schmidt"),
        ("object-detection", "QR code 100.0%"),
        ("table-question-answering", "Answer: Lisbon"),
        ("automatic-speech-recognition", "never do it for free"),
    ],
)
async def test_the_answer_itself_is_announced(app: Server, browser: Browser, task_id: str, answer: str) -> None:
    async with watched_page(browser, f"{app.url}?task={task_id}") as page:
        await listen(page)
        await click_example(page, task_id)
        begun, ended = await heard(page)
        assert begun == "running"
        assert answer in ended


async def test_a_refusal_is_announced_with_its_reason(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=fill-mask") as page:
        await page.get_by_label("Text with [MASK]", exact=True).fill("There is nothing to fill in.")
        await listen(page)
        await run(page, "✗")
        begun, ended = await heard(page)
        assert begun == "running"
        assert ended.startswith("no answer") and "[MASK]" in ended and "This works" not in ended


async def test_a_fault_is_announced_once(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Out of order."}, 500))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await listen(page)
        await run(page, "✗")
        begun, ended = await heard(page)
        assert begun == "running"
        assert "Out of order" in ended


async def test_a_stopped_run_and_a_countdown_are_announced_once(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Loading", "estimated_time": 20}, 503))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await listen(page)
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("the model is loading")
        await page.wait_for_timeout(2500)
        await page.locator(STOP).click()
        begun, loads, stops = await heard(page)
        assert begun == "running"
        assert loads.startswith("the model is loading")
        assert stops.startswith("stopped")


async def test_a_field_at_fault_says_why_to_who_is_in_it(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        await page.locator(RUN).click()
        box = page.get_by_label("Text", exact=True)
        await expect(box).to_be_focused()
        await expect(box).to_have_attribute("aria-invalid", "true")
        await expect(box).to_have_accessible_description(re.compile("Text"))
        await expect_refusal(page, "Text")
        await box.fill("Hello")
        await expect(box).not_to_have_attribute("aria-invalid", "true")
        await expect(box).to_have_accessible_description("")


async def test_what_is_copied_is_announced(app: Server, browser: Browser) -> None:
    async with watched_page(
        browser, f"{app.url}?task=text-classification", permissions=["clipboard-write", "clipboard-read"]
    ) as page:
        await click_example(page, "text-classification")
        await page.wait_for_timeout(500)
        await listen(page)
        await page.locator(".tools:visible [data-do=copy]").click()
        assert await heard(page) == ["Copied"]
        await page.locator(".copy-link:visible").click()
        (copied,) = await heard(page)
        assert copied.startswith("Copied: the link opens this task with what is in it.")


async def test_the_number_of_tasks_found_is_announced_once_nothing_more_is_typed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await listen(page)
        await page.locator("#search").press_sequentially("speech", delay=60)
        shown = await page.locator(f"{FRONT} .card:visible").count()
        assert await heard(page) == [f"{shown} tasks"]
        await page.locator("#search").fill("xylophone quartet")
        [nothing] = await heard(page)
        assert nothing.startswith("No task matches")
        await page.get_by_role("button", name="show all tasks").press("Enter")
        assert await heard(page) == [f"{len(all_tasks())} tasks"]
        await expect(page.locator("#search")).to_be_focused()
        await page.locator("#search").fill("sentiment")
        assert await heard(page) == ["1 task"]


async def test_an_unknown_task_is_announced(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=no-such-task") as page:
        await expect(page.locator(".announcer")).to_contain_text("There is no task with the name")


async def test_the_first_stop_of_tab_skips_to_what_is_shown(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        await expect(page.locator(".skip")).to_be_in_viewport(ratio=1)
        await page.keyboard.press("Enter")
        assert (await focused(page)).startswith("See what models can do")
        await page.keyboard.press("Tab")
        await expect(page.locator("a.start").first).to_be_focused()
        await visit(page, f"{app.url}?task=translation#text=Hello")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Translate a text")).to_be_focused()
        assert page.url.endswith("?task=translation#text=Hello")


async def test_arrows_home_and_end_lead_through_the_tabs_and_enter_opens_one(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        strip = page.get_by_role("tablist", name="Language")
        translation = strip.get_by_role("tab", name="Translation")
        await translation.focus()
        for key, reached in (
            ("ArrowRight", "Zero-Shot Classification"),
            ("ArrowRight", "Conversational"),
            ("ArrowLeft", "Zero-Shot Classification"),
            ("Home", "Conversational"),
            ("End", "Zero-Shot Classification"),
            ("ArrowLeft", "Translation"),
            ("ArrowLeft", "Token Classification"),
        ):
            await page.keyboard.press(key)
            assert await focused(page) == reached
        await expect(translation).to_have_attribute("aria-selected", "true")  # nothing was opened on the way

        # Tab leaves the strip, and comes back to the tab that is open.
        await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("tab", name="Language", exact=True)).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(translation).to_be_focused()
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Find names in a text")).to_be_visible()
        await expect(strip.get_by_role("tab", name="Token Classification")).to_be_focused()


async def test_the_focus_is_in_what_is_shown_whenever_the_view_changes(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.locator("a.card[data-task=translation]").press("Enter")
        await expect(page.get_by_role("heading", name="Translate a text")).to_be_focused()
        await page.go_back()
        await expect(page.locator("a.card[data-task=translation]")).to_be_focused()
        await page.go_forward()
        await expect(page.get_by_role("heading", name="Translate a text")).to_be_focused()
        await page.locator("a.home").press("Enter")
        await expect(page.locator("a.card[data-task=translation]")).to_be_focused()

    async with watched_page(browser, f"{app.url}?task=fill-mask") as page:
        await page.get_by_label("Text with [MASK]", exact=True).fill("There is nothing to fill in.")
        await run(page, "✗")
        await page.locator(".refusal:visible button").first.press("Enter")  # which goes with its card
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page.locator(RUN)).to_be_focused()


async def test_the_parts_of_the_page_are_landmarks_with_names(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await expect(page.get_by_role("banner").get_by_role("heading", name="Inference Gallery")).to_be_visible()
        await expect(page.get_by_role("main")).to_have_count(1)
        await expect(page.get_by_role("main").get_by_role("navigation", name="Tasks")).to_be_visible()
        await visit(page, f"{app.url}?task=translation")
        for name in ("Kinds of tasks", "Language"):
            await expect(page.get_by_role("navigation", name=name).get_by_role("tablist", name=name)).to_be_visible()
        await expect(page.get_by_role("tabpanel", name="Translation")).to_be_visible()
        await expect(page.get_by_role("region", name="Inputs").get_by_label("Text", exact=True)).to_be_visible()
        await click_example(page, "translation")
        await expect(page.get_by_role("region", name="Result").locator(STATUS)).to_be_visible()


async def test_a_drawer_says_whether_it_is_open(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        drawer = page.get_by_role("button", name="Request and response", exact=True)
        await expect(drawer).to_have_attribute("aria-expanded", "false")
        await drawer.press("Enter")
        await expect(drawer).to_have_attribute("aria-expanded", "true")


async def test_two_pictures_are_compared_by_keyboard(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-image") as page:
        await click_example(page, "image-to-image")
        line = page.get_by_role("slider", name="Before and after")
        await line.focus()
        middle = await value_of(line)
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("ArrowLeft")
        left = await value_of(line)
        assert left == pytest.approx(middle - 10, abs=2)
        await page.keyboard.press("End")
        right = await value_of(line)
        await page.keyboard.press("Home")
        assert await value_of(line) < left < middle < right


async def test_a_picture_that_was_made_says_what_it_was_made_from(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-to-image") as page:
        await click_example(page, "text-to-image")
        await expect(page.get_by_role("img", name=re.compile("Result: An astronaut riding a horse"))).to_be_visible()


async def test_while_a_run_goes_on_no_example_can_be_filled_in(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.silence(20))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await page.locator(RUN).click()
        chip = page.locator(".examples:visible .chip").first
        await expect(chip).to_be_disabled()
        await chip.press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("running")
        await page.wait_for_timeout(600)  # Stop is not pressed by the second press of Run
        await expect(page.get_by_label("Text", exact=True)).to_have_value("Hello")
        await page.locator(STOP).click()
        await expect(chip).to_be_enabled()


async def test_nothing_moves_for_who_wants_no_motion(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.silence(20))
    async with watched_page(browser, f"{app.url}?task=conversational", reduced_motion="reduce") as page:
        await page.locator(".stage:visible textarea").fill("Hello")
        await page.locator(RUN).click()
        await expect(page.locator(".turn.waiting")).to_be_visible()
        await page.wait_for_timeout(500)
        assert await page.evaluate(_MOVES) == []
        await page.locator(STOP).click()
        await page.locator("a.home").click()
        await page.locator(".card").first.hover()
        assert await page.evaluate(_MOVES) == []


async def test_a_toast_stays_to_be_read_without_motion(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Out of order."}, 500))
    async with watched_page(browser, f"{app.url}?task=text-classification", reduced_motion="reduce") as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await run(page, "✗")
        await page.wait_for_timeout(3000)
        await expect(page.locator(".toast-body.error")).to_be_visible()
