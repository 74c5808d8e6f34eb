"""What the page does around the tasks: addresses, keys, errors, parameters, several visitors."""

import asyncio
import json
import re

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support import upstream
from tests.support.endpoint import Answering, Endpoint
from tests.support.pages import (
    CLEAR,
    FRONT,
    MODEL,
    RESULT,
    RESULT_TEXT,
    RUN,
    STATUS,
    STOP,
    TOAST,
    WIRE,
    click_example,
    expect_refusal,
    run,
    type_into_cell,
    visit,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")


ADDRESS = "?task=text-generation"
SUMMARY = ".result .answer:visible"


@pytest.fixture
def writer(endpoint: Answering) -> Endpoint:
    """Its model writes for minutes: nobody is too slow to stop it."""
    return endpoint(upstream.tokens(2_000, 0.1))


@pytest.fixture
def quick_writer(endpoint: Answering) -> Endpoint:
    return endpoint(upstream.tokens(20, 0.03))


async def expect_tab(page: Page, title: str) -> None:
    await expect(page.get_by_role("tab", name=title, exact=True)).to_have_attribute("aria-selected", "true")


async def summarized(page: Page) -> str:
    await click_example(page, "summarization")
    return await page.locator(SUMMARY).inner_text()


async def ask(page: Page, turn: int) -> Locator:
    """The whole answer of this turn of a conversation: while it is being written, Run is not heard."""
    await page.get_by_role("textbox", name="Message").fill("What can this gallery do?")
    await page.locator(RUN).click()
    answers = page.locator(f"{RESULT} [data-testid=bot]")
    await expect(answers).to_have_count(turn)
    await expect(page.locator(STATUS)).to_contain_text("✓ done", timeout=30_000)
    return answers.last


async def expect_error(page: Page, *words: str) -> None:
    """The toast and the status line say the same in one or two sentences, and show no code."""
    for place in (TOAST, STATUS):
        await expect(page.locator(place).last).to_be_visible()
        for word in words:
            await expect(page.locator(place).last).to_contain_text(word)
    line = await page.locator(STATUS).inner_text()
    assert line.endswith("s") and len(line) < 600
    assert "Traceback" not in line and "Error(" not in line


async def test_the_address_opens_its_tab_and_a_tab_writes_its_address(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=translation") as page:
        await expect_tab(page, "Translation")
        await page.get_by_role("tab", name="Fill-Mask").click()
        await expect(page).to_have_url(re.compile(r"\?task=fill-mask$"))
        await page.reload()
        await expect_tab(page, "Fill-Mask")


async def test_the_address_may_be_spelled_as_the_api_spells_the_task(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text_to_image") as page:
        await expect_tab(page, "Text-to-Image")


@pytest.mark.parametrize("query", ["?task=no-such-task", "?task=", "?task=%3Cscript%3E", ""])
async def test_an_unknown_address_opens_the_front_page_and_says_so(app: Server, browser: Browser, query: str) -> None:
    async with watched_page(browser, app.url + query) as page:
        await expect(page.locator(FRONT)).to_be_visible()
        await expect(page.locator(RUN)).to_have_count(0)
        says_so = page.locator("#no-such-task", has_text="There is no task with the name in this address")
        await expect(says_so).to_be_visible(visible=query not in ("", "?task="))


async def test_ctrl_enter_runs_with_the_last_key_pressed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.get_by_label("Text", exact=True).press_sequentially("What a lovely day!")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await page.locator(WIRE).click()
        await expect(page.locator(WIRE)).to_contain_text("What a lovely day!")


async def test_ctrl_enter_takes_the_table_cell_that_is_being_typed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=table-question-answering") as page:
        await click_example(page, "table-question-answering")
        await type_into_cell(page, "cell-0-0", "Faro", "Control+Enter")
        await expect(page.locator(f"{RESULT} [role=gridcell]").first).to_have_text("Faro")


async def test_the_wheel_scrolls_the_page_and_changes_no_number(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await page.locator(".parameters:visible .label-wrap").click()
        box = page.get_by_label("max_new_tokens", exact=True)
        await box.fill("40")
        await box.hover()
        before = await page.evaluate("scrollY")
        for way in (1, -1, 1):
            await page.mouse.wheel(0, way * 120)
            await page.wait_for_timeout(200)
        assert await box.input_value() == "40" and await page.evaluate("scrollY") > before
        await page.keyboard.type("5")  # it has the focus, and can be written in
        await expect(box).to_have_value("405")


async def test_clear_empties_everything_but_the_model(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await page.locator(".parameters:visible").click()
        await page.get_by_label("max_new_tokens").fill("3")
        await page.locator(MODEL).fill("builtin/trigram-en-us")
        await click_example(page, "text-generation")
        await page.locator(CLEAR).click()
        await expect(page.get_by_label("Prompt")).to_have_value("")
        await expect(page.get_by_label("max_new_tokens")).to_have_value("")
        await expect(page.locator(RESULT_TEXT)).to_have_value("")
        await expect(page.locator(STATUS)).to_have_text("")
        await expect(page.locator(MODEL)).to_have_value("builtin/trigram-en-us")


async def test_a_missing_input_is_named_and_the_last_result_stays(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=summarization") as page:
        summary = await summarized(page)
        await page.get_by_label("Text", exact=True).fill("  ")
        await run(page, "✗")
        field = page.locator(".block[data-problem]")
        await expect(field).to_have_attribute("data-problem", "Text is empty: fill it in, or click an example.")
        await expect(page.locator(TOAST)).to_have_count(0)
        await expect(page.locator(SUMMARY)).to_have_text(summary)
        await expect(page.locator(SUMMARY)).to_be_visible()
        await page.get_by_label("Text", exact=True).press_sequentially("T")
        await expect(field).to_have_count(0)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://2130706433:{port}/"],
)
async def test_a_visitor_cannot_make_the_app_call_its_own_machine(app: Server, browser: Browser, address: str) -> None:
    callers: list[object] = []
    tripwire = await asyncio.start_server(lambda reader, writer: callers.append(writer), "localhost", 0)
    async with tripwire, watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        await page.locator(MODEL).fill(address.format(port=tripwire.sockets[0].getsockname()[1]))
        await run(page, "✗")
        await expect_error(page, "public")
    assert callers == []


async def test_a_visitor_cannot_make_the_app_call_the_metadata_service(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        await page.locator(MODEL).fill("http://169.254.169.254/latest/meta-data/")
        await run(page, "✗")
        await expect_error(page, "does not lead to a public address")


async def test_an_unknown_model_gets_an_error_that_says_what_to_do(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=summarization") as page:
        summary = await summarized(page)
        await page.locator(MODEL).fill("nobody/nothing")
        await run(page, "✗")
        await expect_error(page, "nobody/nothing", "check the model's name")
        await expect(page.locator(SUMMARY)).to_have_text(summary)


async def test_a_run_shows_that_it_is_running_and_a_second_press_starts_no_second_run(
    writer: Endpoint, browser: Browser
) -> None:
    async with watched_page(browser, writer.url + ADDRESS) as page:
        await page.get_by_label("Prompt").fill("Once")
        await page.locator(RUN).dblclick()
        await expect(page.locator(STATUS)).to_contain_text("● running")
        await expect(page.locator(RUN)).to_be_hidden()
        await page.wait_for_timeout(600)  # sooner, Stop takes a press for the second one of Run
        await page.locator(STOP).click()
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
    assert len(writer.model.requests) == 1


async def test_stop_shows_that_it_stopped_and_keeps_the_text(writer: Endpoint, browser: Browser) -> None:
    async with watched_page(browser, writer.url + ADDRESS) as page:
        await page.get_by_label("Prompt").fill("Once")
        await page.locator(RUN).click()
        await expect(page.locator(RESULT_TEXT)).to_have_value(re.compile("word5"))
        await page.locator(STOP).click()
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        await asyncio.wait_for(writer.model.left.wait(), 2)
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        text = await page.locator(RESULT_TEXT).input_value()
        assert "word5" in text and "word1999" not in text


@pytest.mark.parametrize("late", ["join", "data"])
async def test_stop_on_a_slow_network_ends_a_run_that_the_app_has_said_nothing_of(
    writer: Endpoint, browser: Browser, late: str
) -> None:
    async with watched_page(browser, writer.url + ADDRESS) as page:

        async def deliver_late(route: Route) -> None:
            await asyncio.sleep(3)
            await route.continue_()

        await page.route(f"**/queue/{late}*", deliver_late)
        await page.get_by_label("Prompt").fill("Once")
        await page.locator(RUN).click()
        await page.wait_for_timeout(600)  # sooner, Stop takes a press for the second one of Run
        await page.locator(STOP).click()
        await expect(page.locator(".status[data-now]")).to_have_attribute("data-now", re.compile("● stopping"))
        await expect(page.locator(STATUS)).to_contain_text("■ stopped")
        await expect(page.locator(RUN)).to_be_visible()
        await asyncio.wait_for(writer.model.left.wait(), 2)


async def test_clear_during_a_run_leaves_nothing_behind(writer: Endpoint, browser: Browser) -> None:
    async with watched_page(browser, writer.url + ADDRESS) as page:
        await page.get_by_label("Prompt").fill("Once")
        await page.locator(RUN).click()
        await expect(page.locator(RESULT_TEXT)).to_have_value(re.compile("word5"))
        await page.locator(CLEAR).click()
        await asyncio.wait_for(writer.model.left.wait(), 2)
        await expect(page.locator(RESULT_TEXT)).to_have_value("")
        await expect(page.locator(STATUS)).to_have_text("")


async def test_two_visitors_at_once_see_their_own_results(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(150, 0.03))
    async with (
        watched_page(browser, app.url + ADDRESS) as one,
        watched_page(browser, app.url + ADDRESS) as other,
    ):
        for page, prompt in ((one, "First"), (other, "Second")):
            await page.get_by_label("Prompt").fill(prompt)
            await page.locator(RUN).click()
        for page, prompt in ((one, "First"), (other, "Second")):
            await expect(page.locator(STATUS)).to_contain_text("✓ done")
            words = " ".join(f"word{number}" for number in range(150))
            await expect(page.locator(RESULT_TEXT)).to_have_value(f"{prompt} {words}")
    assert len(app.model.requests) == 2


async def test_only_the_parameters_that_were_changed_are_sent(quick_writer: Endpoint, browser: Browser) -> None:
    async with watched_page(browser, quick_writer.url + ADDRESS) as page:
        await page.locator(".parameters:visible").click()
        await page.get_by_label("Prompt").fill("Once")
        await run(page)
        await page.get_by_label("max_new_tokens").fill("7")
        await (
            page.locator(".parameters label:visible", has_text="Texts that end")
            .locator("textarea, input")
            .fill("END, . ")
        )
        await page.get_by_label("temperature").fill("0.7")
        await page.get_by_label("temperature").fill("")
        await page.locator(RUN).click()
        await quick_writer.model.wait_for_requests(2)
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
    untouched, changed = (json.loads(body) for _, _, body in quick_writer.model.requests)
    assert untouched.get("parameters", {}) == {}
    assert changed["parameters"] == {"max_new_tokens": 7, "stop": ["END", "."]}


@pytest.mark.parametrize(("value", "bounds"), [("0", "a whole number from 1 to 2048"), ("1.5", "a whole number")])
async def test_a_parameter_out_of_range_is_named_with_its_range(
    quick_writer: Endpoint, browser: Browser, value: str, bounds: str
) -> None:
    async with watched_page(browser, quick_writer.url + ADDRESS) as page:
        await page.locator(".parameters:visible").click()
        await page.get_by_label("Prompt").fill("Once")
        await page.get_by_label("max_new_tokens").fill(value)
        await run(page, "✗")
        await expect_refusal(page, f"max_new_tokens must be {bounds}")
    assert quick_writer.model.requests == []


async def test_an_unanswered_message_is_not_sent_twice(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Out of order."}, 422))
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        await page.get_by_role("textbox", name="Message").fill("Hello?")
        await run(page, "✗")
        await expect_refusal(page, "Out of order.")
        await page.locator(RUN).click()
        await app.model.wait_for_requests(2)
    assert json.loads(app.model.requests[1][2])["messages"] == [{"role": "user", "content": "Hello?"}]


async def test_an_answer_can_be_copied_where_the_browser_lets_a_page_do_it(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        answer = await ask(page, turn=1)
        copy = answer.get_by_title("Copy the answer")
        await copy.click()
        await expect(copy).to_have_text("Copied")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied and copied == await answer.locator(".words").text_content()
        await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
        await expect(copy).to_have_text("Copy")
        await copy.click()
        await expect(copy).to_have_text("Not allowed")
        # As on a page that comes by http from another machine.
        await page.evaluate("() => { Object.defineProperty(navigator, 'clipboard', {value: undefined}); }")
        await expect((await ask(page, turn=2)).get_by_title("Copy the answer")).to_have_count(0)


async def test_the_conversation_is_sent_along_as_plain_messages(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        for turn in (1, 2):
            await ask(page, turn)
        await expect(page.locator(f"{RESULT} [data-testid=user]")).to_have_count(2)


COUNT_FRAMES = """(() => {
  const next = window.requestAnimationFrame.bind(window);
  window.frames_asked = 0;
  window.requestAnimationFrame = (callback) => { window.frames_asked++; return next(callback); };
})()"""
FEW_IN_A_SECOND = """() => new Promise((tell) => {
  const before = window.frames_asked;
  setTimeout(() => tell(window.frames_asked - before < 5), 1000);
})"""


async def test_a_page_on_which_nothing_happens_asks_for_no_frames(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.add_init_script(COUNT_FRAMES)
        await visit(page, f"{app.url}?task=text-classification")
        await page.wait_for_function(FEW_IN_A_SECOND)  # some seconds after Gradio's sign of loading has gone
        assert await page.evaluate("window.frames_asked") > 5
