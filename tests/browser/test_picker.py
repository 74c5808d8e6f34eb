"""The list of models below a model box: by keyboard, by mouse, on a phone, with hundreds of models, and without any."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support import processes, upstream
from tests.support.endpoint import Answering
from tests.support.hugging_face import HuggingFace, Received, hugging_face
from tests.support.pages import MODEL, PHONE, STATUS, run, scrolls_sideways, visit, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = ".picker .choose:visible"
RESET = ".picker .reset:visible"
OPTIONS = ".picker [role=option]:visible"
NOTE = ".picker .offered p:visible"
BEST, OTHER = "builtin/all-minilm-l6-v2", "builtin/word-hashing"
TASK = "feature-extraction"


def option(page: Page, model: str) -> Locator:
    return page.locator(OPTIONS).filter(has_text=model)


async def test_a_model_is_chosen_by_keyboard_and_nothing_runs(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}") as page:
        box = page.locator(MODEL)
        await expect(box).to_have_role("combobox")
        await box.focus()
        await expect(page.locator(OPTIONS)).to_have_count(0)
        await box.press("ArrowDown")
        await expect(box).to_have_attribute("aria-expanded", "true")
        await expect(page.locator(OPTIONS)).to_have_count(2)
        await expect(page.locator(OPTIONS).first).to_contain_text(re.compile(f"{BEST}.*recommended · .*(strong|basic)"))
        await expect(page.locator(".picker [role=status]").first).to_contain_text("2 models in the list. Any other id")
        for key, model in (("ArrowDown", OTHER), ("ArrowDown", BEST), ("ArrowUp", OTHER)):
            await box.press(key)
            active = page.locator(f"#{await box.get_attribute('aria-activedescendant')}")
            await expect(active).to_contain_text(model)
            await expect(active).to_have_attribute("aria-selected", "true")
        await box.press("Enter")
        await expect(box).to_have_value(OTHER)
        await expect(box).to_have_attribute("aria-expanded", "false")
        await expect(box).to_be_focused()
        await expect(page.locator(".about:visible .abilities dd").first).to_contain_text("word stems they share")
        await expect(page).to_have_url(re.compile("model=builtin%2Fword-hashing"))
        assert await page.locator(STATUS).inner_text() == ""


async def test_typing_searches_and_escape_closes_and_keeps_what_was_typed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}") as page:
        box = page.locator(MODEL)
        await box.press_sequentially("HASH word")
        await expect(page.locator(OPTIONS)).to_have_count(1)
        await box.fill("acme/unheard-of")
        await expect(page.locator(OPTIONS)).to_have_count(0)
        await expect(page.locator(NOTE)).to_contain_text("The list has no such model")
        await box.press("Escape")
        await expect(page.locator(NOTE)).to_have_count(0)
        await expect(box).to_have_value("acme/unheard-of")
        # All are shown to who opens it, though the box says something else.
        await box.click()
        await expect(page.locator(OPTIONS)).to_have_count(2)
        await box.press("Enter")
        await expect(page.locator(OPTIONS)).to_have_count(0)
        await expect(box).to_have_value("acme/unheard-of")


async def test_the_enter_of_an_input_method_chooses_nothing(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}") as page:
        box = page.locator(MODEL)
        await box.press("ArrowDown")
        await expect(page.locator(OPTIONS)).to_have_count(2)
        for told in ({"isComposing": True}, {"keyCode": 229}):
            await box.dispatch_event("keydown", {"key": "Enter", "bubbles": True} | told)
        await expect(page.locator(OPTIONS)).to_have_count(2)
        await expect(box).to_have_value("")


async def test_a_model_is_chosen_by_mouse_and_reset_goes_back(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}#texts=One") as page:
        await page.locator(OPEN).click()
        await option(page, OTHER).click()
        await expect(page.locator(MODEL)).to_have_value(OTHER)
        await expect(page.locator(OPTIONS)).to_have_count(0)
        await run(page)
        await expect(page.locator(STATUS)).to_contain_text(OTHER)
        await page.locator(OPEN).click()
        await expect(option(page, OTHER)).to_contain_text(re.compile("recently used · .*ready"))
        await page.locator("h2:visible").click()
        await expect(page.locator(OPTIONS)).to_have_count(0)
        await page.locator(RESET).click()
        await expect(page.locator(MODEL)).to_have_value("")
        await expect(page.locator(MODEL)).to_have_attribute("placeholder", BEST)
        await expect(page.locator(RESET)).to_have_count(0)
        await run(page)
        await expect(page.locator(STATUS)).to_contain_text(BEST)
        await expect(page).to_have_url(re.compile("#texts=One$"))


async def test_a_typed_id_that_answered_is_offered_again_after_a_reload_and_no_secret_is(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.answers([{"label": "good", "score": 0.9}]))
    async with watched_page(browser, f"{app.url}?task=text-classification#text=One", may_log_errors=True) as page:
        box = page.locator(MODEL)
        for model in ("acme/first", "acme/second", "acme/first"):
            await box.fill(model)
            await expect(page.locator(NOTE)).to_contain_text("names no models for this task")
            await run(page)
        app.model.begin_again(upstream.answers({"error": "no such model"}, 404))
        for refused in ("acme/mistyped", "https://me:secret@models.example/v1"):
            await box.fill(refused)
            await run(page, "✗")
        await visit(page, f"{app.url}?task=text-classification")
        await page.reload()
        await page.locator(OPEN).click()
        await expect(page.locator(OPTIONS)).to_have_text(
            [re.compile("acme/first.*recently"), re.compile("acme/second")]
        )
        assert "secret" not in await page.evaluate("JSON.stringify(localStorage)")
        await visit(page, f"{app.url}?task=fill-mask")
        await page.locator(OPEN).click()
        await expect(page.locator(NOTE)).to_be_visible()
        await expect(page.locator(OPTIONS)).to_have_count(0)


async def test_the_second_model_of_a_comparison_is_chosen_so_too(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}#texts=One") as page:
        await page.locator(".compare:visible").click()
        second = page.locator(".second-model input:visible")
        await expect(second).to_have_value(OTHER)
        await second.click()
        await option(page, BEST).click()
        await expect(second).to_have_value(BEST)
        await expect(page.locator(MODEL)).to_have_value("")
        await expect(page).to_have_url(re.compile("compare=builtin%2Fall-minilm-l6-v2"))
        await (
            page.locator(".second-model:visible")
            .locator("xpath=ancestor::*[@class and contains(@class,'pick')]")
            .locator(".reset")
            .click()
        )
        await expect(second).to_have_value(OTHER)  # what is compared with itself says nothing


async def test_on_a_phone_rows_are_large_and_the_list_is_on_the_screen(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task={TASK}", viewport=PHONE, has_touch=True) as page:
        await page.locator(OPEN).tap()
        await expect(page.locator(OPTIONS)).to_have_count(2)
        await expect(page.locator(MODEL)).not_to_be_focused()  # no keyboard covers the list
        for row in await page.locator(OPTIONS).all():
            box = await row.bounding_box()
            assert box and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
        await expect(page.locator(NOTE)).to_be_in_viewport(ratio=1)
        assert not await scrolls_sideways(page)
        await option(page, OTHER).tap()
        await expect(page.locator(MODEL)).to_have_value(OTHER)


async def test_without_an_answer_of_the_page_a_sentence_says_so_and_typing_works(app: Server, browser: Browser) -> None:
    async def refuse(route: Route) -> None:
        await route.abort()

    async with watched_page(browser, f"{app.url}?task={TASK}", may_log_errors=True) as page:
        await page.route("**/models.json*", refuse)
        await page.locator(OPEN).click()
        await expect(page.locator(NOTE)).to_contain_text("This page does not answer")
        await page.locator(MODEL).fill(OTHER)
        await expect(page.locator(MODEL)).to_have_value(OTHER)
        await page.unroute("**/models.json*")
        await page.keyboard.press("Escape")
        await page.locator(OPEN).click()
        await expect(page.locator(OPTIONS)).to_have_count(2)


def hugging_faces(asked: Received) -> Any:
    if asked.path == "/api/tasks":
        return {"text-classification": {"widgetModels": ["org/model-7"]}}
    entry = {"provider": "hf-inference", "providerId": "x", "task": "text-classification", "status": "live"}
    ids = [*(f"org/model-{number}" for number in range(300)), f"org/{'long-' * 18}name"]
    return [{"id": id, "likes": 5000 - at, "inferenceProviderMapping": [entry]} for at, id in enumerate(ids)]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HuggingFace]:
    async with hugging_face(tmp_path_factory.mktemp("hub"), hugging_faces) as hub:
        yield hub


async def test_of_hundreds_of_hosted_models_the_most_liked_are_shown_and_the_others_found(
    hub: HuggingFace, browser: Browser
) -> None:
    context = processes.app("--backend", "hosted", **hub.variables, GALLERY_TOKEN="hf_operators")
    app = await asyncio.to_thread(context.__enter__)
    sent: list[str] = []
    try:
        async with watched_page(browser, f"{app.url}?task=text-classification", viewport=PHONE) as page:
            page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
            await page.locator(OPEN).click()
            await expect(page.locator(OPTIONS)).to_have_count(50)
            await expect(page.locator(OPTIONS).first).to_contain_text("org/model-7 recommended · hf-inference")
            await expect(page.locator(OPTIONS).nth(1)).to_contain_text("org/model-0 hf-inference · 5\u202f000 likes")
            await expect(page.locator(NOTE)).to_contain_text("251 more: type a part of a name")
            await page.locator(MODEL).press("ArrowUp")
            await expect(page.locator(OPTIONS).last).to_be_in_viewport(ratio=0.9)
            for typed, count in (("model-25", 11), ("LONG-", 1), ("model 299", 1)):
                await page.locator(MODEL).fill(typed)
                await expect(page.locator(OPTIONS)).to_have_count(count)
                assert not await scrolls_sideways(page)
            assert not [one for one in sent if "299" in one or "LONG" in one]
    finally:
        await asyncio.to_thread(context.__exit__, None, None, None)
    assert [one.authorization for one in hub.requests if one.path.startswith("/api/models?")] == [None]
    assert "hf_operators" not in "".join(app.output)
