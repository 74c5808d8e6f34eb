"""Every tab of the gallery in a real browser: its first example gives a result, shown the way the task declares."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tasks.registry import Task, all_tasks
from tasks.views import (
    BeforeAfter,
    GeneratedPicture,
    GeneratedSound,
    Grid,
    LabelScores,
    Messages,
    PlainText,
    Regions,
    Spans,
    Summary,
    Transcript,
    Vectors,
)
from tests.support.models import recommended
from tests.support.pages import (
    DESKTOP,
    NOTE,
    PHONE,
    RESULT,
    RESULT_TEXT,
    STATUS,
    TOAST,
    WIRE,
    click_chip,
    click_example,
    open_tab,
    scrolls_sideways,
    watched_page,
)
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def shows_a_text(page: Page, task: Task) -> None:
    await expect(page.locator(RESULT_TEXT)).to_have_value(re.compile(r"\w{2}"))


async def shows_labels_with_percentages(page: Page, task: Task) -> None:
    rows = page.locator(f"{RESULT} .bars li")
    await expect(rows.first).to_be_visible()
    assert await rows.count() >= 2
    for row in await rows.all_inner_texts():
        assert re.search(r"\w.*\s−?\d+\.\d%$", row, re.S), row
    await expect(page.locator(f"{RESULT} .headline b")).to_have_text(await rows.locator(".label").first.inner_text())


async def shows_marks_in_the_unchanged_text(page: Page, task: Task) -> None:
    marks = page.locator(f"{RESULT} mark")
    await expect(marks.first).to_be_visible()
    assert all([await mark.locator(".tag").inner_text() for mark in await marks.all()])
    text = await page.locator(f"{RESULT} .marked").evaluate(
        "(all) => { const copy = all.cloneNode(true); copy.querySelectorAll('.tag').forEach((one) => one.remove()); "
        "return copy.textContent; }"
    )
    assert text in task.examples[0]
    entries = page.locator(f"{RESULT} .parts li .words")
    assert await entries.all_inner_texts() == await marks.locator(".words").all_inner_texts()


async def shows_an_answer_in_a_bubble(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} [data-testid=user] > .words")).to_have_text(task.examples[0][0])
    await expect(page.locator(f"{RESULT} [data-testid=bot]")).to_have_text(re.compile(r"\w{2}"))


async def shows_rows(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} [role=gridcell]").first).to_have_text(re.compile(r"\w"))
    notes = await page.locator(NOTE).all_inner_texts()
    marked = page.locator(f"{RESULT} [role=gridcell][style*=background-color]")
    assert "".join(notes).strip() or await marked.count()


async def shows_a_summary_and_where_it_is_in_the_text(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} .answer")).to_have_text(re.compile(r"\w{2}"))
    await expect(page.locator(f"{RESULT} .source")).to_have_text(task.examples[0][0])
    marks = await page.locator(f"{RESULT} .source mark").all_inner_texts()
    summary = await page.locator(f"{RESULT} .answer").inner_text()
    assert marks and all(mark.strip() in summary for mark in marks)


async def shows_what_was_said(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} .answer")).to_have_text(re.compile(r"\w{2}"))


async def shows_a_strip_for_each_text(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} .strips .label")).to_have_text(task.examples[0][0])
    for strip in await page.locator(f"{RESULT} .strip").all():
        assert await strip.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    await expect(page.locator(f"{RESULT} .cosines tbody td")).to_have_count(len(task.examples[0][0]) ** 2)


async def shows_labelled_parts_of_the_picture(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} .picture [data-part]").first).to_be_visible()
    for picture in await page.locator(f"{RESULT} img").all():
        assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    for entry in await page.locator(f"{RESULT} .parts li").all_inner_texts():
        assert re.search(r"\w.*\s\d+\.\d%$", entry, re.S), entry


async def shows_a_picture_to_download(page: Page, task: Task) -> None:
    picture = page.locator(f"{RESULT} img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
    await expect_download(page, r"\.png$")


async def shows_both_pictures(page: Page, task: Task) -> None:
    pictures = page.locator(f"{RESULT} img")
    await expect(pictures).to_have_count(2)
    sizes = [
        await one.evaluate("(i) => i.decode().then(() => [i.naturalWidth, i.naturalHeight])")
        for one in await pictures.all()
    ]
    assert sizes[0] == sizes[1] and min(sizes[0]) > 100
    await expect_download(page, r"\.png$")


async def shows_a_player(page: Page, task: Task) -> None:
    await expect(page.locator(f"{RESULT} [data-testid^=waveform]").first).to_be_visible()
    await expect(page.locator(f"{RESULT} #duration, {RESULT} .duration, {RESULT} time").last).to_have_text(
        re.compile(r"0:0[1-9]")
    )
    await expect_download(page, r"\.wav$")


async def expect_download(page: Page, name: str) -> None:
    async with page.expect_download() as downloading:
        await page.locator(f"{RESULT} a[download], {RESULT} button[aria-label=Download]").first.click()
    download = await downloading.value
    assert re.search(name, download.suggested_filename)
    assert (await download.path()).stat().st_size > 1000


LOOKS: dict[type, Callable[[Page, Task], Awaitable[None]]] = {
    PlainText: shows_a_text,
    LabelScores: shows_labels_with_percentages,
    Spans: shows_marks_in_the_unchanged_text,
    Messages: shows_an_answer_in_a_bubble,
    Grid: shows_rows,
    Summary: shows_a_summary_and_where_it_is_in_the_text,
    Transcript: shows_what_was_said,
    Vectors: shows_a_strip_for_each_text,
    Regions: shows_labelled_parts_of_the_picture,
    GeneratedPicture: shows_a_picture_to_download,
    BeforeAfter: shows_both_pictures,
    GeneratedSound: shows_a_player,
}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def gallery(app: Server, browser: Browser) -> AsyncIterator[Page]:
    async with watched_page(browser, f"{app.url}?task={all_tasks()[0].id}") as page:
        yield page


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_the_first_example_gives_a_result_of_the_declared_kind(gallery: Page, task: Task) -> None:
    page = gallery
    await open_tab(page, task)
    await click_example(page, task.id)
    await LOOKS[task.view](page, task)
    await expect(page.locator(STATUS)).to_have_text(re.compile(rf"✓ done.* · \d+\.\d\d s · {recommended(task.id)}"))
    assert await page.locator(TOAST).count() == 0
    await page.locator(WIRE).click()
    for part in ("request", "url", f"/models/{recommended(task.id)}", "response", "status", "200", "body"):
        await expect(page.locator(WIRE)).to_contain_text(part)
    await page.set_viewport_size(PHONE)
    assert not await scrolls_sideways(page)
    await page.set_viewport_size(DESKTOP)


async def test_what_a_table_adds_up_to_is_said_in_words(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=table-question-answering") as page:
        await click_chip(page, page.locator("#examples-table-question-answering button").nth(1))
        await expect(page.locator(NOTE)).to_have_text("Sum of Units: 195")


async def test_the_cells_that_hold_the_answer_are_marked(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=table-question-answering") as page:
        await click_example(page, "table-question-answering")
        await expect(page.locator(NOTE)).to_have_text("Answer: Lisbon")
        marked = page.locator(f"{RESULT} [role=gridcell][style*=background-color]")
        await expect(marked).to_have_text(["Lisbon"])
