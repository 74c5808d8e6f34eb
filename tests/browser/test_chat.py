"""A conversation with the keys and clicks of people, against an upstream that writes what the test says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Locator, Page, expect

from tasks.registry import all_tasks
from tests.support import upstream
from tests.support.answers import chat_event, event, in_turn, streams
from tests.support.endpoint import Answering, Endpoint
from tests.support.pages import CLEAR, PHONE, RESULT, RUN, STATUS, STOP, click_example, open_tab, watched_page
from tests.support.upstream import Answer, Upstream

pytestmark = pytest.mark.asyncio(loop_scope="session")

USER, BOT = f"{RESULT} [data-testid=user]", f"{RESULT} [data-testid=bot]"
LOG = f"{RESULT} .conversation"
MARKDOWN = """# Plan

Two **bold** words
on two lines, `code`, *this* and ~~that~~.

1. one
2. two

| a | b |
|---|---|
| 1 | 2 |

```python
print("a < b")
```

[good](https://example.org/a) [bad](javascript:alert(1)) ![picture](https://example.org/p.png) <b>raw</b>"""


def writes(text: str, **thought: str) -> Answer:
    """An answer in one piece, after what is thought."""
    before = [event({"choices": [{"index": 0, "delta": {name: words}}]}) for name, words in thought.items()]
    return streams(*before, chat_event(text), b"data: [DONE]\n\n")


def paused(*pieces: bytes, until: asyncio.Event) -> Answer:
    """The first piece, and the others after the event."""

    async def answer(request: web.Request, model: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(pieces[0])
        await until.wait()
        for piece in pieces[1:]:
            await response.write(piece)
        return response

    return answer


@asynccontextmanager
async def chat(
    endpoint: Answering, browser: Browser, answer: Answer, **options: Any
) -> AsyncIterator[tuple[Page, Endpoint]]:
    app = endpoint(answer)
    async with watched_page(browser, f"{app.url}?task=conversational", **options) as page:
        yield page, app


def box_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message", exact=True)


async def say(page: Page, words: str) -> None:
    """Write the message, press Enter and wait until the run is over."""
    await box_of(page).fill(words)
    await box_of(page).press("Enter")
    await expect(page.locator(USER).last).to_have_text(f"You{words}Edit")
    await expect(page.locator(STATUS)).to_contain_text("✓ done")


def sent(app: Endpoint, number: int = -1) -> list[tuple[str, str]]:
    return [(one["role"], one["content"]) for one in json.loads(app.model.requests[number][2])["messages"]]


async def words_of(page: Page, who: str) -> list[str]:
    return await page.locator(f"{who} > .words").all_text_contents()


async def test_enter_sends_and_shift_enter_breaks_the_line(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Good day.")) as (page, app):
        await box_of(page).click()
        await page.keyboard.type("One")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("Two")
        await expect(box_of(page)).to_have_value("One\nTwo")
        assert app.model.requests == []
        await page.keyboard.press("Enter")
        await expect(page.locator(BOT)).to_contain_text("Good day.")
        await expect(box_of(page)).to_have_value("")
        await expect(box_of(page)).to_be_focused()
        assert (await words_of(page, USER), sent(app)) == (["One\nTwo"], [("user", "One\nTwo")])


async def test_the_enter_of_an_input_method_does_not_send(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("こんにちは。")) as (page, app):
        await box_of(page).click()
        keys = await page.context.new_cdp_session(page)
        await keys.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
        # As input methods send it: with the code of what it is, or, after the composition in Safari, with 229.
        enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter"}
        await keys.send("Input.dispatchKeyEvent", {**enter, "windowsVirtualKeyCode": 13})
        await keys.send("Input.insertText", {"text": "日本"})
        await keys.send("Input.dispatchKeyEvent", {**enter, "windowsVirtualKeyCode": 229})
        await page.wait_for_timeout(400)
        assert app.model.requests == []
        await expect(box_of(page)).to_have_value("日本")
        await page.keyboard.press("Enter")
        await expect(page.locator(BOT)).to_contain_text("こんにちは。")
        assert sent(app) == [("user", "日本")]


async def test_an_empty_message_is_not_sent(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Good day.")) as (page, app):
        await box_of(page).fill("  ")
        await box_of(page).press("Enter")
        await page.locator(RUN).click()
        await expect(box_of(page)).to_be_focused()
        await page.wait_for_timeout(400)
        assert app.model.requests == []
        await expect(page.locator(USER)).to_have_count(0)


async def test_what_is_typed_while_an_answer_is_written_stays_and_is_not_sent(
    endpoint: Answering, browser: Browser
) -> None:
    done = asyncio.Event()
    async with chat(endpoint, browser, paused(chat_event("Well"), chat_event(", yes."), until=done)) as (page, app):
        await box_of(page).fill("First")
        await box_of(page).press("Enter")
        await expect(page.locator(BOT)).to_contain_text("Well")
        await page.keyboard.type("Second")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_timeout(400)
        done.set()
        await expect(page.locator(BOT)).to_contain_text("Well, yes.")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await page.wait_for_timeout(200)
        await expect(box_of(page)).to_have_value("Second")
        assert len(app.model.requests) == 1
        await page.keyboard.press("Enter")
        await expect(page.locator(USER)).to_have_count(2)


async def test_asking_again_replaces_the_answer_and_keeps_a_draft(endpoint: Answering, browser: Browser) -> None:
    begun = asyncio.Event()
    answers = in_turn(writes("First."), writes("Second."), paused(b": wait\n\n", chat_event("Third."), until=begun))
    async with chat(endpoint, browser, answers) as (page, app):
        await say(page, "One?")
        await say(page, "Two?")
        await box_of(page).fill("A draft")
        again = page.get_by_role("button", name="Ask again")
        await expect(again).to_have_count(1)
        await again.press("Enter")
        await app.model.wait_for_requests(3)
        await page.wait_for_timeout(400)
        assert await words_of(page, BOT) == ["First.", "Second."]  # until the new one begins
        begun.set()
        await expect(page.locator(BOT).last).to_contain_text("Third.")
        await expect(box_of(page)).to_have_value("A draft")
        assert await words_of(page, USER) == ["One?", "Two?"]
        assert await words_of(page, BOT) == ["First.", "Third."]
        assert sent(app) == [("user", "One?"), ("assistant", "First."), ("user", "Two?")]


@pytest.mark.parametrize("end", ["failed", "stopped"])
async def test_the_old_answer_stays_where_there_is_no_new_one(endpoint: Answering, browser: Browser, end: str) -> None:
    no_answer = upstream.answers({"error": "Out of order."}, 422) if end == "failed" else upstream.silence(20)
    async with chat(endpoint, browser, in_turn(writes("First."), no_answer, writes("Last."))) as (page, app):
        await say(page, "One?")
        await page.get_by_role("button", name="Ask again").click()
        await app.model.wait_for_requests(2)
        if end == "stopped":
            await page.wait_for_timeout(600)  # sooner, Stop takes a press for the second one of Run
            await page.locator(STOP).click()
        else:
            await expect(page.locator(STATUS)).to_contain_text("✗")
        await expect(page.get_by_role("button", name="Ask again")).to_be_visible()
        await expect(box_of(page)).to_have_value("")
        assert (await words_of(page, USER), await words_of(page, BOT)) == (["One?"], ["First."])
        await say(page, "Two?")
        assert sent(app) == [("user", "One?"), ("assistant", "First."), ("user", "Two?")]


async def test_a_message_without_an_answer_comes_back_into_the_box(endpoint: Answering, browser: Browser) -> None:
    refusal = upstream.answers({"error": "Out of order."}, 422)
    async with chat(endpoint, browser, in_turn(refusal, writes("There."))) as (page, app):
        await box_of(page).fill("Hello?")
        await box_of(page).press("Enter")
        await expect(page.locator(STATUS)).to_contain_text("✗")
        await expect(box_of(page)).to_have_value("Hello?")
        await page.get_by_role("button", name="Ask again").click()
        await expect(page.locator(BOT)).to_contain_text("There.")
        assert sent(app) == [("user", "Hello?")]
        await expect(box_of(page)).to_have_value("")


async def test_the_last_message_is_edited_and_escape_cancels(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, in_turn(writes("First."), writes("Second."), writes("Third."))) as (page, app):
        await say(page, "One?")
        await say(page, "Tow?")
        await box_of(page).fill("A draft")
        edit = page.get_by_role("button", name="Edit", exact=True)
        await edit.press("Enter")
        await expect(box_of(page)).to_have_value("Tow?")
        await expect(box_of(page)).to_be_focused()
        await expect(page.get_by_role("status").filter(has_text="You are editing")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(box_of(page)).to_have_value("A draft")
        assert await words_of(page, BOT) == ["First.", "Second."]
        await edit.click()
        await box_of(page).fill("Two?")
        await page.keyboard.press("Enter")
        await expect(page.locator(BOT).last).to_contain_text("Third.")
        assert (await words_of(page, USER), await words_of(page, BOT)) == (["One?", "Two?"], ["First.", "Third."])
        assert sent(app) == [("user", "One?"), ("assistant", "First."), ("user", "Two?")]


async def test_answers_and_code_are_copied_as_they_were_written(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes(MARKDOWN)) as (page, _):
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await say(page, "Plan?")
        for name, copied in {"Copy the code": 'print("a < b")\n', "Copy the answer": MARKDOWN}.items():
            await page.get_by_title(name).press("Enter")
            await expect(page.get_by_title(name)).to_have_text("Copied")
            assert await page.evaluate("navigator.clipboard.readText()") == copied


async def test_markdown_is_shown_and_nothing_else(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes(MARKDOWN)) as (page, _):
        await say(page, "**Plan**?")
        assert await words_of(page, USER) == ["**Plan**?"]
        answer = page.locator(f"{BOT} > .words")
        for selector, text in {"h3": "Plan", "strong": "bold", "ol li": "one", "td": "1", "s": "that"}.items():
            await expect(answer.locator(selector).first).to_have_text(text)
        await expect(answer.locator("pre")).to_have_text('print("a < b")\n')
        await expect(answer.locator("br")).to_have_count(1)
        await expect(answer.locator("img, b, script, [style]")).to_have_count(0)
        await expect(answer).to_contain_text("[bad](javascript:alert(1))")
        links = "all => all.map(one => [one.href, one.target, one.rel])"
        outside = ["_blank", "noopener noreferrer nofollow"]
        assert await answer.locator("a").evaluate_all(links) == [
            ["https://example.org/a", *outside],
            ["https://example.org/p.png", *outside],
        ]


@pytest.mark.parametrize("place", ["reasoning", "reasoning_content", "<think>"])
async def test_thinking_is_open_until_the_answer_begins_and_is_not_sent_back(
    endpoint: Answering, browser: Browser, place: str
) -> None:
    begins = asyncio.Event()
    in_answer = place == "<think>"
    delta = {"content": "<think>Hm <b>"} if in_answer else {place: "Hm <b>"}
    first = event({"choices": [{"index": 0, "delta": delta}]})
    answer = chat_event("</think>\n\n42" if in_answer else "42")
    async with chat(endpoint, browser, in_turn(paused(first, answer, until=begins), writes("43"))) as (page, app):
        await box_of(page).fill("How many?")
        await box_of(page).press("Enter")
        thoughts = page.locator(f"{BOT} details")
        await expect(thoughts.locator(".thoughts")).to_have_text("Hm <b>")
        await expect(thoughts).to_have_attribute("open", "")
        begins.set()
        await expect(page.locator(f"{BOT} > .words")).to_have_text("42")
        await expect(thoughts).not_to_have_attribute("open", "")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        await thoughts.locator("summary").press("Enter")
        await expect(thoughts.locator(".thoughts")).to_be_visible()
        await say(page, "And one more?")
        assert sent(app) == [("user", "How many?"), ("assistant", "42"), ("user", "And one more?")]


async def test_the_system_prompt_of_the_drawer_is_sent_first(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Ahoy.")) as (page, app):
        await page.get_by_role("button", name="System prompt and parameters").click()
        await page.get_by_label("System prompt", exact=True).fill("You are a pirate.")
        await say(page, "Hello")
        await say(page, "Who are you?")
        assert sent(app)[:2] == [("system", "You are a pirate."), ("user", "Hello")]
        assert [role for role, _ in sent(app)] == ["system", "user", "assistant", "user"]
        await expect(page.locator(USER)).to_have_count(2)


async def test_on_a_phone_enter_breaks_the_line_and_the_box_stays_in_view(
    endpoint: Answering, browser: Browser
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    async with chat(endpoint, browser, writes("A long answer.\n\n" * 60), **phone) as (page, app):
        await box_of(page).tap()
        await page.keyboard.type("One")
        await page.keyboard.press("Enter")
        await page.keyboard.type("Two")
        await page.wait_for_timeout(300)
        assert app.model.requests == []
        await page.locator(RUN).tap()
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        assert sent(app) == [("user", "One\nTwo")]
        await expect(box_of(page)).to_be_in_viewport(ratio=1)
        await expect(page.locator(RUN)).to_be_in_viewport(ratio=1)
        await expect(page.locator(f"{BOT} p").last).to_be_in_viewport()


async def test_a_growing_answer_is_followed_only_by_who_reads_its_end(endpoint: Answering, browser: Browser) -> None:
    grows = asyncio.Event()
    pieces = [chat_event(f"Paragraph {at}.\n\n") for at in range(60)]
    async with chat(endpoint, browser, paused(b"".join(pieces[:40]), *pieces[40:], until=grows)) as (page, _):
        await box_of(page).fill("A story")
        await box_of(page).press("Enter")
        await expect(page.locator(f"{BOT} p").nth(39)).to_be_in_viewport()
        await page.locator(LOG).hover()
        await page.mouse.wheel(0, -600)
        await expect(page.locator(f"{BOT} p").nth(39)).not_to_be_in_viewport()
        top = await page.locator(LOG).evaluate("one => one.scrollTop")
        grows.set()
        await expect(page.locator(f"{BOT} p")).to_have_count(60)
        assert await page.locator(LOG).evaluate("one => one.scrollTop") == top


async def test_an_empty_conversation_says_what_to_do_and_offers_examples(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Sure.")) as (page, _):
        await expect(page.locator(LOG)).to_contain_text("What would you like to talk about?")
        await click_example(page, "conversational")
        await page.locator(RUN).click()
        await expect(page.locator(BOT)).to_contain_text("Sure.")
        await expect(page.locator("#examples-conversational")).to_be_hidden()
        await page.locator(CLEAR).click()
        await expect(page.locator(LOG)).to_contain_text("What would you like to talk about?")
        await expect(page.locator("#examples-conversational")).to_be_visible()


async def test_a_conversation_has_the_whole_width_and_its_box_below(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Sure.")) as (page, _):
        await say(page, "Hello")
        log, box, stage = [
            await page.locator(one).bounding_box() for one in (LOG, ".inputs:visible textarea", ".stage:visible")
        ]
        assert log and box and stage
        assert min(log["width"], box["width"]) > 0.9 * stage["width"]
        assert box["y"] > log["y"] + log["height"] - 1


async def test_a_conversation_hides_no_examples_but_its_own(endpoint: Answering, browser: Browser) -> None:
    async with chat(endpoint, browser, writes("Yes.")) as (page, _):
        await say(page, "One?")
        await expect(page.locator("#examples-conversational")).to_be_hidden()
        await open_tab(page, next(task for task in all_tasks() if task.id == "summarization"))
        await expect(page.locator("#examples-summarization button").first).to_be_visible()
