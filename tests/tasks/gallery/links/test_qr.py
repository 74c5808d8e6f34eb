"""A link as a QR code: what a telephone reads from it."""

import re

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw
from starlette.applications import Starlette

from tasks.gallery.links.qr import QR_ROUTE


async def ask(body: bytes) -> httpx.Response:
    transport = httpx.ASGITransport(app=Starlette(routes=[QR_ROUTE]))
    async with httpx.AsyncClient(transport=transport, base_url="http://demo.example") as http:
        return await http.post("/qr", content=body)


def drawn(svg: str) -> Image.Image:
    """The picture of a code's SVG: one path of horizontal strokes, each a row of dark modules."""
    size = int(re.findall(r'width="(\d+)"', svg)[0])
    scale = int(re.findall(r"scale\((\d+)\)", svg)[0])
    picture = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(picture)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.findall(r'class="qrline"[^>]* d="([^"]+)"', svg)[0]):
        first, *rest = map(float, numbers.split())
        if command == "h":
            pen.rectangle((x * scale, (y - 0.5) * scale, (x + first) * scale - 1, (y + 0.5) * scale - 1), fill=0)
            x += first
        else:
            x, y = (first, rest[0]) if command == "M" else (x + first, y + rest[0])
    return picture


@pytest.mark.parametrize("link", ["https://demo.example/?task=a#text=One+%C3%BC", "https://demo.example/" + "a" * 900])
async def test_a_telephone_reads_the_link(link: str) -> None:
    answer = await ask(link.encode())
    assert answer.headers["content-type"] == "image/svg+xml" and answer.headers["cache-control"] == "no-store"
    read, *_ = cv2.QRCodeDetector().detectAndDecode(np.array(drawn(answer.text)))
    assert read == link


@pytest.mark.parametrize("body", [b"", b"a" * 3000])
async def test_what_fits_no_code_is_refused(body: bytes) -> None:
    assert (await ask(body)).status_code == 413
