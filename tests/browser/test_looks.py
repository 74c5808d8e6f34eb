"""How the page looks: on a phone, in light and dark, to a screen reader; and that it needs no other host."""

import pytest
from playwright.async_api import Browser, expect

from tasks.registry import Task, all_tasks
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import (
    PHONE,
    RESULT,
    RUN,
    click_example,
    let_colours_settle,
    run,
    scrolls_sideways,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Every visible piece of text whose contrast with its background is below WCAG AA, with that contrast.
LOW_CONTRAST = """() => {
  const parse = (css) => {
    const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
    return css.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, behind(element.parentElement));
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest("footer, script, style")) continue;
    const back = behind(element);
    const [a, b] = [light(back), light(over(parse(getComputedStyle(element).color), back))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""


@pytest.mark.parametrize("task", {task.view: task for task in all_tasks()}.values(), ids=lambda task: task.id)
async def test_a_run_on_a_phone_scrolls_to_its_result(app: Server, browser: Browser, task: Task) -> None:
    async with watched_page(browser, f"{app.url}?task={task.id}", viewport=PHONE) as page:
        await expect(page.get_by_role("tab", name=task.title, exact=True)).to_be_in_viewport(ratio=0.9)
        await click_example(page, task.id)
        await expect(page.locator(RUN)).to_be_in_viewport()
        await expect(page.locator(RESULT)).to_be_in_viewport(ratio=0.3)
        assert not await scrolls_sideways(page)


async def test_a_very_long_word_does_not_widen_the_page_on_a_phone(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=token-classification", viewport=PHONE) as page:
        await page.get_by_label("Text", exact=True).fill("Maria Schmidt wrote " + "x" * 300 + " in Berlin.")
        await run(page)
        await expect(page.locator(f"{RESULT} mark").first).to_be_visible()
        assert not await scrolls_sideways(page)
        await page.locator(".model:visible").locator("textarea, input").fill("y" * 90 + "/" + "z" * 90)
        await run(page, "✗")
        assert not await scrolls_sideways(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_can_be_read(app: Server, browser: Browser, scheme: str) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation", color_scheme=scheme) as page:
        await page.locator(".parameters:visible").click()
        await click_example(page, "text-generation")
        await page.locator(RUN).hover()
        assert await page.evaluate("document.body.classList.contains('dark')") == (scheme == "dark")
        assert await page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize(
    "task_id",
    [
        *("text-classification", "token-classification", "table-question-answering", "conversational"),
        *("summarization", "feature-extraction", "object-detection"),
    ],
)
async def test_results_can_be_read(app: Server, browser: Browser, task_id: str) -> None:
    async with watched_page(browser, f"{app.url}?task={task_id}", color_scheme="light") as page:
        await click_example(page, task_id)
        assert await page.evaluate(LOW_CONTRAST) == []
        await page.emulate_media(color_scheme="dark")
        await expect(page.locator("body.dark")).to_be_attached()
        await let_colours_settle(page)
        assert await page.evaluate(LOW_CONTRAST) == []


async def test_a_screen_reader_gets_language_title_and_heading(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        assert await page.title() == "Inference Gallery"
        assert await page.locator("html").get_attribute("lang") == "en"
        await expect(page.get_by_role("heading", level=1)).to_have_text(["Inference Gallery"])


async def test_the_page_calls_no_other_host_and_stores_no_run_but_in_the_history_of_its_tab(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.answers([{"label": "POSITIVE", "score": 0.9}]))
    async with watched_page(browser, app.url) as page:
        called: list[str] = []
        page.on("request", lambda request: called.append(request.url))
        await visit(page, f"{app.url}?task=text-classification")
        await click_example(page, "text-classification")
        assert len(called) > 20
        assert [url for url in called if not url.startswith((app.url, "data:", "blob:"))] == []
        kept = await page.evaluate("[Object.entries(localStorage), Object.entries(sessionStorage)]")
        assert "support team" not in str(kept[0])
        assert not [name for name, text in kept[1] if "support team" in text and not name.startswith("gallery-run-")]
        assert await page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        config = await page.evaluate("fetch('config').then((answer) => answer.json())")
        assert config["analytics_enabled"] is False
