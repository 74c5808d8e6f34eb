"""Many inputs at once: fifty rows with a fault in the middle, several pictures, Stop, and one download of it all."""

import asyncio
import base64
import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Dialog, Page, expect

from tasks.gallery.batch.sources import many_of
from tasks.registry import all_tasks
from tasks.samples import sample
from tests.support import upstream
from tests.support.batches import asked, fails_at, status, task_named
from tests.support.endpoint import Answering
from tests.support.hostile import MARK, hostile_words
from tests.support.media import heic_file, pdf_file
from tests.support.pages import PHONE, RESULT, open_tab, run, scrolls_sideways, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAWER = ".batch-drawer:visible"
FILES = ".batch-files:visible input[type=file]"
LINE = ".batch-line:visible"
ROWS = ".batch-rows:visible tbody tr"
GO, STOP, AGAIN, OVER = (f".batch-{name}:visible" for name in ("go", "stop", "again", "over"))
DOWNLOAD = ".batch-download:visible"
LABELS = [{"label": "good", "score": 0.9}, {"label": "bad", "score": 0.1}]
FIFTY = [f"text {number}" for number in range(1, 51)]


def table(folder: Path, texts: list[str], name: str = "texts.csv") -> Path:
    written = io.StringIO()
    csv.writer(written).writerows([["id", "text"], *([number, text] for number, text in enumerate(texts, 1))])
    (folder / name).write_text(written.getvalue(), encoding="utf-8", newline="")
    return folder / name


async def drop(page: Page, *files: Path) -> None:
    """Open the drawer and give it the files."""
    await page.locator(f"{DRAWER} .label-wrap").click()
    await page.locator(FILES).set_input_files(list(files))


async def downloaded(page: Page, folder: Path, link: str = DOWNLOAD) -> Path:
    async with page.expect_download() as waiting:
        await page.locator(link).click()
    download = await waiting.value
    await download.save_as(folder / download.suggested_filename)
    return folder / download.suggested_filename


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


async def test_fifty_rows_survive_a_fault_at_row_20(endpoint: Answering, browser: Browser, tmp_path: Path) -> None:
    app = endpoint(fails_at(lambda text: text == "text 20", status(503, "The model is out of order."), LABELS))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await drop(page, table(tmp_path, FIFTY))
        await expect(page.locator(LINE)).to_have_text("ready · 0 of 50")
        await expect(page.locator(GO)).to_have_text("Run all (50)")
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_contain_text("‖ paused")
        await expect(page.locator(LINE)).to_contain_text("Row 20: The model is out of order.")
        states = await page.locator(f"{ROWS} .state").all_inner_texts()
        assert states[:20] == ["✓ done"] * 19 + ["! failed"] and "○ waiting" in states[22:]
        done = states.count("✓ done")
        await expect(page.locator(GO)).to_have_text(f"Go on ({50 - done})")
        app.model.answer = upstream.answers(LABELS)

        # What is done stays, whatever else somebody does meanwhile.
        await page.get_by_label("Text", exact=True).fill("a single text")
        await run(page)
        await expect(page.locator(RESULT)).to_contain_text("good")
        await open_tab(page, task_named("translation"))
        await open_tab(page, task_named("text-classification"))
        assert (await page.locator(f"{ROWS} .state").all_inner_texts()).count("✓ done") == done

        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 50 of 50")
        rows = read((await downloaded(page, tmp_path)).read_text(encoding="utf-8"))
    assert [row["text"] for row in rows] == FIFTY and {row["Label"] for row in rows} == {"good"}
    times = {text: asked(app.model).count(text) for text in FIFTY}
    assert times.pop("text 20") >= 2 and set(times.values()) == {1}


async def test_stop_ends_at_the_source_and_going_on_asks_the_rest(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    app = endpoint(fails_at(lambda _: False, status(500), LABELS, pause=0.2))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await drop(page, table(tmp_path, FIFTY))
        await page.locator(GO).click()
        await expect(page.locator(f"{ROWS}[data-state=done]").first).to_be_visible()
        assert await page.locator(".batch-sources").evaluate("(one) => one.inert")
        await asyncio.sleep(0.6)
        await page.locator(STOP).click()
        await expect(page.locator(LINE)).to_contain_text("■ stopped")
        await expect(page.locator(f"{ROWS}[data-state=running]")).to_have_count(0)
        done = await page.locator(f"{ROWS}[data-state=done]").count()
        seen = len(app.model.requests)
        await asyncio.sleep(0.6)
        assert len(app.model.requests) == seen and 0 < done < 50
        app.model.answer = upstream.answers(LABELS)
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 50 of 50")
    assert len(app.model.requests) == seen + 50 - done


async def test_several_pictures_get_an_answer_each_and_one_table(app: Server, browser: Browser, tmp_path: Path) -> None:
    pictures = [sample(name) for name in ("cheetah.jpg", "lion.jpg", "invoice.png")]
    async with watched_page(browser, f"{app.url}?task=image-classification") as page:
        await drop(page, *pictures)
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3 · 1 refused", timeout=30_000)
        await expect(page.locator(f"{ROWS} .answer").first).to_contain_text("cheetah")
        await page.locator(".batch-filter.refused").click()
        await expect(page.locator(f"{ROWS}:visible")).to_have_count(1)
        await expect(page.locator(f"{ROWS}:visible .answer")).to_contain_text("looks like a document")
        rows = read((await downloaded(page, tmp_path)).read_text(encoding="utf-8"))
    assert [row["File"] for row in rows] == [one.name for one in pictures]
    assert [row["State"] for row in rows] == ["done", "done", "refused"] and rows[1]["Label"] == "lion"


async def test_phone_pictures_and_pages_of_a_pdf_are_rows_too(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    app = endpoint(upstream.answers([{"answer": "42", "score": 0.9}]))
    red, lime, blue = (Image.new("RGB", (90, 120), colour) for colour in ("red", "lime", "blue"))
    (tmp_path / "scan.pdf").write_bytes(pdf_file(red, lime))
    (tmp_path / "phone.heic").write_bytes(heic_file(blue))
    async with watched_page(browser, f"{app.url}?task=document-question-answering") as page:
        await page.get_by_label("Question", exact=True).fill("What is the total?")
        await drop(page, tmp_path / "scan.pdf", tmp_path / "phone.heic")
        inputs = page.locator(f"{ROWS} .input")
        await expect(inputs).to_have_text(["scan.pdf, page 1", "scan.pdf, page 2", "phone.heic"])
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3", timeout=60_000)
    sent = [base64.b64decode(json.loads(body)["inputs"]["image"]) for _, _, body in app.model.requests]
    seen = {max(range(3), key=lambda at: middle[at]) for middle in map(colour_of, sent)}
    assert len(sent) == 3 and seen == {0, 1, 2}


def colour_of(content: bytes) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))  # type: ignore[return-value]


async def test_pictures_that_were_made_come_as_one_archive(app: Server, browser: Browser, tmp_path: Path) -> None:
    async with watched_page(browser, f"{app.url}?task=text-to-image", viewport=PHONE) as page:
        await drop(page, table(tmp_path, ["A red house by the sea", "Two trees under the moon", "quantum"]))
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3 · 1 refused", timeout=30_000)
        await expect(page.locator(f"{ROWS} img").first).to_be_visible()
        assert not await scrolls_sideways(page)
        packed = zipfile.ZipFile(await downloaded(page, tmp_path))
    assert packed.namelist() == ["0001-A-red-house-by-the-sea.png", "0002-Two-trees-under-the-moon.png", "contents.csv"]


async def test_the_column_and_its_names_can_be_chosen(endpoint: Answering, browser: Browser, tmp_path: Path) -> None:
    app = endpoint(upstream.answers(LABELS))
    file = tmp_path / "deutsch.csv"
    file.write_bytes(
        "Bewertung;Bemerkung über alles\nSchön;ein viel längerer Text\nÖde;noch ein Text\n".encode("cp1252")
    )
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await drop(page, file)
        await expect(page.locator(f"{ROWS} .input")).to_have_text(["ein viel längerer Text", "noch ein Text"])
        column = page.get_by_label("Column for “Text”")
        await expect(column).to_have_value("Bemerkung über alles")
        await column.click()
        await page.get_by_role("option", name="Bewertung").click()
        await expect(page.locator(f"{ROWS} .input")).to_have_text(["Schön", "Öde"])
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 2 of 2")
        await page.get_by_label("The first row has the names").uncheck()
        await expect(page.locator(ROWS)).to_have_count(3)
        await column.click()
        await page.get_by_role("option", name="Column 1").click()
        # What is done stays done where the rows are the same.
        await expect(page.locator(f"{ROWS} .input")).to_have_text(["Bewertung", "Schön", "Öde"])


async def test_a_workbook_gets_a_sentence_and_what_is_done_stays(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    app = endpoint(upstream.answers(LABELS))
    workbook = tmp_path / "book.csv"
    workbook.write_bytes(b"PK\x03\x04" + bytes(500))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await drop(page, table(tmp_path, FIFTY[:3]))
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3")
        await page.locator(f"{DRAWER} .batch-files button[aria-label=Clear]").click()
        await page.locator(FILES).set_input_files(workbook)
        await expect(page.locator(".batch-problem:visible")).to_contain_text("save it as CSV")
        await expect(page.locator(f"{ROWS}[data-state=done]")).to_have_count(3)


async def test_a_thousand_rows_of_hostile_words_stay_words_in_a_table_of_its_own_height(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    words = hostile_words("http://127.0.0.1:9")
    app = endpoint(upstream.answers([{"label": words[0], "score": 0.5}]))
    texts = [words[number % len(words)][:40] for number in range(900)]
    async with watched_page(browser, f"{app.url}?task=text-classification", viewport=PHONE) as page:
        await drop(page, table(tmp_path, texts))
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_contain_text("✓ done · 900 of 900", timeout=60_000)
        await expect(page.locator(ROWS)).to_have_count(900)
        box = await page.locator(".batch-rows:visible").bounding_box()
        assert box and box["height"] < 450 and not await scrolls_sideways(page)
        elements = await page.locator(
            f".batch-rows [class*={MARK}], .batch-rows [src*={MARK}], .batch-rows form"
        ).count()
        assert elements == 0


async def test_who_leaves_with_answers_that_were_not_downloaded_is_asked(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        asked_for: list[str] = []
        leaving = asyncio.Event()

        async def stay(dialog: Dialog) -> None:
            asked_for.append(dialog.type)
            await dialog.dismiss()
            if dialog.type == "beforeunload":
                leaving.set()

        page.on("dialog", stay)
        await drop(page, table(tmp_path, FIFTY[:3]))
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3")
        await page.close(run_before_unload=True)
        async with asyncio.timeout(15):
            await leaving.wait()
        await downloaded(page, tmp_path)
        await page.close(run_before_unload=True)
        assert asked_for == ["beforeunload"]


async def test_answers_that_others_replace_can_still_be_downloaded(
    endpoint: Answering, browser: Browser, tmp_path: Path
) -> None:
    app = endpoint(upstream.answers(LABELS))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await drop(page, table(tmp_path, FIFTY[:3]))
        await page.locator(GO).click()
        await expect(page.locator(LINE)).to_have_text("✓ done · 3 of 3")
        await asyncio.sleep(0.6)  # sooner, it is the second press of who pressed twice
        app.model.answer = upstream.answers([{"label": "other", "score": 1.0}])
        await page.locator(OVER).click()
        await expect(page.locator(f"{ROWS} .answer")).to_have_text(["other · 1"] * 3)
        old = await downloaded(page, tmp_path, ".batch-before:visible")
        assert {row["Label"] for row in read(old.read_text(encoding="utf-8"))} == {"good"}
        new = await downloaded(page, tmp_path)
        assert {row["Label"] for row in read(new.read_text(encoding="utf-8"))} == {"other"}


async def test_a_task_has_the_drawer_if_one_of_its_inputs_may_be_many(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await expect(page.locator(DRAWER)).to_have_count(1)
        await expect(page.locator(".batch-files")).to_have_count(0)  # it costs nothing until it is opened
        await open_tab(page, task_named("conversational"))
        await expect(page.locator(DRAWER)).to_have_count(0)
    without = {task.id for task in all_tasks() if many_of(task) is None}
    assert len(without) == 5 and re.match("conv", min(without))
