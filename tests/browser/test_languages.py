"""The page in German: chosen by the browser, by the visitor or by a link."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from inference_core import words
from tasks.registry import Task
from tasks.translations import translated
from tasks.views import Messages
from tests.support.every_task import EVERY_TASK
from tests.support.pages import MODEL, PHONE, RUN, STATUS, click_example, run, scrolls_sideways, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

GERMAN = {"locale": "de-DE"}


def said(key: str, **arguments: object) -> str:
    with words.in_language("de"):
        return words.text(key, **arguments)


async def switch(page: Page, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("link", name=name, exact=True).click()


async def test_a_german_browser_gets_a_german_page(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url, **GERMAN) as page:
        await expect(page.locator("html[lang=de]")).to_be_attached()
        await expect(page.locator("#front .slogan")).to_contain_text(said("page.front.slogan").split(". ")[0])
        await page.locator("#search").fill("Zusammenfassung")
        await expect(page.locator("#front .card:visible")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(page.locator(RUN)).to_have_text(said("page.task.run"), use_inner_text=True)
        await expect(page.locator(STATUS)).to_contain_text(said("page.states.done"))
        assert re.search(r"\d,\d\d s", await page.locator(STATUS).inner_text())


async def test_the_switch_keeps_what_was_typed_and_is_remembered(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification", **GERMAN) as page:
        await page.locator(".inputs:visible textarea").first.fill("What a day!")
        await expect(page).to_have_url(re.compile("text=What"))
        await switch(page, "English")
        await expect(page.locator("html[lang=en]")).to_be_attached()
        await expect(page.locator(RUN)).to_have_text("Run", use_inner_text=True)
        await expect(page.locator(".inputs:visible textarea").first).to_have_value("What a day!")
        await page.reload()
        await expect(page.locator("html[lang=en]")).to_be_attached()
        await switch(page, "Deutsch")
        await expect(page.locator(RUN)).to_have_text(said("page.task.run"), use_inner_text=True)
        await expect(page.locator(".inputs:visible textarea").first).to_have_value("What a day!")


async def test_a_link_opens_in_the_language_that_was_chosen_and_says_so_to_no_server(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification", **GERMAN) as page:
        await switch(page, "English")
        await page.locator(".inputs:visible textarea").first.fill("Fine.")
        await expect(page).to_have_url(re.compile(r"#lang=en&text=Fine"))
        link = page.url
    async with watched_page(browser, link, **GERMAN) as page:
        await expect(page.locator("html[lang=en]")).to_be_attached()
        await expect(page.locator(".inputs:visible textarea").first).to_have_value("Fine.")
        assert page.url == link
    assert "lang=en" not in "".join(app.output)


async def test_gradios_own_words_are_in_the_pages_language(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification", **GERMAN) as page:
        await expect(page.locator(".inputs:visible").get_by_text("Bild hier ablegen")).to_be_visible()
        await expect(page.locator("footer .show-api")).to_have_text("Über API oder MCP nutzen")
        await switch(page, "English")
        await expect(page.locator(".inputs:visible").get_by_text("Drop Image Here")).to_be_visible()
        await expect(page.locator("footer .show-api")).to_have_text("Use via API or MCP")


async def test_a_german_table_of_scores_opens_in_a_german_spreadsheet(
    app: Server, browser: Browser, tmp_path: Path
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification", **GERMAN) as page:
        await click_example(page, "text-classification")
        await expect(page.locator(".outcome:visible .number").first).to_contain_text(",")
        async with page.expect_download() as download:
            await page.locator("[data-do=csv]:visible").click()
        file = tmp_path / "scores.csv"
        await (await download.value).save_as(file)
    head, first, *_ = file.read_text(encoding="utf-8-sig").splitlines()
    assert head == f"{said('results.scores.label')};{said('results.scores.score')}"
    assert re.fullmatch(r"POSITIVE;0,\d+", first)


ENGLISH = re.compile(r"\b(the|and|is|are|of|with|without|not|you|your|this|that|what|which|here|to|from|by)\b", re.I)
"""Words that no German sentence has."""

# What stands on the page, and what a screen reader or a pointer is told: not what Gradio, models and engines say.
SHOWN = """() => {
  const answers = ".announcer, .outcome .result, .examples, .answer, .caption, .thumb, .code-panel pre, code";
  const gradios = "footer, .status details, .upload-container, [data-testid], .source-selection, .icon-button-wrapper";
  const theirs = `script, style, svg, [lang=en], .cm-editor, ${answers}, ${gradios}`;
  const found = [];
  const add = (element, text) => {
    if (text?.trim() && !element.closest(theirs) && element.checkVisibility()) found.push(text.trim());
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) add(walker.currentNode.parentElement, walker.currentNode.textContent);
  for (const element of document.querySelectorAll("[placeholder], [title], [aria-label]")) {
    for (const name of ["placeholder", "title", "aria-label"]) add(element, element.getAttribute(name));
  }
  return found;
}"""


def texts_of(task: Task) -> set[str]:
    """What the task's declaration says in English and in German otherwise."""
    fields = [one.field for one in (*task.inputs, *task.parameters)]
    texts = [task.title, task.verb, task.summary]
    texts += [getattr(field, name, "") for field in fields for name in ("label", "info", "placeholder", "empty")]
    with words.in_language("de"):
        return {text for text in texts if translated(text) != text}


async def open_drawers(page: Page) -> None:
    for drawer in await page.locator(".strip .label-wrap:visible, .code-panel .label-wrap:visible").all():
        await drawer.click()


@pytest.mark.parametrize("task", EVERY_TASK)
async def test_no_english_word_of_ours_stands_on_a_german_page(app: Server, browser: Browser, task: Task) -> None:
    found: set[str] = set()
    async with watched_page(browser, f"{app.url}?task={task.id}", **GERMAN) as page:
        found |= set(await page.evaluate(SHOWN))
        if task.view is not Messages:  # an empty message is not sent
            await run(page, "✗")
            found |= set(await page.evaluate(SHOWN))
        await click_example(page, task.id)
        await open_drawers(page)
        await page.locator("button.compare:visible").click()
        await expect(page.locator(".second-model:visible")).to_be_visible()
        found |= set(await page.evaluate(SHOWN))
    assert not found & texts_of(task)
    assert not [text for text in found if ENGLISH.search(text)]


async def test_no_english_word_of_ours_stands_on_the_german_front_page(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url, viewport=PHONE, **GERMAN) as page:
        await page.locator("#masthead .badge summary").click()
        found = set(await page.evaluate(SHOWN))
        assert not [text for text in found if ENGLISH.search(text)]
        assert not await scrolls_sideways(page)


async def test_what_gradio_says_in_english_only_is_said_in_german(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3", **GERMAN) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await run(page, "✓ fertig")
        copy = page.locator(".result:visible .icon-button")
        await expect(copy).to_have_accessible_name("Kopieren")
        await copy.click()
        await expect(copy).to_have_accessible_name("Kopiert")
        await expect(copy).to_have_attribute("title", "Kopiert")
        await page.locator(".wire:visible .label-wrap").click()
        await expect(page.locator(".wire:visible .json-holder")).to_be_visible()
        await expect(page.locator(".wire:visible").get_by_title("Kopieren")).to_have_count(1)
        await page.locator(MODEL).fill("builtin/nothing")
        await page.locator(RUN).click()
        await expect(page.locator(".toast-title")).to_have_text("Fehler")
