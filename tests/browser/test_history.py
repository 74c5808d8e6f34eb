"""The list of a visitor's runs: in the visitor's browser only, each to be opened again as it was filled in."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.support import processes, upstream
from tests.support.endpoint import Answering
from tests.support.media import noise_picture, picture_file
from tests.support.pages import (
    MODEL,
    PHONE,
    RUN,
    STATUS,
    STOP,
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

OPENER = "#masthead .history-opener"
DIALOG = "dialog.history[open]"
ENTRIES = f"{DIALOG} li"
SHARE = ".share:visible [role=status]"
CLASSIFY = "?task=text-classification"
LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
TOKEN = "hf_abcdefghijklmnopqrstuvwx"
BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
}"""
SMALL = """const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (name, text) {
  if (JSON.stringify(this).length + text.length > 2000) throw new DOMException("full", "QuotaExceededError");
  setItem.call(this, name, text);
};"""


async def opened(page: Page) -> Locator:
    """The entries of the history, which is opened now."""
    await page.locator(OPENER).click()
    await expect(page.locator(DIALOG)).to_be_visible()
    return page.locator(ENTRIES)


async def listed(page: Page, count: int) -> list[str]:
    """The texts of the entries, as many as there are to be; the history is closed again."""
    entries = await opened(page)
    await expect(entries).to_have_count(count)
    texts: list[str] = await page.evaluate(  # in one step: an entry drawn anew meanwhile has no lines
        "entries => [...document.querySelectorAll(entries)].map(one => one.innerText)", ENTRIES
    )
    await page.keyboard.press("Escape")
    return texts


async def classify(page: Page, text: str) -> None:
    await fill(page, "Text", text)
    await run(page)
    await is_noted(page, text[:100])


async def is_noted(page: Page, words: str) -> None:
    """Wait until the last run is in the list with its outcome."""
    await page.wait_for_function(
        "words => { const [run] = window.runs.all(); return run?.asked.includes(words) && run.answers[0]; }", arg=words
    )


async def choose(page: Page, choice: str) -> None:
    await opened(page)
    await page.locator(f"{DIALOG} select").select_option(choice)
    await page.keyboard.press("Escape")


async def stored(page: Page) -> Any:
    """All that the browser keeps of this site."""
    return await page.evaluate("({...localStorage, ...sessionStorage})")


async def test_runs_are_listed_newest_first_and_one_opens_again_as_it_was_filled_in(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await fill(page, "Prompt", "Once upon a time")
        await page.locator(".parameters:visible .label-wrap").click()
        await fill(page, "max_new_tokens", "7")
        await page.locator(MODEL).fill("builtin/trigram-en-us")
        await run(page)
        await visit(page, app.url + CLASSIFY)
        await classify(page, "What a wonderful day")
        first, second = await listed(page, 2)
        assert re.search(r"What a wonderful day\n✓ done POSITIVE .*%\nbuiltin/vader · \d+\.\d\d s", first), first
        assert re.search(r"Once upon a time\n✓ done Once upon a time.*\nbuiltin/trigram-en-us · \d", second), second
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        entries = await opened(page)
        await entries.last.locator("a").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#tab-text-generation h2")).to_be_focused()
        await expect(page.locator(MODEL)).to_have_value("builtin/trigram-en-us")
        assert await value(page, "Prompt") == "Once upon a time"
        await expect(page.locator(SHARE)).to_have_text("Opened from the history. Press Run to run it again.")
        await page.wait_for_timeout(500)
        assert await page.locator(STATUS).inner_text() == "" and not [one for one in asked if "queue/join" in one]
        await run(page)
        await expect(page.locator(STATUS)).to_contain_text(re.compile(r"[1-7] tokens"))


async def test_another_run_of_the_open_task_takes_its_place_and_back_undoes_it(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await classify(page, "One")
        await page.locator(MODEL).fill("builtin/vader")
        await classify(page, "Two")
        entries = await opened(page)
        await entries.last.locator("a").click()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")
        await expect(page.locator(MODEL)).to_have_value("")
        await expect(page.locator(".stage:visible")).to_have_attribute("data-stale", "")
        await page.go_back()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("Two")
        await expect(page.locator(MODEL)).to_have_value("builtin/vader")


async def test_runs_outlast_a_reload_and_are_not_in_another_tab(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await classify(page, "One")
        await page.reload()
        await listed(page, 1)
        other = await page.context.new_page()
        await visit(other, app.url + CLASSIFY)
        await listed(other, 0)
        await expect(other.locator("dialog.history .empty")).to_have_text("Nothing has run yet.")
        assert "One" not in json.dumps(await other.evaluate("({...localStorage})"))


async def test_who_chooses_to_keep_the_list_has_it_in_every_tab_until_it_is_cleared(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await classify(page, "One")
        other = await page.context.new_page()
        await visit(other, app.url + CLASSIFY)
        await classify(other, "Two")
        await choose(page, "kept")
        assert "Two" in (await listed(page, 2))[0]  # what the other tab had comes to it
        await page.close()
        third = await other.context.new_page()
        await visit(third, app.url)
        await opened(other)
        await opened(third)
        await third.locator(f"{DIALOG} .clear-all").click()
        for one in (other, third):
            await expect(one.locator(ENTRIES)).to_have_count(0)
            await expect(one.locator(f"{DIALOG} select")).to_have_value("kept")
        assert "One" not in json.dumps(await stored(other))


async def test_after_off_nothing_is_added_and_what_was_kept_ends_with_the_tab(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await choose(page, "kept")
        await classify(page, "One")
        await choose(page, "off")
        await fill(page, "Text", "Two")
        await run(page)
        assert "One" in (await listed(page, 1))[0]
        assert "One" not in json.dumps(await page.evaluate("({...localStorage})"))
        await choose(page, "visit")
        await classify(page, "Three")
        await listed(page, 2)


async def test_one_is_removed_and_the_focus_stays_in_the_list(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        for text in ("One", "Two", "Three"):
            await classify(page, text)
        entries = await opened(page)
        remove = page.get_by_role("button", name=re.compile("Remove from the list: .* Two"))
        await remove.focus()
        await page.keyboard.press("Enter")
        await expect(entries).to_have_count(2)
        await expect(page.get_by_role("button", name=re.compile("Remove from the list: .* One"))).to_be_focused()
        await page.reload()
        assert [text.split("\n")[2] for text in await listed(page, 2)] == ["Three", "One"]


async def test_on_a_phone_it_fits_and_escape_gives_the_focus_back(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY, viewport=PHONE) as page:
        await classify(page, "Donaudampfschifffahrtsgesellschaft" * 6)
        await page.locator(OPENER).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(ENTRIES)).to_have_count(1)
        assert not await scrolls_sideways(page)
        assert await page.locator(DIALOG).evaluate(
            "one => one.scrollWidth <= one.clientWidth && one.offsetWidth < innerWidth"
        )
        await page.keyboard.press("Escape")
        await expect(page.locator(DIALOG)).to_have_count(0)
        await expect(page.locator(OPENER)).to_be_focused()


async def test_a_refusal_a_stopped_run_and_a_failure_are_listed_as_such(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "This model reads no verse."}, 422))
    async with watched_page(browser, app.url + CLASSIFY, may_log_errors=True) as page:
        await fill(page, "Text", "Roses are red")
        await run(page, "✗ no answer")
        await is_noted(page, "Roses")
        app.model.begin_again(upstream.silence(20))
        await fill(page, "Text", "One moment")
        await page.locator(RUN).click()
        await page.wait_for_timeout(700)
        await page.locator(STOP).click()
        await is_noted(page, "One moment")
        app.model.begin_again(upstream.answers({"error": "Out of paper."}, 500))
        await fill(page, "Text", "Print it")
        await run(page, "✗")
        await is_noted(page, "Print it")
        app.model.begin_again(upstream.silence(20))
        await fill(page, "Text", "Never mind")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("running")
        await page.reload()
        left, failed, stopped, refused = await listed(page, 4)
        assert "has not ended here" in left
        assert re.search(r"✗ failed .*Out of paper", failed), failed
        assert re.search(r"■ stopped\n0\.[6-9]\d s|■ stopped\n1\.", stopped), stopped
        assert re.search(r"✗ no answer .*This model reads no verse", refused), refused


async def test_nothing_that_may_be_secret_is_kept(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers([{"label": TOKEN, "score": 0.9}]))
    async with watched_page(browser, app.url + CLASSIFY, may_log_errors=True) as page:
        await fill(page, "Text", f"My token is {TOKEN}")
        await page.locator(MODEL).fill("https://me:word@models.example/v1")
        await run(page, "✗")
        await page.locator(MODEL).fill("")
        await run(page)
        await visit(page, f"{app.url}?task=image-classification")
        await page.locator(".url:visible :is(textarea, input)").fill("https://pictures.example/cat.png?key=canary")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("✗")
        await page.wait_for_function("window.runs.all().every(run => run.answers[0])")
        first, second, third = await listed(page, 3)
        assert "It does not have: Picture" in first
        assert "It does not have: Text" in second and "It does not have: Text, Model" in third
        kept = json.dumps(await stored(page))
        assert not [secret for secret in (TOKEN, "word@", "canary") if secret in kept]


async def test_an_own_file_is_missed_and_one_of_another_run_does_not_take_its_place(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        own = {"name": "own.png", "mimeType": "image/png", "buffer": picture_file(noise_picture((300, 200)))}
        await page.locator(".inputs:visible input[type=file]").set_input_files(own)
        await expect(page.locator(".inputs:visible img")).to_be_visible()
        await page.locator(RUN).click()
        await is_noted(page, "own.png")
        await click_example(page, "image-classification")
        await is_noted(page, "lion.jpg")
        entries = await opened(page)
        await expect(entries.last).to_contain_text("It does not have: Picture")
        await entries.last.locator("a").click()
        await expect(page.locator(".inputs:visible img")).to_have_count(0)
        await expect(page.locator(SHARE)).to_contain_text("It does not have: Picture")
        entries = await opened(page)
        await entries.first.locator("a").click()
        await expect(page.locator(".inputs:visible img")).to_be_visible()
        await expect(page.locator(SHARE)).to_contain_text("Opened from the history")
        await page.wait_for_timeout(300)
        await listed(page, 2)  # the example ran when it was clicked, and not now


async def test_a_comparison_opens_again_with_both_models_and_a_single_run_without(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await click_example(page, "image-classification")
        await page.locator(".compare:visible").click()
        await expect(page.locator(".second-model:visible :is(textarea, input)")).to_have_value("builtin/picture-kinds")
        await page.locator(RUN).click()
        await page.wait_for_function("window.runs.all()[0].answers.filter(Boolean).length === 2")
        entries = await opened(page)
        for model in ("builtin/efficientnet-lite0", "builtin/picture-kinds"):
            await expect(entries.first).to_contain_text(model)
        await expect(entries.first.locator(".state")).to_have_count(2)
        await entries.last.locator("a").click()
        await expect(page.locator(".second:visible")).to_have_count(0)
        entries = await opened(page)
        await entries.first.locator("a").click()
        await expect(page.locator(".second-model:visible :is(textarea, input)")).to_have_value("builtin/picture-kinds")


async def test_a_task_that_runs_is_filled_in_when_its_run_has_ended(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await click_example(page, "image-classification")
        await is_noted(page, "lion.jpg")
        await page.locator(MODEL).fill("acme/other")
        app.model.begin_again(upstream.silence(20))
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("running")
        entries = await opened(page)
        await entries.last.locator("a").click()
        await expect(page.locator(SHARE)).to_contain_text("when you press Stop")
        await expect(page.locator(MODEL)).to_have_value("acme/other")
        await page.wait_for_timeout(600)
        await page.locator(STOP).click()
        await expect(page.locator(MODEL)).to_have_value("")
        await expect(page.locator(SHARE)).to_contain_text("Opened from the history")
        await expect(page).to_have_url(re.compile("#example=0$"))
        await page.locator("#examples-image-classification button").last.click()  # it runs as ever
        await expect(page.locator(STATUS)).to_contain_text("running")


async def test_a_run_from_before_the_language_changed_opens_all_the_same(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await page.locator(".parameters:visible .label-wrap").click()
        await fill(page, "top_k", "1")
        await classify(page, "A fine day")
        await visit(page, app.url + "#lang=de")
        await expect(page.locator("html[lang=de]")).to_be_attached()
        await page.wait_for_function("window.gallery?.ready")
        entries = await opened(page)
        await expect(page.locator(f"{DIALOG} h2")).to_have_text("Verlauf")
        await expect(entries.first).to_contain_text("✓ fertig")
        await expect(entries.first).to_contain_text(re.compile(r"\d,\d\d s"))
        await entries.first.locator("a").click()
        await expect(page.locator(".inputs:visible textarea").first).to_have_value("A fine day")
        await expect(page.locator(SHARE)).to_contain_text("Aus dem Verlauf geöffnet")
        assert "top_k=1" in page.url


async def test_a_turn_of_a_chat_opens_with_its_message_and_leaves_what_was_said(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.answers({"choices": [{"message": {"role": "assistant", "content": "Hello **you**."}}]}))
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        for message in ("Good morning", "And now?"):
            await page.locator(".chat .inputs textarea").fill(message)
            await page.locator(RUN).click()
            await is_noted(page, message)
        entries = await opened(page)
        await expect(entries.last).to_contain_text("Hello you.")
        await expect(entries.last).not_to_contain_text("It does not have")
        await expect(entries.first).to_contain_text("It does not have: the conversation so far")
        await entries.first.locator("a").click()
        await expect(page.locator(".chat .inputs textarea")).to_have_value("And now?")
        await expect(page.locator(".turn:visible")).to_have_count(4)


async def test_without_storage_the_page_works_and_the_list_lasts_until_it_is_left(
    app: Server, browser: Browser
) -> None:
    async with watched_page(browser, app.url) as page:
        await page.add_init_script(BLOCKED)
        await visit(page, app.url + CLASSIFY)
        await classify(page, "One")
        await classify(page, "Two")
        entries = await opened(page)
        await expect(entries).to_have_count(2)
        await page.locator(f"{DIALOG} select").select_option("kept")
        await expect(page.locator(f"{DIALOG} [role=status]")).to_have_text("The browser does not allow it.")
        await expect(page.locator(f"{DIALOG} select")).to_have_value("visit")
        await page.locator(f"{DIALOG} select").select_option("off")
        await expect(page.locator(f"{DIALOG} select")).to_have_value("off")
        await entries.last.locator("a").click()
        await expect(page.get_by_label("Text", exact=True)).to_have_value("One")


async def test_where_there_is_no_room_the_older_ones_go(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url) as page:
        await page.add_init_script(SMALL)
        await visit(page, app.url + CLASSIFY)
        for number in range(4):
            await classify(page, f"Number {number}. " + "Very good. " * 15)
        await page.reload()
        entries = await opened(page)
        await expect(entries.first).to_contain_text("Number 3")
        assert 1 <= await entries.count() < 4


async def test_a_hundred_are_kept_and_what_else_is_stored_there_is_no_run(app: Server, browser: Browser) -> None:
    known = {"task": "fill-mask", "fragment": "text=A", "asked": "A", "without": [], "answers": []}
    many = [{**known, "id": str(number), "at": 1000 - number} for number in range(99)]
    gone = {**known, "id": "gone", "at": 1001, "task": "no-such-task"}
    odd = {"x": "{", "y": "null", "z": json.dumps({**known, "id": "other", "at": 1}), "u": json.dumps({"id": "u"})}
    items = odd | {one["id"]: json.dumps(one) for one in [gone, *many]}
    async with watched_page(browser, app.url + CLASSIFY) as page:
        await page.evaluate(
            "items => Object.entries(items).forEach(([id, text]) => sessionStorage.setItem(`gallery-run-${id}`, text))",
            items,
        )
        await classify(page, "One")
        assert len(await page.evaluate("window.runs.all()")) == 100
        texts = await listed(page, 99)  # not the one of the task that is gone
        assert "One" in texts[0] and "98" not in texts[-1]


async def test_an_operator_can_turn_it_off(browser: Browser) -> None:
    async with upstream.serving(upstream.answers(LABELS)) as model:
        with processes.app("--backend", model.url, GALLERY_HISTORY="off") as app:
            async with watched_page(browser, app.url + CLASSIFY) as page:
                await fill(page, "Text", "One")
                await run(page)
                await page.wait_for_timeout(300)
                assert await page.locator(OPENER).count() == 0
                assert "One" not in json.dumps(await stored(page))


async def test_nothing_of_it_reaches_the_server_or_its_log(browser: Browser) -> None:
    async with upstream.serving(upstream.answers(LABELS)) as model:
        with processes.app("--backend", model.url) as app:
            async with watched_page(browser, app.url + CLASSIFY) as page:
                await classify(page, "one-canary")
                await choose(page, "kept")
                sent: list[str] = []
                page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
                entries = await opened(page)
                await entries.first.locator("a").click()
                await opened(page)
                await page.locator(f"{DIALOG} .remove").click()
                await page.locator(f"{DIALOG} .clear-all").is_disabled()
                await page.keyboard.press("Escape")
                await page.wait_for_timeout(300)
                assert not [one for one in sent if not one.endswith("/samples/")], sent
            assert "canary" not in "".join(app.output)
