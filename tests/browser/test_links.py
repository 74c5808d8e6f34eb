"""Links that open a task again as a visitor left it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import (
    MODEL,
    RUN,
    STATUS,
    click_example,
    fill,
    run,
    scrolls_sideways,
    value,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMPT = 'Once & upon # a "time"\n= 100 % ü?'
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def kept(page: Page) -> dict[str, str]:
    """What the address of the page has behind the #."""
    return {name: text for name, [text] in parse_qs(urlsplit(page.url).fragment).items()}


async def copied(page: Page) -> str:
    await page.locator(".copy-link:visible").click()
    await expect(page.locator(".share:visible [role=status]")).to_contain_text("Copied")
    return str(await page.evaluate("navigator.clipboard.readText()"))


async def test_a_copied_link_opens_the_task_as_it_was_for_somebody_else(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation", **CLIPBOARD) as page:
        await fill(page, "Prompt", PROMPT)
        await page.locator(".parameters:visible .label-wrap").click()
        await fill(page, "max_new_tokens", "7")
        await page.locator(MODEL).fill("builtin/trigram-en-us")
        link = await copied(page)
        here = page.locator(".share:visible [role=status]")
        await expect(here).to_contain_text("opens this task with what is in it. This address works on this machine")
    async with watched_page(browser, link) as page:
        await expect(page.get_by_role("button", name="Parameters · 1 changed")).to_be_visible()
        await expect(page.locator(MODEL)).to_have_value("builtin/trigram-en-us")
        assert await value(page, "Prompt") == PROMPT
        await expect(page.locator(".abilities:visible dd").first).to_contain_text("word by word")
        await run(page)
        await expect(page.locator(STATUS)).to_contain_text("builtin/trigram-en-us")
        await expect(page.locator(STATUS)).to_contain_text(re.compile(r" [1-7] tokens"))  # two may come at once
        assert page.url == link


async def test_a_table_and_the_picture_of_an_example_come_back_and_nothing_runs(app: Server, browser: Browser) -> None:
    for task, place in (
        ("table-question-answering", "[data-testid=cell-0-0]:has-text('Lisbon')"),
        ("image-classification", "img"),
    ):
        async with watched_page(browser, f"{app.url}?task={task}", **CLIPBOARD) as page:
            await click_example(page, task)
            link = await copied(page)
        async with watched_page(browser, link) as page:
            await expect(page.locator(f".inputs:visible {place}").first).to_be_visible()
            await page.wait_for_timeout(500)
            assert await page.locator(STATUS).inner_text() == "" and page.url == link


async def test_the_url_of_a_picture_is_kept_after_its_run_and_one_with_a_secret_is_not(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification", **CLIPBOARD) as page:
        box = page.locator(".url:visible textarea, .url:visible input")
        await box.fill("https://pictures.example/cat.png")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("✗")
        await copied(page)
        assert kept(page) == {"image": "https://pictures.example/cat.png"}
        for secret in ("https://a.example/b?token=c", "https://me:word@a.example/b"):
            await box.fill(secret)
            await copied(page)
            assert kept(page) == {}
            await expect(page.locator(".share:visible [role=status]")).to_contain_text("does not have: Picture")


async def test_no_token_gets_into_the_address(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification", **CLIPBOARD) as page:
        await fill(page, "Text", "My token is hf_abcdefghijklmnopqrstuvwx, keep it.")
        await page.locator(MODEL).fill("https://me:secret@models.example/v1")
        assert "#" not in await copied(page)
        await expect(page.locator(".share:visible [role=status]")).to_contain_text("Text, Model")


async def test_what_is_too_long_is_left_out_and_named(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=summarization", **CLIPBOARD) as page:
        await fill(page, "Text", "A long text. " * 2000)
        await page.locator(MODEL).fill("builtin/minilm-lexrank")
        await copied(page)
        assert kept(page) == {"model": "builtin/minilm-lexrank"}
        await expect(page.locator(".share:visible [role=status]")).to_contain_text("does not have: Text")


async def test_reload_back_and_forward_keep_what_was_typed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await fill(page, "Text", "One")
        await expect(page).to_have_url(re.compile("#text=One$"))
        await page.reload()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")
        await page.locator("#masthead a.home").click()
        await expect(page).to_have_url(re.compile(r"/$"))
        await page.locator("#front a.card[data-task=fill-mask]").click()
        await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=20_000)
        await expect(page).to_have_url(re.compile("task=fill-mask#text=.*MASK"))
        await page.go_back()
        await page.go_back()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")
        await page.go_forward()
        await page.go_forward()
        await expect(page.locator("#tab-fill-mask h2")).to_be_visible()
        await expect(page).to_have_url(re.compile("task=fill-mask#text=.*MASK"))


async def test_another_fragment_in_the_same_page_is_taken(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification#text=One&nonsense=1&model=") as page:
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")
        await page.evaluate("location.hash = 'text=Two'")
        await expect(page.get_by_label("Text", exact=True)).to_have_value("Two")


async def test_what_is_behind_the_sign_reaches_no_server(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers([{"label": "good", "score": 0.9}]))
    asked: list[str] = []
    async with watched_page(browser, f"{app.url}?task=text-classification#text=one-canary") as page:
        page.on("request", lambda request: asked.append(request.url + str(request.headers)))
        await visit(page, f"{app.url}?task=text-classification#text=another-canary")
        await page.reload()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("another-canary")
    assert asked and not [one for one in asked if "canary" in one.partition("#")[0]]


async def test_a_code_for_the_room_shows_the_link(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await fill(page, "Text", "One")
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.locator(".show-code:visible").click()
        code = page.locator("dialog[open] img")
        await expect(code).to_have_attribute("alt", re.compile("task=text-classification#text=One$"))
        assert await code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        assert not await scrolls_sideways(page)
        await page.keyboard.press("Escape")
        await expect(code).to_be_hidden()
        await fill(page, "Text", "Long " * 1500)
        await page.locator(".show-code:visible").click()
        await expect(code).to_have_attribute("alt", re.compile("task=text-classification$"))


async def test_a_link_to_a_chat_says_that_what_was_said_is_not_in_it(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=conversational", **CLIPBOARD) as page:
        await copied(page)
        await expect(page.locator(".share:visible [role=status]")).to_contain_text("opens this task")
        await click_example(page, "conversational")
        await copied(page)
        await expect(page.locator(".share:visible [role=status]")).to_contain_text("the conversation so far")


async def test_the_example_that_a_card_opens_is_in_the_link_and_the_link_says_what_to_do(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, app.url, **CLIPBOARD) as page:
        await page.locator("#front a.card[data-task=document-question-answering]").click()
        await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=20_000)
        await fill(page, "Question", "When is it due?")
        link = await copied(page)
        assert kept(page) == {"question": "When is it due?", "example": "0"}
    async with watched_page(browser, link) as page:
        await expect(page.locator(".share:visible [role=status]")).to_have_text(re.compile("Press Run"))
        await expect(page.locator(".inputs:visible img")).to_be_visible()
        box = page.get_by_label("Question", exact=True)
        await expect(box).to_have_value("When is it due?")
        await box.press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=20_000)
        await expect(page.locator(".share:visible [role=status]")).to_have_text("")


async def test_the_fold_of_the_parameters_says_how_many_are_changed(app: Server, browser: Browser) -> None:
    link = f"{app.url}?task=zero-shot-classification#text=One&hypothesis_template=About+{{}}."
    async with watched_page(browser, link, locale="de") as page:
        await page.get_by_role("button", name="Parameter · 1 geändert", exact=True).click()
        await page.get_by_label("multi_label", exact=True).check()
        await expect(page.get_by_role("button", name="Parameter · 2 geändert", exact=True)).to_be_visible()
        await page.locator("button.clear:visible").click()
        await expect(page.get_by_role("button", name="Parameter", exact=True)).to_be_visible()
    async with watched_page(browser, f"{app.url}?task=translation#text=One&tgt_lang=fr") as page:
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")
        await expect(page).to_have_url(re.compile("tgt_lang=fr"))
        await expect(page.locator("[data-changed]:not(.share)")).to_have_count(0)  # a language is not in it


async def test_the_address_is_as_before_when_the_drawer_of_the_api_is_closed(app: Server, browser: Browser) -> None:
    link = f"{app.url}/?task=text-generation#prompt=Once&max_new_tokens=7"
    # Gradio's drawer asks for something that is not served here.
    async with watched_page(browser, link, may_log_errors=True) as page:
        await page.locator(".show-api").click()
        await page.locator(".api-docs .snippet", has_text="cURL").click()
        await expect(page).to_have_url(re.compile("lang=bash#prompt=Once&max_new_tokens=7$"))
        await page.mouse.click(20, 400)
        await expect(page).to_have_url(link)


async def test_what_is_said_of_a_copied_link_goes_when_it_is_true_no_more(app: Server, browser: Browser) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&compare=builtin%2Ftrigram-en-us"
    async with watched_page(browser, link, **CLIPBOARD) as page:
        said = page.locator(".share:visible [role=status]")
        await expect(page.locator(".second-model:visible")).to_be_visible()
        await copied(page)
        await page.locator(".parameters:visible .label-wrap").click()  # changes nothing
        await page.wait_for_timeout(600)
        await expect(said).to_contain_text("Copied")
        await page.locator(".compare:visible").click()
        await expect(said).to_have_text("")
        await copied(page)
        await fill(page, "Prompt", "Twice")
        await expect(said).to_have_text("")
