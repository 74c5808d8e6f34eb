"""Files that are read in a process of their own: what comes of HEIC, AVIF and PDF, and of files that break things."""

import asyncio
import io
import queue
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inference_core.media import apart
from inference_core.media.apart import Made, pdf_page, usual_form
from inference_core.media.errors import Unreadable
from tests.support.media import heic_file, noise_picture, pdf_file, picture_file, written_pdf

RED_AND_BLUE = Image.new("RGB", (64, 32), "red")
RED_AND_BLUE.paste("blue", (0, 0, 32, 32))
TURNED = Image.Exif()
TURNED[0x0112] = 6
HEAVY = written_pdf(b"0 0 600 800", b"0 0 m 600 800 l S\n" * 1_000_000)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def is_about(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found: Any = picture.getpixel(place)
    return all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


# Pictures


async def test_a_picture_of_a_phone_becomes_a_jpeg_that_is_turned_once_and_says_nothing_of_its_place() -> None:
    picture = opened(await usual_form(heic_file(RED_AND_BLUE, exif=TURNED.tobytes())))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (32, 64))
    assert is_about(picture, (16, 4), (0, 0, 255)) and is_about(picture, (16, 60), (255, 0, 0))
    assert not picture.getexif()


async def test_avif_becomes_a_jpeg_that_is_turned_once() -> None:
    picture = opened(await usual_form(picture_file(RED_AND_BLUE, "AVIF", exif=TURNED)))
    assert (picture.format, picture.size) == ("JPEG", (32, 64))
    assert is_about(picture, (16, 4), (0, 0, 255))


async def test_what_is_transparent_stays_so() -> None:
    picture = opened(await usual_form(heic_file(Image.new("RGBA", (40, 24), (255, 0, 0, 100)))))
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    alpha: Any = picture.getpixel((20, 12))
    assert abs(alpha[3] - 100) < 5


async def test_the_colours_keep_their_profile() -> None:
    profile = b"a profile" + b"\0" * 7 + b"RGB " + b"\0" * 112
    kept = opened(await usual_form(heic_file(RED_AND_BLUE, icc_profile=profile))).info["icc_profile"]
    assert kept == profile


async def test_a_tiff_loses_nothing() -> None:
    picture = opened(await usual_form(picture_file(kind="TIFF")))
    assert (picture.format, picture.tobytes()) == ("PNG", noise_picture().tobytes())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (heic_file()[:-300], "damaged_picture"),
        (heic_file()[:40], "damaged_picture"),
        (picture_file(kind="AVIF")[:200], "damaged_picture"),
        (b"These are notes.", "not_a_picture"),
        (b"", "not_a_picture"),
    ],
    ids=["cut", "head", "avif", "text", "empty"],
)
async def test_a_picture_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        await usual_form(content)
    assert caught.value.code == code


@pytest.mark.parametrize("content", [heic_file(), picture_file(kind="AVIF"), picture_file(kind="TIFF")])
async def test_a_picture_above_the_limit_is_not_unpacked(content: bytes) -> None:
    with pytest.raises(Unreadable, match=r"more than 5e-05 million pixels"):
        await usual_form(content, 50)


# Pages


async def test_a_page_of_a_pdf_is_drawn_at_a_size_that_can_be_read() -> None:
    pages = [Image.new("RGB", (827, 1169), colour) for colour in ("red", "lime", "blue")]
    made = await pdf_page(pdf_file(*pages), 2)
    picture = opened(made.content)
    assert (made.pages, picture.format, max(picture.size)) == (3, "PNG", 2400)
    assert is_about(picture, (100, 100), (0, 255, 0))


async def test_a_receipt_is_not_blown_up() -> None:
    assert opened((await pdf_page(written_pdf(b"0 0 72 144"), 1)).content).size == (300, 600)


async def test_a_scanned_photo_is_sent_as_jpeg(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf_file(noise_picture((1600, 1600))))
    assert opened((await pdf_page(file, 1)).content).format == "JPEG"


@pytest.mark.parametrize(
    ("box", "size"),
    [
        (b"0 0 1000000 1000000", (2400, 2400)),
        (b"0 0 1000000 1", (2400, 1)),
        (b"100 100 0 0", (417, 417)),
    ],
    ids=["huge", "a line", "backwards"],
)
async def test_a_page_of_odd_measures_is_drawn_small(box: bytes, size: tuple[int, int]) -> None:
    assert opened((await pdf_page(written_pdf(box), 1)).content).size == size


async def test_a_page_without_measures_has_those_of_paper() -> None:
    for box in (b"0 0 0 0", b"0 0 1e40 1e40"):
        assert max(opened((await pdf_page(written_pdf(box), 1)).content).size) == 2400


async def test_five_thousand_pages_are_no_more_work_than_one() -> None:
    made = await pdf_page(written_pdf(count=5000), 4999)
    assert isinstance(made, Made) and made.pages == 5000


@pytest.mark.parametrize(
    ("content", "page", "words"),
    [
        (written_pdf(count=3), 4, "has no page 4: choose one from 1 to 3"),
        (written_pdf(count=3), 0, "has no page 0"),
        (written_pdf(count=0), 1, "damaged, empty or cut off"),
        (written_pdf()[:60], 1, "damaged, empty or cut off"),
        (b"%PDF-1.7", 1, "damaged, empty or cut off"),
        (b"", 1, "damaged, empty or cut off"),
        (written_pdf(has_password=True), 1, "protected by a password: save a copy without"),
    ],
    ids=["beyond", "zero", "no pages", "cut", "mark", "empty", "password"],
)
async def test_a_pdf_that_cannot_be_read_says_why(content: bytes, page: int, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        await pdf_page(content, page)


# The process


async def test_a_file_that_takes_too_long_is_given_up_and_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_SECONDS", 1.0)
    reading = asyncio.create_task(pdf_page(HEAVY, 1))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0.05)
        turns += 1
    assert turns > 5
    with pytest.raises(Unreadable, match="within 1 seconds"):
        await reading


async def test_a_library_that_crashes_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    crash = f"import os, signal, sys; sys.stdin.buffer.read(); os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    monkeypatch.setattr(apart, "_launched", lambda: _started(crash))
    with pytest.raises(Unreadable, match="breaks the program that reads such files"):
        await usual_form(heic_file())


def _started(program: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


async def test_a_process_ends_with_whoever_wanted_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    started: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
    launched = apart._launched

    def noted() -> "subprocess.Popen[bytes]":
        process = launched()
        started.put(process)
        return process

    monkeypatch.setattr(apart, "_launched", noted)
    reading = asyncio.create_task(pdf_page(HEAVY, 1))
    process = await asyncio.to_thread(started.get)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await asyncio.to_thread(process.wait, 5)


async def test_the_process_does_not_know_what_this_one_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert "hf_secret" not in str(apart._environment())


@pytest.mark.parametrize(
    ("module", "content", "page", "words"),
    [
        ("pillow_heif", heic_file(), None, "HEIC files cannot be read here, because the package pillow-heif"),
        ("pypdfium2", written_pdf(), 1, "PDF files cannot be read here, because the package pypdfium2"),
    ],
)
async def test_a_missing_package_is_named(
    module: str, content: bytes, page: int | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{module}.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Unreadable, match=words):
        await (usual_form(content) if page is None else pdf_page(content, page))


async def test_many_files_at_once_are_all_read() -> None:
    read = await asyncio.gather(*(pdf_page(written_pdf(count=9), at) for at in range(1, 7)))
    assert {one.pages for one in read} == {9}
