"""Hostile words of a model, a server and a visitor stay words: no request, no dialog, no element of theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tasks.fields import Lines, Table, Text, Words
from tasks.registry import Task
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.every_task import EVERY_TASK
from tests.support.hostile import MARK, counting, hostile_answer, hostile_error, hostile_words
from tests.support.pages import (
    MODEL,
    RESULT,
    RUN,
    STATUS,
    TOAST,
    WIRE,
    click_example,
    expect_refusal,
    run,
    type_into_cell,
    watched_page,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

# An attribute that fetches, leads somewhere or changes how things look, and holds the mark; or an element that does.
_THEIRS = """(mark) => {
  const attributes = ["src", "srcset", "srcdoc", "href", "xlink:href", "action", "formaction", "style", "class",
    "background", "poster", "data", "content", "onerror", "onload", "ontoggle"];
  // A link of the chat's Markdown to another site, which opens apart and does nothing else.
  const leads = (one) => one.matches(".turn.bot .words a[href^=http]")
    && [...one.attributes].map((each) => each.name).sort().join() === "href,rel,target"
    && one.rel === "noopener noreferrer nofollow" && one.target === "_blank";
  const marked = (one) => attributes.some((name) => one.getAttribute(name)?.includes(mark))
    || (one.localName === "style" && one.textContent.includes(mark));
  const all = [...document.querySelectorAll("*")].filter((one) => one.localName !== "script");
  return all.filter((one) => marked(one) && !leads(one)).map((one) => one.outerHTML.slice(0, 200));
}"""
_FOREIGN = "form, iframe, object, embed, base + base, math, .katex, .mermaid, plaintext, meta[http-equiv=refresh]"
_FOREIGN += ", details:not(.status *)"


@asynccontextmanager
async def harmless_page(browser: Browser, address: str, beacon: list[str]) -> AsyncIterator[Page]:
    """A page that fails the test if it asked a foreign server, opened a dialog or took over an element."""
    async with watched_page(browser, address) as page:
        asked, dialogs = [], []
        page.on("request", lambda request: asked.append(request.url) if MARK in request.url else None)
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        foreign = await page.locator(_FOREIGN).count()
        yield page
        await page.wait_for_timeout(200)  # for what is fetched late
        assert await page.evaluate(_THEIRS, MARK) == []
        assert await page.locator(_FOREIGN).count() == foreign
        assert (asked, dialogs, beacon) == ([], [], [])
        assert page.url.startswith(address.partition("?")[0])


async def type_everywhere(page: Page, task: Task, words: list[str]) -> None:
    """Write the words into every text, list and table of the task, beginning with its example for the files."""
    await click_example(page, task.id)
    stage = page.locator(".stage:visible")
    for parameter in task.user_inputs:
        match parameter.field:
            case Text(label=label):
                await stage.get_by_label(label, exact=True).fill("\n\n".join(words))
            case Lines(label=label) | Words(label=label):
                lines = [" ".join(word.split()) for word in words]
                separator = "\n" if isinstance(parameter.field, Lines) else ", "
                await (
                    stage.locator("label", has_text=label).locator("textarea, input").first.fill(separator.join(lines))
                )
            case Table():
                await type_into_cell(page, "cell-0-0", words[0], "Enter")
                await type_into_cell(page, "cell-1-1", words[5], "Enter")


@pytest.mark.parametrize("task", EVERY_TASK)
async def test_hostile_words_are_shown_as_words(endpoint: Answering, browser: Browser, task: Task) -> None:
    answer, asked = counting()
    async with upstream.serving(answer) as beacon:
        words = hostile_words(beacon.url)
        app = endpoint(hostile_answer(task.id, words))
        async with harmless_page(browser, f"{app.url}?task={task.id}", asked) as page:
            await type_everywhere(page, task, words)
            await run(page)
            await page.locator(WIRE).click()
            await expect(page.locator(WIRE)).to_contain_text("response")
            app.model.begin_again(hostile_error(words))
            if task.id == "conversational":
                await page.get_by_label("Message", exact=True).fill(words[0])
            await run(page, "✗")
            await expect_refusal(page, "<img src=")
            app.model.begin_again(hostile_error(words, 500))
            await run(page, "✗")
            await expect(page.locator(TOAST).last).to_contain_text("<img src=")
            await expect(page.locator(STATUS)).to_contain_text("<img src=")


async def test_a_hostile_name_of_a_model_is_quoted_as_words(endpoint: Answering, browser: Browser) -> None:
    answer, asked = counting()
    async with upstream.serving(answer) as beacon:
        app = endpoint(upstream.answers([]))
        async with harmless_page(browser, f"{app.url}?task=text-classification", asked) as page:
            await click_example(page, "text-classification")
            for word in (one for one in hostile_words(beacon.url) if not one.isidentifier()):
                await page.locator(MODEL).fill(" ".join(word.split())[:480])
                await run(page, "✗")


async def test_a_visitors_words_are_shown_as_they_were_written_and_no_html_of_a_model_is_lost(
    endpoint: Answering, browser: Browser
) -> None:
    answer, asked = counting()
    async with upstream.serving(answer) as beacon:
        words = hostile_words(beacon.url)
        app = endpoint(hostile_answer("conversational", words))
        async with harmless_page(browser, f"{app.url}?task=conversational", asked) as page:
            await page.get_by_label("Message", exact=True).fill("  indented\n\n*not Markdown* <b>&amp;</b>")
            await page.locator(RUN).click()
            await expect(page.locator(STATUS)).to_contain_text("✓ done")
            shown = [
                await page.locator(f"{RESULT} [data-testid={who}] .words").text_content() for who in ("user", "bot")
            ]
    assert shown[0] == "  indented\n\n*not Markdown* <b>&amp;</b>"
    answer = "".join((shown[1] or "").split())
    # Markdown reads &colon; as a colon, and a ">" that begins a line as a quotation.
    html = [word for word in words if word.startswith("<") and "&" not in word and "\n" not in word]
    assert [word for word in html if "".join(word.split()) not in answer] == []
