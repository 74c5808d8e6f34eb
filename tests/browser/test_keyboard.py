"""A visit without a mouse: from the front page into a task, a run, its details, and back."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import FRONT, RUN, STATUS, STOP, press_and_wait, watched_page

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Everything that Tab reaches shows that it is reached: a ring, or the frame that a chat has around its box.
_FOCUSED = """() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return {
    is: one.tagName.toLowerCase() + [...one.classList].map((name) => `.${name}`).join(""),
    says: (one.ariaLabel ?? one.innerText ?? "").trim(),
    for: one.dataset.task ?? "",
    isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && one.checkVisibility(),
  };
}"""


async def tab_to(page: Page, selector: str, *, most: int = 40, back: bool = False) -> None:
    """Press Tab until this has the focus; on the way everything that has it is seen to have it."""
    for _ in range(most):
        await page.keyboard.press("Shift+Tab" if back else "Tab")
        reached = await page.evaluate(_FOCUSED)
        assert reached["isSeen"], reached
        if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}.")


async def test_a_task_is_found_run_stopped_and_left_by_keyboard_alone(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers([{"translation_text": "Bonjour"}]))
    async with watched_page(browser, app.url) as page:
        await tab_to(page, "#search")
        await page.keyboard.type("translate")
        await tab_to(page, "a.card")
        await page.keyboard.press("Enter")
        # It opens, its example runs, and the focus is in it.
        await expect(page.get_by_role("heading", name="Translate a text")).to_be_focused()
        await expect(page.locator(STATUS)).to_contain_text("✓ done")

        await tab_to(page, ".chip:nth-child(2)")
        await press_and_wait(page, "Enter")
        await expect(page.get_by_label("Text", exact=True)).to_have_value("Thank you very much.")
        await tab_to(page, ".inputs textarea")
        await page.keyboard.press("Control+A")
        await page.keyboard.type("Good day")

        app.model.begin_again(upstream.silence(20))
        await tab_to(page, "button.run")
        await page.keyboard.press("Enter")
        await expect(page.locator(STOP)).to_be_focused()
        await app.model.wait_for_requests(1)
        await page.wait_for_timeout(600)  # a second press within half a second is taken for a slip
        await page.keyboard.press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        await expect(page.locator(RUN)).to_be_focused()

        app.model.begin_again(upstream.answers([{"translation_text": "Bonjour"}], 200, **{"x-engine": "an engine"}))
        await press_and_wait(page, "Space")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page.locator(RUN)).to_be_focused()
        assert b"Good day" in app.model.requests[0][2]
        await tab_to(page, ".status summary")
        await page.keyboard.press("Enter")
        await expect(page.locator(".status details")).to_have_attribute("open", "")

        await tab_to(page, "a.home", back=True)
        await page.keyboard.press("Enter")
        await expect(page.locator(FRONT)).to_be_visible()
        await expect(page.locator("a.card[data-task=translation]")).to_be_focused()


async def test_a_key_that_is_held_down_runs_once(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.silence(20))
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await page.locator(RUN).focus()
        for _ in range(12):
            await page.keyboard.down("Enter")
            await page.wait_for_timeout(100)
        await page.keyboard.up("Enter")
        await expect(page.locator(STOP)).to_be_focused()
        await expect(page.locator(STATUS)).to_contain_text("● running")
        assert len(app.model.requests) == 1
        await page.locator(STOP).press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")


async def test_enter_in_a_parameter_of_one_line_runs_and_elsewhere_it_does_not(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.tokens(2, 0.01))
    async with watched_page(browser, f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=4") as page:
        await page.locator(".parameters:visible .label-wrap").click()
        for label in ("max_new_tokens", "stop Texts that end"):
            await page.get_by_label(label).focus()
            await press_and_wait(page, "Enter")
        assert len(app.model.requests) == 2
    async with watched_page(browser, f"{app.url}?task=summarization#text=Once") as page:
        await page.locator(".parameters:visible .label-wrap").click()
        await page.get_by_label("Text", exact=True).press("Enter")  # begins a line
        await page.get_by_label("max_length", exact=True).dispatch_event(
            "keydown", {"key": "Enter", "isComposing": True, "bubbles": True}
        )
    async with watched_page(browser, f"{app.url}?task=token-classification#text=Once") as page:
        await page.locator(".parameters:visible .label-wrap").click()
        await page.get_by_label("aggregation_strategy", exact=True).click()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")  # chooses from a list
        await page.wait_for_timeout(300)
        assert len(app.model.requests) == 2
