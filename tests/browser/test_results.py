"""What a visitor does with a result: copy it, download it, follow a part from the list to its place and back."""

import base64
import csv
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tasks.samples import sample
from tests.support import upstream
from tests.support.endpoint import Answering
from tests.support.pages import CLEAR, RESULT, click_chip, click_example, run, watched_page

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCORES = [{"label": "good, mostly", "score": 0.09}, {"label": '=HYPERLINK("x")', "score": -0.04}]
BOXES = [
    {"label": "cup", "score": 0.9, "box": {"xmin": 0, "ymin": 0, "xmax": 320, "ymax": 300}},
    {"label": "spoon", "score": 0.4, "box": {"xmin": 40, "ymin": 40, "xmax": 120, "ymax": 120}},
]
LENGTH = "(bar) => bar.getBoundingClientRect().width"


async def downloaded(page: Page, button: Locator) -> list[list[str]]:
    async with page.expect_download() as downloading:
        await button.click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".csv")
    text = (await download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_a_negative_score_is_shorter_than_a_larger_positive_one(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        positive, negative = [await bar.evaluate(LENGTH) for bar in await page.locator(f"{RESULT} .bar").all()]
        assert 0 < negative < positive / 2 + 1


async def test_scores_are_copied_and_downloaded(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await click_example(page, "text-classification")
        await page.locator(RESULT).get_by_role("button", name="Copy").click()
        await expect(page.locator(RESULT).get_by_role("button", name="Copied")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == 'Label\tScore\ngood, mostly\t0.09\n=HYPERLINK("x")\t-0.04'
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        # A spreadsheet must not run the model's words.
        assert rows == [["Label", "Score"], ["good, mostly", "0.09"], ['\'=HYPERLINK("x")', "-0.04"]]


async def test_an_entry_and_its_place_in_the_text_light_up_together(endpoint: Answering, browser: Browser) -> None:
    names = [(0, 5, "PER", 0.9), (14, 20, "LOC", 0.8)]
    keys = ("start", "end", "entity_group", "score")
    app = endpoint(upstream.answers([dict(zip(keys, name, strict=True), word="x") for name in names]))
    async with watched_page(browser, f"{app.url}?task=token-classification") as page:
        await page.get_by_label("Text", exact=True).fill("Maria went to Berlin.")
        await run(page)
        lit = page.locator(f"{RESULT} .linked .words")
        await page.locator(f"{RESULT} mark").nth(1).hover()
        await expect(lit).to_have_text(["Berlin", "Berlin"])
        await page.locator(f"{RESULT} .parts li").first.hover()
        await expect(lit).to_have_text(["Maria", "Maria"])
        await page.mouse.move(0, 0)
        await expect(lit).to_have_count(0)
        await page.locator(f"{RESULT} .parts li").first.focus()
        await page.keyboard.press("ArrowDown")
        await expect(lit).to_have_text(["Berlin", "Berlin"])
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        assert rows[0] == ["Text", "Label", "Score", "Begins at", "Ends at"]
        assert rows[1:] == [["Maria", "PER", "0.9", "0", "5"], ["Berlin", "LOC", "0.8", "14", "20"]]


async def test_clear_takes_the_result_away(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(SCORES))
    async with watched_page(browser, f"{app.url}?task=text-classification") as page:
        await click_example(page, "text-classification")
        await page.locator(CLEAR).click()
        await expect(page.locator(".scores")).to_have_count(0)
        await expect(page.locator(RESULT)).to_have_count(0)


async def found(page: Page) -> None:
    await click_chip(page, page.locator("[id^=examples-] button:visible").first)
    # Until it has come, the picture has another size.
    await expect(page.locator(f"{RESULT} .picture .base")).to_have_js_property("complete", True)


async def test_a_region_and_its_entry_light_up_together(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(BOXES))
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await found(page)
        lit, entries = page.locator(f"{RESULT} .linked"), page.locator(f"{RESULT} .parts li")
        await entries.first.hover()
        await expect(lit.locator(".tag")).to_have_text(["cup 90.0%"])
        await page.locator(f"{RESULT} .picture .box").filter(has_text="spoon").hover()  # it lies in the cup
        await expect(lit.locator(".words")).to_have_text(["spoon"])
        await expect(lit.locator(".tag")).to_have_text(["spoon 40.0%"])
        await entries.first.focus()
        await expect(lit.locator(".words")).to_have_text(["cup"])
        await page.keyboard.press("ArrowDown")
        await expect(lit.locator(".words")).to_have_text(["spoon"])
        colours = await lit.evaluate_all("(all) => all.map((one) => one.style.getPropertyValue('--part'))")
        assert len(colours) == 2 and len(set(colours)) == 1


def half_mask(left: int, right: int) -> str:
    mask = Image.new("L", (64, 48))
    mask.paste(255, (left, 0, right, 48))
    file = io.BytesIO()
    mask.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


async def test_the_pointer_finds_the_mask_it_is_over(endpoint: Answering, browser: Browser) -> None:
    halves = [("left half", half_mask(0, 32)), ("right half", half_mask(32, 64))]
    app = endpoint(upstream.answers([{"label": label, "score": 0.5, "mask": mask} for label, mask in halves]))
    async with watched_page(browser, f"{app.url}?task=image-segmentation") as page:
        await found(page)
        picture = page.locator(f"{RESULT} .picture")
        size = await picture.bounding_box()
        assert size is not None
        for share, label in ((0.25, "left half"), (0.75, "right half")):
            await picture.hover(position={"x": size["width"] * share, "y": size["height"] / 2})
            await expect(page.locator(f"{RESULT} li.linked .words")).to_have_text([label])


async def test_weak_regions_are_hidden_without_another_call(endpoint: Answering, browser: Browser) -> None:
    app = endpoint(upstream.answers(BOXES))
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await found(page)
        entries, least = page.locator(f"{RESULT} .parts li:visible .words"), page.locator(f"{RESULT} .least input")
        await expect(entries).to_have_text(["cup", "spoon"])
        await least.fill("41")
        await expect(entries).to_have_text(["cup"])
        await expect(page.locator(f"{RESULT} .box:visible")).to_have_count(1)
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        assert rows == [["Label", "Score", "Left", "Top", "Right", "Bottom"], ["cup", "0.9", "0", "0", "320", "300"]]
        await least.fill("40")
        await expect(entries).to_have_text(["cup", "spoon"])
        assert len(app.model.requests) == 1


async def test_the_chosen_score_applies_to_the_next_run_until_all_is_cleared(
    endpoint: Answering, browser: Browser
) -> None:
    app = endpoint(upstream.answers(BOXES))
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await found(page)
        await page.locator(f"{RESULT} .least input").fill("50")
        app.model.begin_again(upstream.answers([{**one, "label": f"new {one['label']}"} for one in BOXES]))
        await run(page)
        entries = page.locator(f"{RESULT} .parts li:visible .words")
        await expect(entries).to_have_text(["new cup"])
        await page.locator(CLEAR).click()
        await expect(page.locator(f"{RESULT} img")).to_have_count(0)
        await found(page)
        await expect(entries).to_have_text(["new cup", "new spoon"])


async def test_the_picture_is_downloaded_with_its_marks(endpoint: Answering, browser: Browser, tmp_path: Path) -> None:
    app = endpoint(upstream.answers(BOXES))
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await found(page)
        async with page.expect_download() as downloading:
            await page.locator(RESULT).get_by_role("button", name="Picture").click()
        await (await downloading.value).save_as(tmp_path / "marked.png")
    with Image.open(tmp_path / "marked.png") as marked, Image.open(sample("poster.png")) as plain:
        assert marked.size == plain.size
        assert marked.convert("RGB").getpixel((320, 200)) == (79, 70, 229) != plain.convert("RGB").getpixel((320, 200))
        assert marked.convert("RGB").getpixel((500, 600)) == plain.convert("RGB").getpixel((500, 600))


async def test_a_part_of_what_was_said_is_played(endpoint: Answering, browser: Browser) -> None:
    chunks = [{"text": "first", "timestamp": [0, 1.4]}, {"text": "<b>second</b>", "timestamp": [1.4, None]}]
    app = endpoint(upstream.answers({"text": "first <b>second</b>", "chunks": chunks}))
    async with watched_page(browser, f"{app.url}?task=automatic-speech-recognition") as page:
        await click_example(page, "automatic-speech-recognition")
        await expect(page.locator(f"{RESULT} .answer")).to_have_text("first <b>second</b>")
        await page.locator(RESULT).get_by_role("button", name="0:01.4").click()
        await expect(page.locator(f"{RESULT} li.now .words")).to_have_text(["<b>second</b>"])
        assert await page.locator(f"{RESULT} audio").evaluate("(player) => player.currentTime") >= 1.4
        rows = await downloaded(page, page.locator(RESULT).get_by_role("button", name="CSV"))
        assert rows[1:] == [["0", "1.4", "first"], ["1.4", "", "<b>second</b>"]]
