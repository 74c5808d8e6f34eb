"""What is drawn on the pictures: the screenshot changes where the sample's objects are, and nowhere else."""

import io
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.async_api import Browser, Locator, Page

from tasks.samples import sample
from tests.support.pages import RESULT, click_chip, watched_page
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="session")

Place = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the sample, as the script that drew it says."""

FACES_AND_CODE: list[Place] = [(60, 160, 300, 400), (360, 160, 600, 400), (700, 160, 940, 400)]
POSTER_TEXTS: list[Place] = [(60, 40, 670, 95), (60, 405, 230, 445), (360, 405, 500, 445), (60, 555, 570, 610)]
TOTAL: Place = (690, 812, 812, 846)


async def marked_pixels(page: Page, name: str) -> NDArray[np.bool_]:
    """Where overlays changed the screen, in the pixels of the sample, shape (height, width)."""
    picture = page.locator(f"{RESULT} img.base")
    await page.wait_for_function(_ALL_SHOWN)
    marked = await screenshot(picture)
    await page.add_style_tag(content=".picture [data-part] { visibility: hidden; }")
    changed = np.abs(marked - await screenshot(picture)).max(axis=2) > 12
    return np.asarray(Image.fromarray(in_frame(changed, size_of(name))).resize(size_of(name)))


_ALL_SHOWN = """() => {
  const parts = [...document.querySelectorAll(".picture [data-part]")].filter((one) => one.checkVisibility());
  const images = [...document.querySelectorAll(".picture img")];
  return parts.length && images.every((one) => one.complete && one.naturalWidth);
}"""


async def screenshot(element: Locator) -> NDArray[np.int16]:
    """The pixels of the element on the screen, shape (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(await element.screenshot())).convert("RGB"), np.int16)


def in_frame(shown: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """The part of an element in which a picture of that size is fitted, without the bars around it."""
    height, width = shown.shape
    scale = min(width / size[0], height / size[1])
    left, top = (width - scale * size[0]) / 2, (height - scale * size[1]) / 2
    return shown[round(top) : round(height - top), round(left) : round(width - left)]


def size_of(name: str) -> tuple[int, int]:
    with Image.open(sample(name)) as picture:
        return picture.size


def inside(places: Sequence[Place], size: tuple[int, int]) -> NDArray[np.bool_]:
    covered = np.zeros(size[::-1], bool)
    for left, top, right, bottom in places:
        covered[max(0, top) : bottom, max(0, left) : right] = True
    return covered


def widened(places: Sequence[Place], by: int) -> list[Place]:
    return [(left - by, top - by, right + by, bottom + by) for left, top, right, bottom in places]


async def run_example(page: Page, label: str) -> None:
    await click_chip(page, page.locator("[id^=examples-] button:visible").get_by_text(label, exact=True))


async def test_boxes_are_on_the_faces_the_code_and_the_texts(app: Server, browser: Browser) -> None:
    size = size_of("poster.png")
    async with watched_page(browser, f"{app.url}?task=object-detection") as page:
        await run_example(page, "poster")
        marked = await marked_pixels(page, "poster.png")
    for place in (*FACES_AND_CODE, *POSTER_TEXTS):
        assert marked[inside([place], size)].mean() > 0.4, place
    assert marked[~inside(widened([*FACES_AND_CODE, *POSTER_TEXTS], 14), size)].mean() < 0.01


async def test_the_answer_is_marked_where_it_is_on_the_page(app: Server, browser: Browser) -> None:
    size = size_of("invoice.png")
    async with watched_page(browser, f"{app.url}?task=document-question-answering") as page:
        await run_example(page, "invoice: What is the total?")
        marked = await marked_pixels(page, "invoice.png")
    assert marked[inside([TOTAL], size)].mean() > 0.8
    assert marked[~inside(widened([TOTAL], 14), size)].mean() < 0.001


async def test_masks_cover_the_picture_and_the_flower_has_its_own_mask(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-segmentation") as page:
        await run_example(page, "flower")
        masks = await page.locator(f"{RESULT} img.mask").all()
        shown = [await mask.evaluate(_ALPHA) for mask in masks]
        assert (await marked_pixels(page, "flower.jpg")).mean() > 0.9
    covered = [np.array(alpha).reshape(40, 60) > 0 for alpha in shown]
    middle, corner = (20, 29), (3, 3)
    flower = next(mask for mask in covered if mask[middle])
    assert not flower[corner] and not flower[:, :12].any()


# The strength of an overlay on a grid of 60 by 40 points.
_ALPHA = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(60, 40);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.drawImage(image, 0, 0, 60, 40);
  return [...pen.getImageData(0, 0, 60, 40).data].filter((_, index) => index % 4 === 3);
}"""


async def test_before_and_after_are_the_same_picture_in_two_states(app: Server, browser: Browser) -> None:
    async with watched_page(browser, f"{app.url}?task=image-to-image") as page:
        await run_example(page, "flower: black and white with more contrast")
        shot = await screenshot(page.locator(f"{RESULT} img").last)
    colourful = (shot.max(axis=2) - shot.min(axis=2) > 30).mean(axis=0)
    third = len(colourful) // 3
    assert colourful[:third].mean() > 0.3 > 0.02 > colourful[-third:].mean()
