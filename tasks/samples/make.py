"""Draws and synthesizes the samples of this folder: `python -m tasks.samples.make`.

Everything in them is invented. The same script makes the same files.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_HERE = Path(__file__).parent
_INK, _BLUE, _GREY = "#1f2933", "#27418f", "#8a94a3"
_RATE = 16_000

_ITEMS = (
    ("Oak desk", "2", "$240.00", "$480.00"),
    ("Reading lamp", "4", "$19.50", "$78.00"),
    ("Office chair", "3", "$85.00", "$255.00"),
    ("Delivery", "1", "$30.00", "$30.00"),
)
_LETTER = (
    "Lisbon, 3 March 2026",
    "",
    "Dear Ms Okafor,",
    "",
    "Thank you for your visit to our workshop last week. We are glad to",
    "confirm that the twelve reading lamps you chose are in stock and can",
    "be delivered on 17 March between 9:00 and 11:00 in the morning.",
    "",
    "If that day does not suit you, please call us at +351 555 0142 or write",
    "to orders@nordwind.example.",
    "",
    "Yours sincerely,",
    "Ines Carvalho",
    "Nordwind Furniture Ltd.",
)


def main() -> None:
    """Write every sample."""
    for name, draw in {"invoice": invoice, "letter": letter, "chart": chart, "poster": poster}.items():
        draw().save(_HERE / f"{name}.png", optimize=True)
    for name, samples in {"dial_tone": dial_tone(), "rain": rain()}.items():
        _write_wav(_HERE / f"{name}.wav", samples)


def invoice() -> "Image":
    """An invoice with a table of four items."""
    page, pen = _page(900, 1150)
    _write(pen, 60, 60, "Nordwind Furniture Ltd.", 34, _BLUE)
    _write(pen, 60, 110, "Rua do Carmo 21, 1200-093 Lisbon", 20, _GREY)
    _write(pen, 620, 60, "INVOICE", 40)
    facts = (("Invoice number", "INV-2026-0317"), ("Invoice date", "12 March 2026"), ("Due date", "11 April 2026"))
    for row, (label, value) in enumerate(facts):
        _write(pen, 60, 210 + 38 * row, label, 22, _GREY)
        _write(pen, 260, 210 + 38 * row, value, 22)
    _write(pen, 560, 210, "Bill to", 22, _GREY)
    for row, line in enumerate(("Amara Okafor", "Harbour Reading Room", "Cais 4, 4050-340 Porto")):
        _write(pen, 560, 248 + 34 * row, line, 22)
    columns = (60, 480, 600, 740)
    pen.rectangle((50, 400, 850, 446), _BLUE)
    for left, header in zip(columns, ("Description", "Qty", "Price", "Amount"), strict=True):
        _write(pen, left, 410, header, 22, "white")
    for row, item in enumerate(_ITEMS):
        for left, cell in zip(columns, item, strict=True):
            _write(pen, left, 470 + 52 * row, cell, 22)
        pen.line((50, 512 + 52 * row, 850, 512 + 52 * row), "#d6dbe3", 2)
    sums = (("Subtotal", "$843.00"), ("VAT 23%", "$193.89"), ("Total", "$1,036.89"))
    for row, (label, amount) in enumerate(sums):
        _write(pen, 540, 720 + 46 * row, label, 26)
        _write(pen, 690, 720 + 46 * row, amount, 26)
    _write(pen, 60, 930, "Payment by bank transfer within 30 days.", 22)
    _write(pen, 60, 968, "IBAN PT50 0002 0123 1234 5678 9015 4", 22)
    _write(pen, 60, 1060, "Questions? orders@nordwind.example", 20, _GREY)
    return page


def letter() -> "Image":
    """A short business letter."""
    page, pen = _page(900, 760)
    for row, line in enumerate(_LETTER):
        _write(pen, 80, 70 + 44 * row, line, 24)
    return page


def chart() -> "Image":
    """A bar chart of six months."""
    page, pen = _page(900, 600)
    _write(pen, 60, 30, "Visitors of the reading room", 30)
    for row in range(6):
        height = 520 - 80 * row
        pen.line((100, height, 860, height), "#d6dbe3", 2)
        _write(pen, 40, height - 12, str(200 * row), 20, _GREY)
    for column, (month, visitors) in enumerate(zip("JFMAMJ", (310, 420, 560, 640, 880, 790), strict=True)):
        left = 130 + 122 * column
        pen.rectangle((left, 520 - visitors * 0.4, left + 70, 520), "#4f6bd8" if column % 2 else "#e0902f")
        _write(pen, left + 26, 530, month, 22)
    return page


def poster() -> "Image":
    """A poster with two drawn faces, a QR code and a line of text."""
    from PIL import Image

    page, pen = _page(1000, 660, "#f4efe4")
    _write(pen, 60, 40, "Open evening at the workshop", 44, _BLUE)
    _write(pen, 60, 560, "Friday 20 March, 6 pm, free entry", 34)
    page.paste(portrait((224, 180, 150), (70, 45, 30)), (60, 160))
    page.paste(portrait((196, 142, 108), (35, 26, 22)), (360, 160))
    for left, name in ((60, "Ines Carvalho"), (360, "Tomas Reis")):
        _write(pen, left, 410, name, 26)
    code = _qr_code("https://nordwind.example/open-evening").resize((240, 240), Image.Resampling.NEAREST)
    page.paste(code, (700, 160))
    return page


def portrait(skin: tuple[int, int, int], hair: tuple[int, int, int], size: int = 240) -> "Image":
    """A face drawn from soft ellipses, square: shaded where the face detector's cascades look for shade."""
    from PIL import Image, ImageDraw, ImageFilter

    unit = size / 240
    face = Image.new("RGB", (size, size), (120, 150, 190))
    pen = ImageDraw.Draw(face)
    shade, light = _times(skin, 0.72), _times(skin, 1.08)
    ellipses = (
        ((45, 15, 195, 225), hair),
        ((58, 45, 182, 222), skin),
        ((72, 92, 112, 122), shade),
        ((128, 92, 168, 122), shade),
        ((108, 95, 132, 165), light),
        ((104, 150, 136, 168), shade),
        ((78, 98, 108, 116), (245, 240, 235)),
        ((132, 98, 162, 116), (245, 240, 235)),
        ((86, 97, 101, 116), (40, 30, 25)),
        ((139, 97, 154, 116), (40, 30, 25)),
        ((92, 178, 148, 198), (150, 70, 70)),
        ((65, 130, 95, 165), light),
        ((145, 130, 175, 165), light),
    )
    for corners, colour in ellipses:
        pen.ellipse([corner * unit for corner in corners], colour)
    for brow in ((70, 88, 110, 84), (130, 84, 170, 88)):
        pen.line([corner * unit for corner in brow], hair, round(6 * unit))
    return face.filter(ImageFilter.GaussianBlur(2.2 * unit))


def _times(colour: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    red, green, blue = (min(255, round(factor * part)) for part in colour)
    return red, green, blue


def dial_tone() -> list[float]:
    """The two tones of a telephone's dial tone, three seconds of it."""
    import numpy as np

    time = np.arange(3 * _RATE) / _RATE
    tones: list[float] = (0.25 * (np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time))).tolist()
    return tones


def rain() -> list[float]:
    """Three seconds of noise like steady rain."""
    import numpy as np

    noise = np.random.default_rng(7).normal(size=3 * _RATE)
    drops: list[float] = (0.12 * np.convolve(noise, [0.6, 0.3, 0.1], "same")).clip(-1, 1).tolist()
    return drops


def _page(width: int, height: int, paper: str = "white") -> tuple["Image", "ImageDraw"]:
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (width, height), paper)
    return page, ImageDraw.Draw(page)


def _write(pen: "ImageDraw", left: float, top: float, text: str, size: int, colour: str = _INK) -> None:
    from PIL import ImageFont

    pen.text((left, top), text, colour, ImageFont.load_default(size))


def _qr_code(content: str) -> "Image":
    import cv2
    from PIL import Image

    return Image.fromarray(cv2.QRCodeEncoder.create().encode(content))


def _write_wav(path: Path, samples: list[float]) -> None:
    import numpy as np

    from inference_core.media.sounds import encode_wav

    path.write_bytes(encode_wav(np.array(samples, np.float32), _RATE))


if __name__ == "__main__":
    main()
