"""Files that a browser cannot show: PDFs with a choice of the page, pictures of phones, and what cannot be read."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.support import processes, upstream
from tests.support.endpoint import Answering
from tests.support.media import drawn_page, heic_file, pdf_file, picture_file, written_pdf
from tests.support.pages import CLEAR, NOTE, PHONE, TOAST, drop, run, watched_page
from tests.support.processes import Server
from tests.support.rewired_app import PUBLIC
from tests.support.upstream import Upstream

pytestmark = pytest.mark.asyncio(loop_scope="session")

INPUTS = ".stage:visible > .inputs"
GIVEN = f"{INPUTS} .file img"
CHOOSER = f"{INPUTS} nav:visible"
NUMBER = f"{CHOOSER} input"
SAID = f"{INPUTS} .about-file p"
QUESTION = "What is the total?"
PAGES = [["Minutes", "Nothing to report."], ["Invoice 17", "Total: $42.50"], ["Appendix", "Total: $99.00"]]
REPORT = pdf_file(*(drawn_page([(60, 60 + 60 * at, line) for at, line in enumerate(lines)]) for lines in PAGES))


async def give(page: Page, name: str, content: bytes, kind: str = "") -> None:
    await page.locator(f"{INPUTS} input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )


async def expect_page(page: Page, number: int) -> None:
    await expect(page.locator(GIVEN)).to_have_attribute("src", re.compile(rf"/page-{number}-of-3\."))
    await expect(page.locator(NUMBER)).to_have_value(str(number))
    await expect(page.locator(CHOOSER)).to_contain_text("of 3")


async def size_of(picture: Locator) -> list[int]:
    await expect(picture).to_have_js_property("complete", True)
    size: list[int] = await picture.evaluate("(one) => [one.naturalWidth, one.naturalHeight]")
    return size


@pytest.mark.parametrize("window", [{}, {"viewport": PHONE}], ids=["desktop", "phone"])
async def test_the_chosen_page_of_a_pdf_is_asked(app: Server, browser: Browser, window: dict[str, object]) -> None:
    async with watched_page(browser, f"{app.url}?task=document-question-answering", **window) as page:
        await give(page, "report.pdf", REPORT, "application/pdf")
        await expect_page(page, 1)
        await page.get_by_label("Next page").locator("visible=true").click()
        await expect_page(page, 2)
        await page.get_by_label("Question", exact=True).fill(QUESTION)
        await run(page)
        await expect(page.locator(NOTE)).to_have_text("Answer: $42.50")
        await page.get_by_label("Next page").locator("visible=true").click()
        await expect_page(page, 3)
        await run(page)
        await expect(page.locator(NOTE)).to_have_text("Answer: $99.00")
        await page.locator(CLEAR).click()
        await expect(page.locator(CHOOSER)).to_have_count(0)


async def test_the_page_is_chosen_by_keyboard_and_stays_within_the_document(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await give(page, "report.pdf", REPORT, "application/pdf")
        await expect_page(page, 1)
        await page.locator(NUMBER).focus()
        await page.keyboard.press("ArrowUp")
        await expect_page(page, 2)
        await page.locator(NUMBER).fill("17")
        await page.keyboard.press("Enter")
        await expect_page(page, 3)
        await page.locator(NUMBER).fill("")
        await page.keyboard.press("Enter")
        await expect_page(page, 1)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await expect_page(page, 3)
        await expect(page.get_by_label("Next page").locator("visible=true")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect_page(page, 3)


async def test_a_pdf_is_dropped_and_a_run_at_once_takes_its_first_page(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await drop(page, page.locator(f"{INPUTS} .file [aria-dropeffect]"), "report.PDF", REPORT, "application/pdf")
        await expect(page.locator(GIVEN)).to_be_attached()
        await run(page)
        await expect(page.locator(".result textarea:visible")).to_have_value("Minutes\nNothing to report.")
        await expect_page(page, 1)


async def test_a_picture_that_follows_a_pdf_has_no_pages_to_choose(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await give(page, "report.pdf", REPORT, "application/pdf")
        await expect_page(page, 1)
        await page.get_by_label("Remove Image").locator("visible=true").click()
        await expect(page.locator(CHOOSER)).to_have_count(0)
        await give(page, "a.png", picture_file(drawn_page([(10, 10, "Hello")])), "image/png")
        await expect(page.locator(GIVEN)).to_be_visible()
        await expect(page.locator(CHOOSER)).to_have_count(0)


@pytest.mark.parametrize("name", ["IMG_1.HEIC", "really-heic.jpg"])
async def test_a_picture_of_a_phone_is_shown_upright_and_arrives_as_jpeg(
    endpoint: Answering, browser: Browser, name: str
) -> None:
    app = endpoint(upstream.answers([{"label": "a lion", "score": 0.9}]))
    turned = Image.Exif()
    turned[0x0112] = 6
    content = heic_file(Image.new("RGB", (64, 32), "teal"), exif=turned.tobytes())
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await give(page, name, content, "image/jpeg" if name.endswith("jpg") else "")
        await expect(page.locator(SAID)).to_be_empty()
        await page.wait_for_function(f"document.querySelector('{GIVEN.replace(':visible', '')}')?.naturalWidth")
        assert await size_of(page.locator(GIVEN)) == [32, 64]
        await run(page)
    (request,) = app.model.requests
    with Image.open(io.BytesIO(request[2])) as sent:
        assert (sent.format, sent.size) == ("JPEG", (32, 64))


async def test_a_tiff_is_shown_too(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await give(page, "scan.tif", picture_file(drawn_page([(10, 10, "Hello")]), "TIFF"), "image/tiff")
        await expect(page.locator(GIVEN)).to_have_attribute("src", re.compile(r"/scan\.png$"))
        assert await size_of(page.locator(GIVEN)) == [800, 500]


@pytest.mark.parametrize(
    ("task", "name", "content", "words"),
    [
        ("image-to-text", "locked.pdf", written_pdf(has_password=True), "protected by a password: save a copy"),
        ("image-to-text", "cut.pdf", REPORT[:500], "The PDF is damaged, empty or cut off"),
        ("image-classification", "report.pdf", REPORT, "“Picture” takes pictures only"),
        ("image-classification", "cut.heic", heic_file()[:-300], "The picture is damaged or cut off"),
    ],
    ids=["locked", "cut", "no document", "cut HEIC"],
)
async def test_a_file_that_cannot_be_read_says_why_below_it_until_another_is_there(
    app: Server, browser: Browser, task: str, name: str, content: bytes, words: str
) -> None:
    async with watched_page(browser, f"{app.url}?task={task}") as page:
        await give(page, name, content)
        await expect(page.locator(SAID)).to_contain_text(words)
        await run(page, "✗")
        await expect(page.locator(f"{NOTE} .refusal")).to_contain_text(words)
        await page.get_by_label("Remove Image").locator("visible=true").click()
        await expect(page.locator(SAID)).to_be_hidden()
        await give(page, "a.png", picture_file(), "image/png")
        await expect(page.locator(GIVEN)).to_be_visible()
        await expect(page.locator(SAID)).to_be_hidden()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def report_server() -> AsyncIterator[Upstream]:
    async def answer(request: web.Request, server: Upstream) -> web.StreamResponse:
        return web.Response(body=REPORT, content_type="application/pdf")

    async with upstream.serving(answer) as server:
        yield server


async def test_a_link_keeps_the_page_of_a_pdf_by_url(report_server: Upstream, browser: Browser) -> None:
    url = f"{report_server.url.replace('127.0.0.1', PUBLIC)}/report.pdf"
    with processes.rewired_app("--backend", "local") as app:
        async with watched_page(browser, f"{app.url}?task=document-question-answering") as page:
            await page.locator(f"{INPUTS} .url :is(textarea, input)").fill(url)
            await page.locator(f"{INPUTS} .url :is(textarea, input)").press("Enter")
            await expect_page(page, 1)
            await page.get_by_label("Next page").locator("visible=true").click()
            await expect_page(page, 2)
            await page.get_by_label("Question", exact=True).fill(QUESTION)
            await page.wait_for_function("decodeURIComponent(location.hash).includes('question')")
            link = page.url
        assert f"{url}#page=2" in unquote(link)
        async with watched_page(browser, link) as page:
            await expect(page.locator(f"{INPUTS} .url :is(textarea, input)")).to_have_value(f"{url}#page=2")
            await run(page)
            await expect(page.locator(NOTE)).to_have_text("Answer: $42.50")
            await expect_page(page, 2)
    assert {path for path, _, _ in report_server.requests} == {"/report.pdf"}


async def test_only_the_first_page_is_there_until_another_is_wanted(app: Server, browser: Browser) -> None:
    long = written_pdf(b"0 0 60 80", count=400)
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await give(page, "book.pdf", long, "application/pdf")
        await expect(page.locator(CHOOSER)).to_contain_text("of 400")
        await page.locator(NUMBER).focus()
        for _ in range(12):
            await page.keyboard.press("ArrowUp")
        await expect(page.locator(GIVEN)).to_have_attribute("src", re.compile(r"/page-13-of-400\."))
        await expect(page.locator(NUMBER)).to_have_value("13")
        await asyncio.sleep(0.5)
        await expect(page.locator(NUMBER)).to_have_value("13")
        assert await page.locator(TOAST).count() == 0
