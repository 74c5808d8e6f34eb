"""What a run looks like while it waits, when it has no answer, and when its answer is old."""

import asyncio
import json
import re

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from tests.support import processes, upstream
from tests.support.endpoint import Answering
from tests.support.pages import (
    MODEL,
    RESULT_TEXT,
    RUN,
    STATUS,
    STOP,
    TOAST,
    click_example,
    expect_refusal,
    run,
    watched_page,
)
from tests.support.processes import Server
from tests.support.upstream import Answer, Upstream

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
ADDRESS = "?task=text-classification"


def later(status: int, body: object, headers: dict[str, str], waits: int = 1) -> Answer:
    """Some answers with this status, and then the labels."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if len(upstream.requests) <= waits:
            return web.json_response(body, status=status, headers=headers)
        return web.json_response(LABELS)

    return answer


async def pick(page: Page, label: str, language: str) -> None:
    """Choose a language; the list is gone then."""
    await page.get_by_label(label, exact=True).click()
    await page.get_by_role("option", name=language).click()
    await expect(page.get_by_role("option")).to_have_count(0)


async def test_a_run_shows_at_the_click_and_run_turns_into_stop(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.silence(20))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        # In the same turn of the browser's loop, before the app can have said anything.
        shown = await page.evaluate(
            """() => {
              document.querySelector("button.run").click();
              const line = document.querySelector(".prose.status");
              return [line.dataset.now, document.querySelector("button.stop").checkVisibility()];
            }"""
        )
        assert shown == ["● running · 0.0 s", True]
        await expect(page.locator(RUN)).to_be_hidden()
        await page.wait_for_timeout(600)
        await page.locator(STOP).click()
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        await expect(page.locator(RUN)).to_be_visible()


async def test_stop_stays_from_the_click_to_the_end_also_after_a_run_before(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await run(page)
        app.model.begin_again(upstream.silence(20))
        await page.evaluate(
            """() => {
              const stage = document.querySelector(".stage");
              window.turns = [];
              const note = () => window.turns.push("running" in stage.dataset);
              new MutationObserver(note).observe(stage, { attributeFilter: ["data-running"] });
            }"""
        )
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("● running")
        await page.wait_for_timeout(600)
        await page.locator(STOP).click()
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        turns = await page.evaluate("window.turns")
        assert turns == sorted(turns, reverse=True), turns


async def test_a_run_that_is_asked_for_as_the_one_before_ends_begins(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        # Gradio hears of the end of an event a little after its last value.
        await page.evaluate(
            """const press = () => document.querySelector("button.run").click();
            document.addEventListener("run-ends", press, { once: true })"""
        )
        await page.locator(RUN).click()
        await app.model.wait_for_requests(2)
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page.locator(STOP)).to_be_hidden()


async def test_a_loading_model_counts_down_and_can_be_left(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(later(503, {"error": "Model m is loading", "estimated_time": 20.0}, {}, waits=9))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text(re.compile(r"the model is loading, (20|1\d) s to go"))
        first = await page.locator(STATUS).inner_text()
        await expect(page.locator(STATUS)).not_to_have_text(first)
        await expect(page.locator(STATUS)).to_contain_text(re.compile(r"the model is loading, 1\d s to go"))
        await page.locator(STOP).click()
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
    assert len(app.model.requests) == 1


async def test_a_busy_server_is_asked_again_when_it_says(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(later(429, {"error": "Slow down"}, {"Retry-After": "3"}))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text(re.compile("next try in [123] s"))
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(page.locator(TOAST)).to_have_count(0)
    assert len(app.model.requests) == 2


async def test_a_wait_beyond_the_time_out_counts_down_to_one_more_try_and_can_be_left(browser: Browser) -> None:
    async with upstream.serving(later(429, {"error": "Slow down"}, {"Retry-After": "4"})) as model:
        with processes.app("--backend", model.url, "--timeout", "2") as app:
            async with watched_page(browser, app.url + ADDRESS) as page:
                await page.get_by_label("Text", exact=True).fill("Hello")
                await page.locator(RUN).click()
                await expect(page.locator(STATUS)).to_contain_text(re.compile("one more try in [34] s"))
                await expect(page.locator(STATUS)).to_contain_text(re.compile("one more try in [12] s"))
                await expect(page.locator(STATUS)).to_contain_text("✓ done")
                await expect(page.locator(TOAST)).to_have_count(0)
                assert len(model.requests) == 2
                # A second time the server says so to both tries, and then somebody stops at once.
                model.begin_again(later(429, {"error": "Slow down"}, {"Retry-After": "3"}, waits=9))
                await run(page, "✗ Slow down")
                await expect(page.locator(TOAST)).to_contain_text("Slow down")
                assert len(model.requests) == 2
                await page.locator(RUN).click()
                await expect(page.locator(STATUS)).to_contain_text("one more try in")
                await page.locator(STOP).click()
                await expect(page.locator(STATUS)).to_contain_text("■ stopped")
                await asyncio.sleep(3.5)
                assert len(model.requests) == 3


async def test_a_refusal_is_a_card_whose_examples_get_an_answer(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=fill-mask") as page:
        await click_example(page, "fill-mask")
        await page.get_by_label("Text with [MASK]", exact=True).fill("There is nothing to fill in.")
        await run(page, "✗")
        card = page.locator(".refusal:visible")
        await expect(card).to_contain_text("[MASK]")
        await expect(page.locator(TOAST)).to_have_count(0)
        await expect(page.locator(".outcome > .block.result:visible")).to_have_css("opacity", "0.85")
        await card.get_by_role("button").first.click()
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await expect(card).to_have_count(0)
        await expect(page.locator(".outcome > .block.result:visible")).to_have_css("opacity", "1")


async def test_an_answer_steps_back_as_soon_as_the_input_changes(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        outcome = page.locator(".outcome > .block.result:visible")
        await expect(outcome).to_have_css("opacity", "1")
        await page.get_by_label("Text", exact=True).press_sequentially("!")
        await expect(outcome).to_have_css("opacity", "0.85")
        await run(page)
        await expect(outcome).to_have_css("opacity", "1")


async def test_a_toast_of_a_fault_goes_at_the_next_run(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Out of order."}, 500))
    async with watched_page(browser, app.url + ADDRESS) as page:
        await page.get_by_label("Text", exact=True).fill("Hello")
        await run(page, "✗ Out of order")
        await expect(page.locator(TOAST)).to_contain_text("Out of order")
        app.model.begin_again(upstream.answers(LABELS))
        await run(page)
        await expect(page.locator(TOAST)).to_have_count(0, timeout=2000)


async def test_what_a_model_can_is_told_of_the_one_in_the_box(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        can = page.locator(".abilities:visible dd").first
        await expect(can).to_have_text("Rates the sentiment of an English text.")
        await page.locator(MODEL).fill("acme/unknown")
        await expect(can).to_have_count(0)
        await page.locator(MODEL).fill("")
        await expect(can).to_have_text("Rates the sentiment of an English text.")


async def test_run_and_stop_are_in_reach_below_a_long_input(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.get_by_label("Text", exact=True).fill("A line of many.\n" * 60)
        await page.set_viewport_size({"width": 390, "height": 500})
        await page.evaluate("scrollTo(0, document.querySelector('.stage').getBoundingClientRect().top + scrollY - 200)")
        await asyncio.sleep(0.2)
        await expect(page.locator(RUN)).to_be_in_viewport(ratio=0.9)


async def test_languages_are_picked_exchanged_and_sent_by_their_codes(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers([{"translation_text": "Bonjour"}]))
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        await page.get_by_label("Text", exact=True).fill("Guten Tag")
        await page.get_by_label("From", exact=True).click()
        await page.get_by_role("option", name="French").click()
        await page.get_by_label("To", exact=True).fill("deu_Latn")
        await page.get_by_label("To", exact=True).press("Enter")
        await page.get_by_role("button", name="Swap").click()
        await expect(page.get_by_label("To", exact=True)).to_have_value("French")
        await run(page)
    sent = json.loads(app.model.requests[0][2])["parameters"]
    assert sent == {"src_lang": "deu_Latn", "tgt_lang": "fr"}


async def test_a_direction_that_the_model_does_not_have_is_said_before_the_run(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        hint = page.locator(".prose.hint")
        await expect(hint).to_be_hidden()
        await pick(page, "From", "Italian")
        said = "“From”: this model has English, German, French and Spanish, not Italian."
        await expect(hint).to_have_text(said)
        await pick(page, "To", "English")
        await page.get_by_role("button", name="Swap").click()
        await expect(hint).to_have_text(said.replace("From", "To"))
        # Run stays, and the model says no by itself.
        await page.get_by_label("Text", exact=True).fill("Good morning!")
        await run(page, "✗")
        await expect_refusal(page, "no translations for the language 'it'")
        await page.locator(MODEL).fill("acme/polyglot")
        await expect(hint).to_be_hidden()
        await page.locator(MODEL).fill("")
        await expect(hint).to_have_text(said.replace("From", "To"))
        await pick(page, "To", "German")
        await expect(hint).to_be_hidden()
        await run(page)
        await expect(page.locator(RESULT_TEXT)).to_have_value("Guten Morgen!")


async def test_where_somebody_pays_for_runs_it_is_said_before_the_first(browser: Browser) -> None:
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_INFERENCE_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": ""}
    with processes.app("--backend", "hosted", "--timeout", "2", **nowhere) as app:
        async with watched_page(browser, app.url + ADDRESS) as page:
            said = page.locator(".prose.privacy")
            await expect(said).to_contain_text("goes through the machine that serves this page to Hugging Face")
            await expect(said).to_contain_text("bills each run to the operator of this page")
