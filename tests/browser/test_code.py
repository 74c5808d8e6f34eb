"""The programs below a task: they follow the fields, cost nothing while they are closed, and can be copied."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.media import picture_file
from tests.support.pages import MODEL, PHONE, RUN, STATUS, run, scrolls_sideways, visit, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABELS = [{"label": "good", "score": 0.9}]
PROGRAM, WHY = ".program:visible", ".why-none:visible"
TEXT = "?task=text-classification"
TALL = {"width": 1280, "height": 2400}
"""With the panel in view, whatever is open above it."""

HOSTILE = "<img src=x onerror=\"document.title='pwned'\">\"; touch pwned; '$(touch pwned)\u202e</pre><script>1</script>"


def drawer(page: Page) -> Locator:
    return page.locator(".label-wrap:visible", has_text=re.compile("^Code"))


async def choose(page: Page, language: str) -> None:
    await page.locator(".program-languages:visible label").get_by_text(language, exact=True).click()


async def test_a_program_follows_what_is_filled_in(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        text = page.get_by_label("Text", exact=True)
        await text.fill("Good morning")
        await drawer(page).click()
        program = page.locator(PROGRAM)
        await expect(program).to_contain_text('client.text_classification("Good morning")')
        await expect(program).to_contain_text(f'InferenceClient("{app.model.url}")')
        await text.fill("Good evening")
        await expect(program).to_contain_text('client.text_classification("Good evening")')
        await page.locator(".parameters:visible").get_by_text("Parameters", exact=True).click()
        await page.get_by_label("top_k").fill("3")
        await expect(program).to_contain_text('client.text_classification("Good evening", top_k=3)')
        await page.locator(MODEL).fill("https://models.example/abc")
        await expect(program).to_contain_text('InferenceClient("https://models.example/abc")')
        await page.locator("button.clear:visible").click()
        await expect(page.locator(WHY)).to_contain_text("Text is empty")
        await page.locator(".chip:visible").first.click()
        await expect(program).to_contain_text("I love how quickly")
    assert not [path for path, _, _ in app.model.requests if "abc" in path]


async def test_what_changes_while_programs_are_on_their_way_is_in_the_next(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        text = page.get_by_label("Text", exact=True)
        await text.fill("Good morning")
        await drawer(page).click()
        program = page.locator(PROGRAM)
        await expect(program).to_contain_text("Good morning")

        async def slowly(route: Route) -> None:
            await asyncio.sleep(1.5)
            await route.continue_()

        await page.route("**/gradio_api/**", slowly, times=1)
        async with page.expect_request("**/gradio_api/**"):
            await text.fill("Good day")
        await text.fill("Good night")
        await expect(program).to_contain_text("Good night")


async def test_a_closed_panel_asks_for_nothing(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
        text = page.get_by_label("Text", exact=True)
        await text.fill("Good morning")
        await page.wait_for_timeout(1500)
        assert asked == []
        await drawer(page).click()
        await expect(page.locator(PROGRAM)).to_contain_text("Good morning")
        assert len(asked) == 1
        await page.wait_for_timeout(1500)
        assert len(asked) == 1
        await drawer(page).click()
        await text.fill("Good evening")
        await page.wait_for_timeout(1500)
        assert len(asked) == 1


async def test_a_program_can_be_copied_and_its_language_is_remembered(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.get_by_label("Text", exact=True).fill("Good\nmorning")
        await drawer(page).click()
        await choose(page, "cURL")
        program = page.locator(PROGRAM)
        await expect(program).to_contain_text("curl ")
        await page.locator(".copy-program:visible").click()
        await expect(page.locator(".copy-program:visible")).to_have_text("Copied")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == await program.text_content()
        assert copied.startswith("curl ") and copied.endswith("END\n")
        await visit(page, app.url + "?task=translation")
        await page.locator(".chip:visible").first.click()
        await drawer(page).click()
        await expect(program).to_contain_text("Where is the train station?")
        await expect(program).to_contain_text("curl ")
        await page.locator(".program-languages:visible input:checked").focus()
        await page.keyboard.press("ArrowLeft")
        await expect(program).to_contain_text("await fetch(url")
        await choose(page, "openai")
        await expect(page.locator(WHY)).to_have_text("openai's client chats, but does not do this task.")
        await expect(program).to_be_hidden()


async def test_a_program_copied_from_a_gallery_with_its_own_models_runs_as_it_is(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation", viewport=TALL) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.locator(MODEL).fill("builtin/trigram-en-us")
        await page.locator(".chip:visible").first.click()
        await expect(page.locator(STATUS)).to_contain_text("done")
        await drawer(page).click()
        await choose(page, "cURL")
        await expect(page.locator(PROGRAM)).to_contain_text("builtin/trigram-en-us")
        await page.locator(".copy-program:visible").click()
        copied = await page.evaluate("navigator.clipboard.readText()")
        ran = await asyncio.create_subprocess_exec("bash", "-c", copied, stdout=-1, stderr=-1)
        printed, _ = await ran.communicate()
        assert len(json.loads(printed)[0]["generated_text"].split()) > 10


async def test_beside_a_second_model_it_says_whose_program_it_is(app: Server, browser: Browser) -> None:
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        await page.get_by_label("Text", exact=True).fill("Good morning")
        await drawer(page).click()
        await expect(page.locator(PROGRAM)).to_contain_text("Good morning")
        told = page.get_by_text("The program calls the first of the two models.")
        await expect(told).to_be_hidden()
        await page.locator(".compare:visible").click()
        await expect(told).to_be_visible()


async def test_a_hostile_text_stays_text(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + TEXT, viewport=TALL) as page:
        await page.get_by_label("Text", exact=True).fill(HOSTILE)
        await drawer(page).click()
        for language in ("Python", "Python, async", "huggingface_hub", "JavaScript", "cURL"):
            await choose(page, language)
            await expect(page.locator(PROGRAM)).to_contain_text("<img src=x onerror=")
            await expect(page.locator(PROGRAM)).to_contain_text("\\u202e")
            assert await page.locator(PROGRAM).locator("img, script").count() == 0
        assert await page.title() != "pwned"


async def test_a_file_is_named_by_its_name(endpoint: Answering, browser: Browser, tmp_path: Path) -> None:
    app = endpoint(upstream.answers(LABELS))
    photo = tmp_path / "my photo.png"
    photo.write_bytes(picture_file())
    async with watched_page(browser, app.url + "?task=image-classification", viewport=TALL) as page:
        await drawer(page).click()
        await expect(page.locator(WHY)).to_contain_text("Picture is empty")
        await page.locator(".inputs:visible input[type=file]").first.set_input_files(photo)
        await expect(page.locator(PROGRAM)).to_contain_text('client.image_classification("my photo.png")')
        await choose(page, "cURL")
        await expect(page.locator(PROGRAM)).to_contain_text("--data-binary '@my photo.png'")


async def test_a_chats_program_asks_what_was_asked_last(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=conversational", viewport=TALL) as page:
        await page.locator(MODEL).fill("builtin/gallery-help")
        await page.locator(".inputs:visible textarea").fill("Does it work offline?")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text("done")
        await drawer(page).click()
        program = page.locator(PROGRAM)
        await expect(program).to_contain_text('[{"role": "user", "content": "Does it work offline?"}]')
        await page.locator(".inputs:visible textarea").fill("And on a plane?")
        await expect(program).to_contain_text('{"role": "user", "content": "And on a plane?"},')
        await expect(program).to_contain_text('"role": "assistant",')
        await choose(page, "openai")
        await expect(program).to_contain_text('model="builtin/gallery-help"')


async def test_programs_fit_on_a_phone(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, app.url + TEXT, viewport=PHONE) as page:
        await page.get_by_label("Text", exact=True).fill("Good morning. " * 60)
        await drawer(page).click()
        await page.locator(".program-languages:visible").scroll_into_view_if_needed()
        await choose(page, "cURL")
        await expect(page.locator(PROGRAM)).to_contain_text("Good morning.")
        assert not await scrolls_sideways(page)
        # Its sentences can be read without scrolling, and Copy stands beside the last language.
        await choose(page, "Python")
        told = page.locator(f"{PROGRAM} .told")
        room = await page.locator(PROGRAM).evaluate("one => one.getBoundingClientRect().left + one.clientWidth")
        ends = await told.evaluate_all("all => all.map((one) => one.getBoundingClientRect().right)")
        assert ends and max(ends) <= room
        last, button = page.locator(".program-languages:visible span").last, page.locator(".copy-program:visible")
        one, other = await last.bounding_box(), await button.bounding_box()
        assert one and other and abs(one["y"] - other["y"]) < 2


@pytest.mark.parametrize(
    ("locale", "first"),
    [
        ("en-US", "The program calls the first of the two models."),
        ("de-DE", "Das Programm ruft das erste der beiden Modelle auf."),
    ],
)
async def test_only_a_program_is_said_to_call_the_first_of_two_models(
    app: Server, browser: Browser, locale: str, first: str
) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&compare="
    async with watched_page(browser, link, viewport=TALL, locale=locale) as page:
        note = page.locator(".first-only")
        await drawer(page).click()
        await expect(page.locator(PROGRAM)).to_contain_text("Once")
        await expect(note).to_be_visible()
        await expect(note).to_have_text(first)
        await choose(page, "openai")
        await expect(page.locator(WHY)).to_be_visible()
        await expect(note).to_be_hidden()
        await choose(page, "cURL")
        await expect(note).to_be_visible()


async def test_the_request_that_is_shown_can_be_sent_from_the_page_s_address(app: Server, browser: Browser) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3"
    async with watched_page(browser, link, viewport={"width": 390, "height": 1600}) as page:
        await run(page)
        await page.locator(".wire:visible .label-wrap").click()
        shown = page.locator(".wire:visible .json-holder .line").filter(has_text='"url"')
        url = (await shown.locator(".value").inner_text()).strip('"')
        assert url == f"{app.url.rstrip('/')}/engine/models/builtin/smollm2-135m-instruct"
        body = {"inputs": "Once", "parameters": {"max_new_tokens": 3}}
        async with ClientSession() as session, session.post(url, json=body) as answer:
            assert answer.status == 200
        # The comma follows its value, which is longer than the line.
        value, comma = shown.locator(".value"), shown.locator(".value ~ .punctuation")
        end = await value.evaluate("(one) => [...one.getClientRects()].at(-1).toJSON()")
        begin = await comma.evaluate("(one) => one.getBoundingClientRect().toJSON()")
        assert abs(end["bottom"] - begin["bottom"]) < 2 and abs(end["right"] - begin["left"]) < 2
