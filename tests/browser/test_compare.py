"""A second model beside the first: the same inputs, two columns, one Run and one Stop."""

import asyncio
import json
import re

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from tests.support import upstream
from tests.support.answers import chat_event, streams
from tests.support.endpoint import Answering
from tests.support.pages import DESKTOP, MODEL, PHONE, RUN, STATUS, STOP, TOAST, scrolls_sideways, watched_page
from tests.support.processes import Server
from tests.support.upstream import Upstream

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMPARE = ".compare:visible"
SECOND = ".second-model textarea:visible, .second-model input:visible"
RESULTS = ".outcome:visible .result textarea:visible"
COLUMNS = ".stage:visible .outcome:visible"


async def compare(page: Page, model: str | None = None) -> None:
    await page.locator(COMPARE).click()
    await expect(page.locator(COLUMNS)).to_have_count(2)
    if model is not None:
        await page.locator(SECOND).fill(model)


async def widths(page: Page) -> list[float]:
    return [box["width"] for one in await page.locator(COLUMNS).all() if (box := await one.bounding_box())]


async def test_two_models_write_at_once_and_one_stop_ends_both(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.tokens(2_000, 0.05))
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await page.get_by_label("Prompt", exact=True).fill("Once")
        await page.locator(MODEL).fill("acme/first")
        await compare(page, "acme/second")
        await page.locator(RUN).click()
        for result in await page.locator(RESULTS).all():
            await expect(result).to_have_value(re.compile("word5"))
        assert all("running" in line for line in await page.locator(STATUS).all_inner_texts())
        assert len(app.model.requests) == 2
        await asyncio.sleep(0.6)
        await page.locator(STOP).click()
        for line in await page.locator(STATUS).all():
            await expect(line).to_contain_text("■ stopped")
        await asyncio.wait_for(app.model.left.wait(), 2)
        one, other = await widths(page)
        assert abs(one - other) < 2


async def test_the_second_is_another_model_of_the_server_and_both_are_timed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await compare(page)
        await expect(page.locator(SECOND)).to_have_value("builtin/picture-kinds")
        await page.locator("#examples-image-classification button").first.click()
        lines = page.locator(STATUS)
        await expect(lines.first).to_contain_text(re.compile(r"done · [\d.]+ s · builtin/efficientnet-lite0"))
        await expect(lines.last).to_contain_text(re.compile(r"done · [\d.]+ s · builtin/picture-kinds"))
        await expect(page.locator(RUN)).to_be_visible()
        await page.locator(COMPARE).click()
        await expect(page.locator(COLUMNS)).to_have_count(1)


async def test_a_refusal_of_one_leaves_the_answer_of_the_other(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3") as page:
        await compare(page, "builtin/nothing")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).last).to_contain_text("✗")
        await expect(page.locator(STATUS).first).to_contain_text("✓ done")


async def test_a_fault_says_which_of_the_models_it_is_about(app: Server, browser: Browser) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3&compare=builtin%2Ftrigram-en-us"
    async with watched_page(browser, link) as page:
        await page.locator(RUN).click()
        await expect(page.locator(STATUS)).to_contain_text(["✓ done"] * 2)
        await page.locator(SECOND).fill("builtin/nothing")
        await page.locator(RUN).click()
        await expect(page.locator(TOAST)).to_contain_text("Second model · nothing: There is no model")
        column = page.locator(".second > .outcome")
        await expect(column.locator("[data-testid=block-info]")).to_have_text("Result · trigram-en-us")
        await expect(column.locator("> :has(.result)")).to_have_css("opacity", "0.85")
        await expect(page.locator(STATUS).first).to_contain_text("✓ done")


async def test_the_faults_of_both_are_told_apart(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({"error": "Out of order."}, 500))
    link = f"{app.url}?task=text-classification#text=Hello&model=acme%2Fone&compare=acme%2Ftwo"
    async with watched_page(browser, link) as page:
        await expect(page.locator(SECOND)).to_have_value("acme/two")
        await page.locator(RUN).click()
        told = page.locator(f"{TOAST} strong")
        await expect(told).to_have_count(2)
        names = sorted([text.strip() for text in await told.all_inner_texts()])
        assert names == ["First model · one:", "Second model · two:"]


async def test_a_fault_of_one_does_not_end_the_other(endpoint: Answering, browser: Browser) -> None:
    async def answer(request: web.Request, model: Upstream) -> web.StreamResponse:
        if request.path.endswith("two"):
            return web.json_response({"error": "Out of order."}, status=500)
        await asyncio.sleep(1)
        return web.json_response([{"label": "good", "score": 0.9}])

    app = endpoint(answer)
    link = f"{app.url}?task=text-classification#text=Hello&model=acme%2Fone&compare=acme%2Ftwo"
    async with watched_page(browser, link) as page:
        await expect(page.locator(SECOND)).to_have_value("acme/two")
        await page.evaluate(
            "() => { window.ends = []; addEventListener('run-ends', ({ detail }) => ends.push(detail.state)); }"
        )
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).first).to_contain_text("✓ done")
        assert await page.evaluate("ends") == ["failed", "done"]


async def test_a_link_opens_the_comparison_again(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await page.get_by_label("Prompt", exact=True).fill("Once")
        await compare(page, "builtin/trigram-en-us")
        # The first too, which the server may not recommend any more.
        named = "model=builtin%2Fsmollm2-135m-instruct&compare=builtin%2Ftrigram-en-us"
        await expect(page).to_have_url(re.compile(named))
        link = page.url
        await page.locator(COMPARE).click()
        await expect(page).to_have_url(re.compile("#prompt=Once$"))
    async with watched_page(browser, link, viewport=PHONE) as page:
        await expect(page.locator(MODEL)).to_have_value("builtin/smollm2-135m-instruct")
        await expect(page.locator(SECOND)).to_have_value("builtin/trigram-en-us")
        await expect(page.get_by_label("Prompt", exact=True)).to_have_value("Once")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).last).to_contain_text("✓ done", timeout=20_000)
        assert not await scrolls_sideways(page)


async def test_reset_brings_back_the_suggested_model_and_the_answer_steps_back(app: Server, browser: Browser) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3&compare="
    async with watched_page(browser, link + "builtin%2Fsmollm2-135m-instruct") as page:
        column, same = page.locator(".second"), page.locator(".same")
        await expect(same).to_have_text("Both are the same model.")
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).last).to_contain_text("✓ done")
        await column.locator(".reset").click()
        await expect(page.locator(SECOND)).to_have_value("builtin/trigram-en-us")
        await expect(column.locator(".reset")).to_be_hidden()
        await expect(same).to_have_text("")
        old = column.locator(".outcome > :has(.result)")
        await expect(old).to_have_css("opacity", "0.85")
        await expect(page.locator(".stage:not(.second) > .outcome > :has(.result):visible")).to_have_css("opacity", "1")
        await page.locator(SECOND).fill("")
        await expect(same).to_have_text("Both are the same model.")
        await page.locator(MODEL).fill("builtin/trigram-en-us")
        await expect(same).to_have_text("")
        await column.locator(".reset").click()
        await expect(page.locator(SECOND)).to_have_value("builtin/smollm2-135m-instruct")


@pytest.mark.parametrize(
    ("locale", "first", "second", "exchange"),
    [
        ("en-US", "First model", "Second model", "Request and response"),
        ("de-DE", "Erstes Modell", "Zweites Modell", "Anfrage und Antwort"),
    ],
)
async def test_each_part_says_whose_model_s_it_is(
    app: Server, browser: Browser, locale: str, first: str, second: str, exchange: str
) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation", locale=locale) as page:
        drawers = page.locator(".wire:visible .label-wrap span:first-child")
        box = page.locator(".model label span:visible")
        own = (await box.inner_text()).strip()
        await expect(drawers).to_have_text([exchange])
        await compare(page)
        await expect(drawers).to_have_text([f"{exchange} · {second}", f"{exchange} · {first}"])
        await expect(box).to_have_text(first)
        await page.locator(COMPARE).click()
        await expect(drawers).to_have_text([exchange])
        await expect(box).to_have_text(own)


async def test_open_parameters_leave_no_hole_beside_them(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        await compare(page)
        await page.locator(".parameters:visible .label-wrap").click()
        shape = await page.locator(".strip:visible").bounding_box()
        drawer = await page.locator(".parameters:visible").bounding_box()
        assert shape and drawer and abs(shape["width"] - drawer["width"]) < 2
        assert drawer["height"] < 500


async def test_two_chats_go_on_side_by_side(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(streams(chat_event("Hello"), chat_event(" you"), b"data: [DONE]\n\n"))
    async with watched_page(browser, f"{app.url}?task=conversational") as page:
        await compare(page, "acme/second")
        one, other = [await log.bounding_box() for log in await page.locator(".conversation:visible").all()]
        assert one and other and one["y"] == other["y"]
        for number, message in enumerate(("First", "Second"), 1):
            box = page.locator(".inputs:visible textarea")
            await box.fill(message)
            await box.press("Enter")
            for log in await page.locator(".conversation:visible").all():
                await expect(log.locator(".turn.bot")).to_have_count(number)
                await expect(log.locator(".turn.bot .words").last).to_have_text("Hello you")
            await expect(page.locator(RUN)).to_be_visible()
            await expect(box).to_be_in_viewport(ratio=1)  # and not below the buttons, which stick to the window
            shapes = [await one.bounding_box() for one in (box, page.locator(".actions:visible"))]
            assert shapes[0] and shapes[1] and shapes[0]["y"] + shapes[0]["height"] / 2 < shapes[1]["y"]
    last = [json.loads(body)["messages"] for _, _, body in app.model.requests][-2:]
    assert [[one["role"] for one in messages] for messages in last] == [["user", "assistant", "user"]] * 2


async def test_the_empty_column_says_what_to_do_until_there_is_a_result(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3") as page:
        hint = page.locator(".press")
        await compare(page)
        await expect(hint).to_be_visible()
        await expect(hint).to_have_text("Press Run to see both answers.")
        await page.locator(RUN).click()
        await expect(hint).to_be_hidden()
        await expect(page.locator(STATUS).last).to_contain_text("✓ done")
        await expect(hint).to_be_hidden()
    async with watched_page(browser, f"{app.url}?task=conversational#compare=", locale="de-DE") as page:
        await expect(page.locator(".press")).to_have_text("Klicken Sie auf „Senden“, um beide Antworten zu sehen.")


async def test_each_column_says_what_its_model_can(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-generation") as page:
        own = page.locator(".about .abilities:visible, .about .level:visible")
        await expect(own).to_have_count(2)
        first, second = page.locator(".whose"), page.locator(".second .pick")
        await compare(page)
        await expect(first.locator("b")).to_have_text("builtin/smollm2-135m-instruct")
        await expect(first.locator(".told")).to_contain_text("answers in fluent English")
        await expect(second.locator(".level")).to_have_text("toy")
        await expect(second.locator("[data-of=can]")).to_contain_text("each word fits the two before it")
        await expect(second.locator("[data-of=cannot]")).to_contain_text("The whole means nothing")
        await expect(own).to_have_count(0)
        await page.locator(SECOND).fill("builtin/smollm2-135m-instruct")
        await expect(second.locator("[data-of=can]")).to_contain_text("answers in fluent English")
        await page.locator(SECOND).fill("acme/unknown")
        await expect(second.locator(".told")).to_be_hidden()
        await page.locator(COMPARE).click()
        await expect(own).to_have_count(2)
        await expect(page.locator(".told:visible")).to_have_count(0)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_an_answer_has_the_name_of_its_model(app: Server, browser: Browser, screen: dict[str, int]) -> None:
    link = f"{app.url}?task=text-generation#prompt=Once&max_new_tokens=3"
    async with watched_page(browser, link, viewport=screen) as page:
        titles = page.locator(f"{COLUMNS} [data-testid=block-info]")
        await expect(titles).to_have_text(["Result"])
        await compare(page)
        both = ["Result · smollm2-135m-instruct", "Result · trigram-en-us"]
        await expect(titles).to_have_text(both)
        await page.locator(RUN).click()
        await expect(page.locator(STATUS).last).to_contain_text("✓ done")
        await page.locator(SECOND).fill("builtin/other")  # the answer is still the old one's
        await expect(titles).to_have_text(both)
        for box, title in zip(await page.locator(RESULTS).all(), both, strict=True):
            await expect(box).to_have_accessible_name(title)
        await page.locator(COMPARE).click()
        await expect(titles).to_have_text(["Result"])
