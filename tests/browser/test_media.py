"""Pictures and sounds in the page: every way to give one, bad files, URLs that are not called, the score slider."""

import asyncio
import base64
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tasks.samples import sample
from tests.support import processes, upstream
from tests.support.endpoint import Answering
from tests.support.pages import (
    CLEAR,
    NOTE,
    RESULT,
    STATUS,
    STOP,
    TOAST,
    WIRE,
    click_example,
    drop,
    expect_refusal,
    run,
    type_into_cell,
    watched_page,
)
from tests.support.processes import Server
from tests.support.rewired_app import PUBLIC
from tests.support.upstream import Upstream

pytestmark = pytest.mark.asyncio(loop_scope="session")

STAGE = ".stage:visible"
INPUT = f"{STAGE} > .column:first-child"
URL = f"{STAGE} .url textarea, {STAGE} .url input"
FILE = f"{INPUT} input[type=file]"
GIVEN = f"{INPUT} img"
BOXES = [
    {"label": "cup", "score": 0.9, "box": {"xmin": 10, "ymin": 10, "xmax": 200, "ymax": 200}},
    {"label": "spoon", "score": 0.4, "box": {"xmin": 300, "ymin": 30, "xmax": 400, "ymax": 300}},
]


def png(*size: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size or (320, 240), "teal").save(file, "PNG")
    return file.getvalue()


async def upload(page: Page, name: str, content: bytes, kind: str = "image/png") -> None:
    await page.locator(FILE).set_input_files({"name": name, "mimeType": kind, "buffer": content})


async def test_a_picture_is_uploaded_and_cleared(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-image") as page:
        await upload(page, "teal.png", png())
        await expect(page.locator(GIVEN)).to_be_visible()
        await page.get_by_label("Prompt", exact=True).fill("make it black and white")
        await run(page)
        await page.locator(CLEAR).click()
        await expect(page.locator(GIVEN)).to_have_count(0)
        await expect(page.locator(f"{RESULT} img")).to_have_count(0)


async def test_a_picture_is_dropped(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        box = page.locator(f"{INPUT} [aria-label^='Drop an image']")
        await drop(page, box, "dropped.png", png(), "image/png")
        await expect(page.locator(GIVEN)).to_be_visible()


async def test_a_picture_is_pasted(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-text") as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.evaluate(
            """async (encoded) => {
              const picture = await (await fetch(`data:image/png;base64,${encoded}`)).blob();
              await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
            }""",
            base64.b64encode(png()).decode(),
        )
        await page.get_by_label("Paste from clipboard").locator("visible=true").click()
        await expect(page.locator(GIVEN)).to_be_visible()


async def test_a_picture_is_photographed(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-segmentation") as page:
        await page.get_by_label("Capture from camera").locator("visible=true").click()
        await page.locator(INPUT).get_by_text("Click to Access Webcam").click()
        await page.wait_for_function("[...document.querySelectorAll('video')].some((video) => video.videoWidth)")
        await page.locator(INPUT).get_by_label("capture photo").click()
        await expect(page.locator(GIVEN)).to_be_visible()
        await run(page)
        await expect(page.locator(f"{RESULT} img.mask").first).to_be_attached()


async def test_a_sound_is_recorded_and_arrives_as_wav(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=audio-classification") as page:
        await page.get_by_label("Record audio").locator("visible=true").click()
        await page.locator(f"{INPUT} .record-button").click()
        await page.wait_for_timeout(2500)
        async with page.expect_response("**/gradio_api/upload*"):  # its waves are there before the app has it
            await page.locator(f"{INPUT} .stop-button").click()
        await expect(page.locator(f"{INPUT} [data-testid^=waveform]").first).to_be_visible()
        await run(page)
        await page.locator(WIRE).click()
        await expect(page.locator(WIRE)).to_contain_text("audio/wav")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.png", b"These are my notes, they are no picture.", "not a picture that can be read"),
        ("cut.jpg", sample("tower.jpg").read_bytes()[:4000], "damaged or cut off"),
    ],
    ids=["text", "truncated"],
)
async def test_a_file_that_is_not_a_picture_gets_one_sentence_and_the_last_result_stays(
    app: Server, browser: Browser, name: str, content: bytes, words: str
) -> None:
    # The browser's own error about a picture it cannot show is not ours.
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await click_example(page, "image-classification")
        before = await page.locator(f"{RESULT} .bars li").all_inner_texts()
        await page.locator(INPUT).get_by_label("Remove Image").click()
        await upload(page, name, content)
        await expect(page.locator(GIVEN)).to_have_count(1)
        await run(page, "✗")
        await expect_refusal(page, words)
        assert await page.locator(f"{RESULT} .bars li").all_inner_texts() == before


async def test_a_missing_picture_is_requested(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await run(page, "✗")
        await expect_refusal(page, "Picture is empty: drop, paste or photograph one, give its URL")


async def test_a_file_beyond_the_limit_is_refused_with_the_limit(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers({}))
    async with watched_page(browser, f"{app.url}?task=image-classification", may_log_errors=True) as page:
        await upload(page, "large.png", b"\x89PNG" + bytes(100_000))
        await expect(page.locator(TOAST).last).to_contain_text("exceed the maximum allowed size of 51.2 Kb")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def tripwire() -> AsyncIterator[tuple[int, list[object]]]:
    callers: list[object] = []
    server = await asyncio.start_server(lambda reader, writer: callers.append(writer), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], callers


@pytest.mark.parametrize("press", ["Enter", "Run"])
async def test_a_visitors_url_cannot_reach_the_apps_own_machine(
    app: Server, browser: Browser, tripwire: tuple[int, list[object]], press: str
) -> None:
    port, callers = tripwire
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await click_example(page, "image-classification")
        await page.locator(URL).fill(f"http://127.0.0.1:{port}/a.png")
        if press == "Enter":
            await page.locator(URL).press("Enter")
            await expect(page.locator(TOAST).last).to_contain_text("does not lead to a public address")
        else:
            await run(page, "✗")
            await expect_refusal(page, "does not lead to a public address")
        await expect(page.locator(GIVEN)).to_be_visible()
    assert callers == []


async def test_a_url_that_is_being_fetched_says_so_and_stop_ends_it(browser: Browser) -> None:
    picture = png(500, 400)

    async def answer(request: web.Request, server: Upstream) -> web.StreamResponse:
        if request.path == "/slow.png":
            return await upstream.silence(20)(request, server)
        is_file = request.path == "/quick.png"
        return web.Response(body=picture, content_type="image/png") if is_file else web.json_response(BOXES)

    async with upstream.serving(answer) as server:
        public = server.url.replace("127.0.0.1", PUBLIC)
        with processes.rewired_app("--backend", server.url) as app:
            async with watched_page(browser, f"{app.url}?task=object-detection") as page:
                await page.locator(URL).fill(f"{public}/slow.png")
                await page.locator("button.run:visible").click()
                said = page.locator(STATUS)
                await expect(said).to_contain_text(re.compile(r"● fetching the file at the URL · [1-9]\.\d+ s"))
                await page.locator(STOP).click()
                await expect(said).to_contain_text("■ stopped")
                await asyncio.wait_for(server.left.wait(), 5)
                await page.locator(URL).fill(f"{public}/quick.png")
                await run(page)
                await expect(page.locator(URL)).to_have_value("")
                await expect(page.locator(GIVEN)).to_be_visible()
                await run(page)  # the picture is given now
        fetched, asked = server.requests[:2], server.requests[2:]
        assert [path for path, _, _ in fetched] == ["/slow.png", "/quick.png"]
        assert [body for _, _, body in asked] == [picture, picture]


async def test_a_text_that_is_not_a_url_is_refused(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await page.locator(URL).fill("/etc/passwd")
        await page.locator(URL).press("Enter")
        await expect(page.locator(TOAST).last).to_contain_text("not a URL that can be loaded")


async def test_a_second_press_while_the_model_works_makes_no_second_call(endpoint: Answering, browser: Browser) -> None:
    async def slowly(request: web.Request, server: Upstream) -> web.StreamResponse:
        await asyncio.sleep(2)
        return web.json_response(BOXES)

    app = endpoint(slowly)
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await upload(page, "teal.png", png(500, 400))
        await page.locator("button.run:visible").dblclick()
        await app.model.wait_for_requests(1)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(STATUS)).to_contain_text("✓ done")
        assert len(app.model.requests) == 1


async def test_every_row_of_an_edited_table_gets_a_prediction(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=tabular-classification") as page:
        await click_example(page, "tabular-classification")
        await type_into_cell(page, "cell-0-2", "six", "Enter")
        await run(page, "✗")
        await expect_refusal(page, "six", "petal length")
        await type_into_cell(page, "cell-0-2", "1.3", "Enter")
        await run(page)
        await expect(page.locator(f"{RESULT} [role=columnheader]").first).to_contain_text("Prediction")
        await expect(page.locator(f"{RESULT} [role=gridcell][style*=background-color]")).to_have_text(
            ["setosa", "virginica", "versicolor"]
        )


async def test_the_answer_is_shown_and_marked_on_the_page(app: Server, browser: Browser, tmp_path: Path) -> None:
    async with watched_page(browser, f"{app.url}?task=document-question-answering") as page:
        await click_example(page, "document-question-answering")
        await expect(page.locator(NOTE)).to_have_text("Answer: $1,036.89")
        await expect(page.locator(f"{RESULT} .box")).to_have_count(1)
