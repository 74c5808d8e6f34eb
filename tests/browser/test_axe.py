"""axe-core finds nothing wrong: the front page, every task and state, in English in light or in German in dark."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tasks.registry import Task, all_tasks
from tests.support import processes, upstream
from tests.support.axe import faults, rules
from tests.support.endpoint import Answering
from tests.support.every_task import TELLING
from tests.support.pages import (
    CLEAR,
    DESKTOP,
    FRONT,
    MODEL,
    PHONE,
    RUN,
    STOP,
    TOAST,
    click_example,
    let_colours_settle,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANGUAGES = {
    "en": {"locale": "en-US", "viewport": DESKTOP, "color_scheme": "light"},
    "de": {"locale": "de-DE", "viewport": PHONE, "color_scheme": "dark"},
}
"""English in light on a wide screen; German, whose words are longer, in dark on a phone."""
TASKS = {task.id: task for task in all_tasks()}
FEW = ["conversational", "table-question-answering", "text-to-image"]
"""Those that are checked in every run of the tests."""

# What Gradio calls a field that was given no name.
UNNAMED = {"", "Textbox", "Number", "Dropdown", "Checkbox", "Image", "Audio", "Dataframe", "HTML"}
FIELDS = ["textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio", "button", "link", "image"]

DRAWER = ".label-wrap:not(.open):visible, details:not([open]) > summary:visible"
SECOND = ".second-model:visible"
LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]


@asynccontextmanager
async def shown(browser: Browser, address: str, language: str, *, may_log_errors: bool = False) -> AsyncIterator[Page]:
    """A page in a language. Nothing moves in it, or colours would be on their way."""
    looks = {"reduced_motion": "reduce", **LANGUAGES[language]}
    async with watched_page(browser, address, may_log_errors=may_log_errors, **looks) as page:
        await expect(page.locator("body.dark")).to_have_count(int(looks["color_scheme"] == "dark"))
        yield page


async def expect_no_fault(page: Page, state: str, within: str = "html") -> None:
    await let_colours_settle(page)
    found = await faults(page, within)
    assert not found, "\n".join([f"{state}:", *found])


async def each_opened(page: Page, openers: Locator) -> AsyncIterator[str]:
    """Press every one that there is now, one after the other, and Escape before the next."""
    for opener in await openers.all():
        name = await opener.evaluate("(one) => one.ariaLabel ?? one.textContent.trim()")
        await opener.click()
        await page.wait_for_timeout(200)  # Gradio lets a list fade in
        yield name
        await page.keyboard.press("Escape")


async def open_drawers(page: Page) -> None:
    """Open all that can be opened in place, and what is in it."""
    while await page.locator(DRAWER).count():
        await page.locator(DRAWER).first.click()
        await page.wait_for_timeout(50)
    await page.wait_for_timeout(400)  # their contents are made when they open


async def unnamed_fields(page: Page) -> set[tuple[str, str]]:
    """The roles of fields whose names do not say what they are for, with these names."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    nodes = [
        (one["role"]["value"], one.get("name", {}).get("value", "")) for one in tree["nodes"] if not one["ignored"]
    ]
    return {(role, name) for role, name in nodes if role in FIELDS and name.strip() in UNNAMED}


async def check_task(page: Page, task: Task) -> None:
    """A task in all its states: filled in wrongly, answered, old, everything open, beside a second model."""
    await expect_no_fault(page, "as opened")
    async for name in each_opened(page, page.locator("[role=combobox]:visible")):
        await expect_no_fault(page, f"the list of {name}", "[role=listbox]")
    await page.locator(RUN).click()  # with nothing filled in
    await page.wait_for_timeout(300)
    await expect_no_fault(page, "nothing filled in")
    await click_example(page, task.id)
    await page.wait_for_timeout(300)  # waves and pictures come late
    await expect_no_fault(page, "answered")
    await open_drawers(page)
    await expect_no_fault(page, "all drawers open")
    assert await unnamed_fields(page) == set()
    async for name in each_opened(page, page.locator("[aria-haspopup=dialog]:visible")):
        await expect(page.locator("dialog:modal")).to_be_visible()
        await expect_no_fault(page, f"the dialog {name}", "dialog:modal")
    await page.locator(".compare:visible").click()
    await page.locator(SECOND).wait_for()
    await page.locator(CLEAR).click()
    await click_example(page, task.id)
    await expect(page.locator(".second .status:visible :is(.done, .refused)")).to_be_visible()
    await expect(page.locator(STOP)).to_have_count(0)
    # Where Run sticks over what scrolls below it, axe counts what is half covered as too small to hit.
    await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    await expect_no_fault(page, "compared")
    await page.locator(MODEL).first.press_sequentially("x")
    await expect_no_fault(page, "its answer is old")


async def check_front(page: Page) -> None:
    await expect_no_fault(page, "front page")
    await open_drawers(page)
    await expect_no_fault(page, "the badge is open")
    await page.locator("#search").fill("xylophone quartet")
    await expect_no_fault(page, "nothing found")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_front_page_has_no_fault(app: Server, browser: Browser, language: str) -> None:
    async with shown(browser, app.url, language) as page:
        await check_front(page)


def _marks(number: int, task_id: str, language: str) -> list[pytest.MarkDecorator]:
    """Three tasks are checked in every run, those that have anything new in one language among the slow tests."""
    if task_id in FEW and language == "en":
        return []
    seen = task_id in TELLING and task_id not in FEW and language == ["en", "de"][number % 2]
    return [pytest.mark.slow if seen else pytest.mark.exhaustive]


@pytest.mark.parametrize(
    ("task_id", "language"),
    [
        pytest.param(task_id, language, marks=_marks(number, task_id, language))
        for number, task_id in enumerate(TASKS)
        for language in LANGUAGES
    ],
)
async def test_a_task_has_no_fault(app: Server, browser: Browser, task_id: str, language: str) -> None:
    async with shown(browser, f"{app.url}?task={task_id}", language) as page:
        await check_task(page, TASKS[task_id])


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_state_of_a_run_has_a_fault(endpoint: Answering, browser: Browser, language: str) -> None:
    app = endpoint(upstream.silence(20))
    async with shown(browser, f"{app.url}?task=text-classification", language, may_log_errors=True) as page:
        await page.locator(".examples:visible .chip").first.click()
        await expect(page.locator(STOP)).to_be_visible()
        await expect_no_fault(page, "running")
        await page.locator(STOP).click()
        await expect(page.locator(STOP)).to_be_hidden()
        await expect_no_fault(page, "stopped")

        app.model.begin_again(upstream.answers({"error": "Out of order."}, 500))
        await page.locator(RUN).click()
        await expect(page.locator(TOAST)).to_be_visible()
        await expect_no_fault(page, "failed")
        app.model.begin_again(upstream.answers({"error": "Not this text."}, 422))
        await page.locator(RUN).click()
        await expect(page.locator(".refusal:visible")).to_be_visible()
        await expect_no_fault(page, "refused")

        await visit(page, f"{app.url}?task=no-such-task")
        await expect(page.locator(FRONT)).to_be_visible()
        await expect_no_fault(page, "an unknown task")


async def test_what_the_gallery_puts_right_is_wrong_in_gradio(browser: Browser) -> None:
    with processes.bare_gradio() as bare:
        page = await browser.new_page()
        await page.goto(bare.url)
        await page.locator(".json-node").first.wait_for()
        await page.get_by_label("Play").first.wait_for()
        found = await faults(page)
        # What Gradio has put right goes from tasks/gallery/access/.
        assert rules(found) == {
            *("aria-prohibited-attr", "button-name", "color-contrast", "image-redundant-alt", "target-size"),
            "page-has-heading-one",
        }
        drawer = page.locator(".drawer button.label-wrap")
        assert await drawer.get_attribute("aria-expanded") is None
        tabs = page.get_by_role("tablist")
        assert await tabs.get_attribute("aria-label") is None
        await page.close()
