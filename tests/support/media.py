"""Small pictures and sounds, as files in the formats there are, good and bad."""

import base64
import io
import json
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
import pillow_heif
import soundfile
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inference_core.engine.builtin.audio.synthesis import SpeechOptions, speak
from tasks.samples.make import portrait


def noise_picture(size: tuple[int, int] = (12, 8), mode: str = "RGB") -> Image.Image:
    """The same noise every time, so that no part of it can be left out unseen."""
    values = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values).convert(mode)


def picture_file(picture: Image.Image | None = None, kind: str = "PNG", **options: Any) -> bytes:
    """The picture (noise by default) as a file."""
    file = io.BytesIO()
    (picture or noise_picture()).save(file, kind, **options)
    return file.getvalue()


@cache
def huge_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A complete black PNG of one bit per pixel: some kilobytes that unpack to a lot."""
    rows = zlib.compress((b"\0" + bytes((width + 7) // 8)) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def heic_file(picture: Image.Image | None = None, **options: Any) -> bytes:
    """The picture (noise by default) as phones save it."""
    file = io.BytesIO()
    pillow_heif.from_pillow(picture or noise_picture((40, 24))).save(file, **options)
    return file.getvalue()


def pdf_file(*pages: Image.Image) -> bytes:
    """Pages that are pictures, as a scanner makes them."""
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def written_pdf(
    box: bytes = b"0 0 200 100", drawn: bytes = b"", count: int = 1, *, has_password: bool = False
) -> bytes:
    """A PDF written by hand: `count` equal pages with this MediaBox and these drawing operators."""
    kids = b" ".join(b"%d 0 R" % (4 + at) for at in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 3 0 R>>" % box] * count,
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    # Nobody knows a password for this.
    key = b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<%s>/U<%s>>>/ID[<01><01>]" % (b"11" * 32, b"22" * 32)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R%s>>" % (size, key if has_password else b"")
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s%s\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        trailer,
        len(written),
    )


def tone(seconds: float = 0.25, rate: int = 16_000, channels: int = 1) -> NDArray[np.float32]:
    """440 Hz at half the volume, shape (n,) or (n, channels)."""
    wave = (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)
    return wave if channels == 1 else np.stack([wave] * channels, axis=1)


def sound_file(
    samples: NDArray[Any] | None = None, rate: int = 16_000, kind: str = "WAV", subtype: str | None = None
) -> bytes:
    """The samples (a tone by default) as a file."""
    file = io.BytesIO()
    soundfile.write(file, tone() if samples is None else samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def spoken(text: str, voice: str = "en-us", speed: int = 150) -> bytes:
    """The text as synthetic speech, as a WAV file."""
    sound = speak(text, SpeechOptions(voice, speed))
    return sound_file(sound.samples, sound.rate)


def hiss(seconds: float = 2.0, rate: int = 16_000, seed: int = 3) -> NDArray[np.float32]:
    """White noise, shape (n,)."""
    return (0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate))).astype(np.float32)


def plucked_chords(rate: int = 16_000, seed: int = 11) -> NDArray[np.float32]:
    """Three seconds of chords of a C major scale that die away, each note with five partials; shape (3 * rate,)."""
    rng = np.random.default_rng(seed)
    played = np.zeros(3 * rate)
    time = np.arange(rate // 2) / rate
    for start in range(0, len(played), len(time)):
        for step in rng.choice([0, 2, 4, 5, 7, 9, 11], 3, replace=False):
            pitch = 262 * 2 ** (step / 12)
            note = sum(np.sin(2 * np.pi * pitch * partial * time) / partial for partial in range(1, 6))
            played[start : start + len(time)] += note * np.exp(-4 * time)
    return (played / np.abs(played).max() * 0.8).astype(np.float32)


def drawn_page(
    rows: Sequence[tuple[int, int, str]], size: tuple[int, int] = (800, 500), height: int = 22, paper: str = "white"
) -> Image.Image:
    """A page with texts at (left, top, text), in black letters of that height in pixels."""
    page = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(height)
    for left, top, text in rows:
        pen.text((left, top), text, "black", font)
    return page


def drawn_face(size: int = 240, skin: tuple[int, int, int] = (224, 180, 150)) -> Image.Image:
    """A shaded face on blue, square: OpenCV's cascades take it for a human one from about 160 pixels on."""
    return portrait(skin, (70, 45, 30), size)


def qr_picture(text: str, module: int = 6) -> Image.Image:
    """The text as a QR code, `module` pixels a square."""
    code = Image.fromarray(cv2.QRCodeEncoder.create().encode(text)).convert("RGB")
    return code.resize((code.width * module, code.height * module), Image.Resampling.NEAREST)


def bar_chart(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Seven blue bars between two axes with numbers, on white."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    width, height = size
    font = ImageFont.load_default(height // 35)
    draw.line((width // 8, height // 8, width // 8, height * 7 // 8, width * 15 // 16, height * 7 // 8), "black", 3)
    for index, value in enumerate((0.3, 0.55, 0.5, 0.8, 0.95, 0.7, 0.4)):
        left = width // 8 + width // 9 * index + width // 40
        draw.rectangle((left, height * 7 // 8 - value * height * 0.7, left + width // 14, height * 7 // 8), "#2f6db5")
        draw.text((left, height * 9 // 10), str(2031 + index), "black", font)
        draw.text((width // 16, height * 7 // 8 - height // 10 * index), str(index * 10), "black", font)
    draw.text((width // 3, height // 20), "Letters per year", "black", font)
    return picture


def window_screenshot() -> Image.Image:
    """A settings window with a menu at the left and buttons, as programs draw them."""
    picture = Image.new("RGB", (1280, 800), "#f4f5f7")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(15)
    draw.rectangle((0, 0, 1280, 44), "#2b3a55")
    draw.text((20, 12), "Preferences", "white", font)
    draw.rectangle((0, 44, 230, 800), "#e3e6eb")
    for row, name in enumerate(("General", "Accounts", "Privacy", "Network", "Storage", "Sound", "About")):
        draw.text((24, 70 + 42 * row), name, "#22262e", font)
    for row in range(10):
        top = 80 + 62 * row
        draw.text((270, top + 8), f"Option number {row + 1} of this page", "#22262e", font)
        draw.rectangle((640, top, 1080, top + 34), "white", "#b8bec9")
        draw.text((652, top + 8), "Choose a value", "#777d88", font)
        draw.rectangle((1110, top, 1220, top + 34), "#2f6fed")
        draw.text((1138, top + 8), "Apply", "white", font)
    return picture


def photo_like(size: tuple[int, int] = (640, 480), seed: int = 5) -> Image.Image:
    """Soft hills of light and colour with grain, as lenses and sensors make them."""
    random = np.random.default_rng(seed)
    width, height = size
    layers = [
        np.asarray(
            Image.fromarray(random.integers(0, 256, (cells, cells, 3), dtype=np.uint8)).resize(
                size, Image.Resampling.BICUBIC
            ),
            np.float32,
        )
        for cells in (4, 9, 24, 70)
    ]
    values = sum(layer * weight for layer, weight in zip(layers, (0.45, 0.3, 0.15, 0.1), strict=True))
    grain = random.normal(0, 4, (height, width, 1))
    return Image.fromarray((np.asarray(values) + grain).clip(0, 255).astype(np.uint8))


def json_with_file(picture: Image.Image, place: str, **fields: Any) -> bytes:
    """A request body: the fields, and the picture as base64 in the one called `place`."""
    return json.dumps({place: base64.b64encode(picture_file(picture)).decode(), **fields}).encode()
