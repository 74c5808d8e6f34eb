"""PDFs in the cache: which page is wanted, where its picture lies; and what becomes of other unusual files."""

import base64
from pathlib import Path

import pytest
from PIL import Image

from inference_core.errors import CodedError
from inference_core.media.errors import Unreadable
from inference_core.media.inputs import Media
from inference_core.media.pictures import MAX_PIXELS
from tasks.fields import Picture
from tasks.gallery.cache import cached
from tasks.gallery.file_inputs import downloaded, saved
from tasks.gallery.files.documents import page_of, split_page
from tasks.gallery.files.readable import readable, with_readable_files
from tasks.gallery.files.showing import _shown
from tasks.registry import all_tasks
from tests.support.media import heic_file, noise_picture, pdf_file, picture_file, written_pdf

DOCUMENT, PICTURE = Picture("Page", pages=True), Picture("Picture")
COLOURS = pdf_file(*(Image.new("RGB", (90, 120), colour) for colour in ("red", "lime", "blue")))
TASKS = {task.id: task for task in all_tasks()}


def middle(path: Path) -> tuple[bool, ...]:
    """Which of red, green and blue there is in the middle of the picture."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    found = picture.getpixel((picture.width // 2, picture.height // 2))
    return tuple(value > 128 for value in found)  # type: ignore[union-attr]


def format_of(path: Path) -> str | None:
    with Image.open(path) as picture:
        return picture.format


@pytest.mark.parametrize(
    ("url", "address", "page"),
    [
        ("https://a/b.pdf#page=12", "https://a/b.pdf", 12),
        ("https://a/b.pdf?x=1#zoom=50&page=2&view=Fit", "https://a/b.pdf?x=1", 2),
        ("https://a/b.pdf", "https://a/b.pdf", 1),
        ("https://a/b.pdf#page=0", "https://a/b.pdf", 1),
        ("https://a/b.pdf#page=x", "https://a/b.pdf#page=x", 1),
        ("https://a/b.pdf?page=3", "https://a/b.pdf?page=3", 1),
        ("https://a/b.png#top", "https://a/b.png#top", 1),
    ],
)
def test_a_url_names_a_page_as_pdfs_do(url: str, address: str, page: int) -> None:
    assert split_page(url) == (address, page)


async def test_the_first_page_is_taken_and_any_other_can_be_chosen() -> None:
    first = await readable(Path(cached(COLOURS, "colours.PDF")), DOCUMENT, MAX_PIXELS)
    assert first.name == "page-1-of-3.png" and middle(first) == (True, False, False)
    third = await page_of(first, 3)
    assert third.name == "page-3-of-3.png" and middle(third) == (False, False, True)
    assert await page_of(third, 1) == first
    with pytest.raises(Unreadable, match="has no page 4"):
        await page_of(first, 4)


async def test_a_page_by_url_is_the_one_that_the_url_names() -> None:
    asked = []

    async def download(url: str) -> Media:
        asked.append(url)
        return Media(COLOURS, "application/octet-stream")

    path = Path(await downloaded("https://example.com/a.pdf#page=2", download))
    assert middle(await readable(path, DOCUMENT, MAX_PIXELS)) == (False, True, False)
    assert asked == ["https://example.com/a.pdf"]
    data = f"data:application/pdf;base64,{base64.b64encode(COLOURS).decode()}"
    assert middle(await readable(Path(saved(f"{data}#page=3")), DOCUMENT, MAX_PIXELS)) == (False, False, True)
    assert middle(await readable(Path(saved(data)), DOCUMENT, MAX_PIXELS)) == (True, False, False)


async def test_a_document_that_was_deleted_is_told() -> None:
    path = Path(cached(written_pdf(b"0 0 31 41", count=2), "gone.pdf"))
    first = await readable(path, DOCUMENT, MAX_PIXELS)
    path.unlink()
    with pytest.raises(CodedError, match="is not here"):
        await page_of(first, 2)


async def test_a_pdf_is_refused_where_no_document_is_asked_for() -> None:
    with pytest.raises(CodedError, match="“Picture” takes pictures only: choose a picture of the page"):
        await readable(Path(cached(COLOURS, "colours.pdf")), PICTURE, MAX_PIXELS)


async def test_a_run_gets_pictures_of_what_its_model_cannot_read() -> None:
    arguments = {"image": Path(cached(heic_file(), "IMG_1.heic")), "question": "What?"}
    given = await with_readable_files(TASKS["document-question-answering"], arguments, MAX_PIXELS)
    assert format_of(given["image"]) == "JPEG" and given["image"].name == "IMG_1.jpg"
    assert given["question"] == "What?"
    png = Path(cached(picture_file(), "a.png"))
    unread = Path(cached(b"These are notes.", "notes.png"))
    for path in (png, unread):
        assert await readable(path, PICTURE, MAX_PIXELS) == path


async def test_the_limit_of_a_run_holds_for_pictures_of_phones_too() -> None:
    path = Path(cached(heic_file(noise_picture((64, 64))), "IMG_2.heic"))
    with pytest.raises(Unreadable, match=r"more than 0\.001 million pixels"):
        await with_readable_files(TASKS["image-classification"], {"image": path}, 1000)


async def test_only_files_in_the_cache_are_shown(tmp_path: Path) -> None:
    outside = tmp_path / "a.tif"
    outside.write_bytes(picture_file(kind="TIFF"))
    inside = cached(outside.read_bytes(), "a.tif")
    assert format_of(await _shown(f"{inside}#", PICTURE, MAX_PIXELS)) == "PNG"
    for named in (str(outside), f"{inside}/../../../a.tif", "", "\0", f"{inside}x"):
        with pytest.raises(CodedError, match="is not here"):
            await _shown(f"{named}#", PICTURE, MAX_PIXELS)


async def test_only_a_document_has_pages_to_choose() -> None:
    path = cached(COLOURS, "colours.pdf")
    with pytest.raises(CodedError, match="takes pictures only"):
        await _shown(f"{path}#2", PICTURE, MAX_PIXELS)
    assert (await _shown(f"{path}#2", DOCUMENT, MAX_PIXELS)).name == "page-2-of-3.png"
