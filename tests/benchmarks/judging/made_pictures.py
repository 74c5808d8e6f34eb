"""Pictures drawn by program, by the names that the items give them, and the pages with text."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_SIZE = (480, 360)
_INK = "#202020"
_COLOURS = ("#27418f", "#c0504d", "#9bbb59", "#8064a2", "#f2a900")
_LETTER = (
    "Oslo, 4 May 2026",
    "",
    "Dear Mr Brandt,",
    "",
    "Thank you for the minutes of our last meeting.",
    "Please add that the budget was approved, and that",
    "the next meeting takes place on 12 June at ten.",
    "",
    "Kind regards,",
    "Solveig Aas",
)
_FORM = ("Registration", "", "Name: ____________________", "Street: __________________", "City: ____________________")


def made_picture(name: str) -> bytes:
    """A PNG. Raises KeyError for a name that is not known."""
    return _png(PICTURES[name]())


def page(described: Mapping[str, Any]) -> bytes:
    """A PNG of a page with `lines`, or with a table of `columns` and `rows`."""
    lines = described.get("lines")
    return _png(_lines(lines, 24) if lines else _table(described["columns"], described["rows"]))


def words_on(described: Mapping[str, Any]) -> str:
    """All that is written on a page."""
    rows = [described["columns"], *described["rows"]] if "rows" in described else [described["lines"]]
    return " ".join(cell for row in rows for cell in row)


def file_of(described: Mapping[str, Any], installed: Path | None) -> bytes:
    """The file of an item: a picture that is made, or one of a package."""
    return made_picture(described["made"]) if "made" in described else (installed or Path()).read_bytes()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _blank(colour: str = "white", size: tuple[int, int] = _SIZE) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", size, colour)
    return picture, ImageDraw.Draw(picture)


def _write(pen: ImageDraw.ImageDraw, left: float, top: float, text: str, size: int) -> None:
    pen.text((left, top), text, _INK, ImageFont.load_default(size))


def _lines(lines: Sequence[str], size: int) -> Image.Image:
    gap = size * 1.6
    picture, pen = _blank(size=(30 * size, int(gap * len(lines) + 4 * size)))
    for row, line in enumerate(lines):
        _write(pen, 2 * size, 2 * size + row * gap, line, size)
    return picture


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Image.Image:
    picture, pen = _blank(size=(720, 60 + 48 * (len(rows) + 1)))
    for row, cells in enumerate([columns, *rows]):
        for column, cell in enumerate(cells):
            _write(pen, 40 + 220 * column, 30 + 48 * row, cell, 24)
    pen.line((40, 68, 680, 68), _INK, 2)
    return picture


def _bar_chart() -> Image.Image:
    picture, pen = _blank()
    for index, (height, month) in enumerate(
        zip((120, 210, 90, 240, 170), ("Jan", "Feb", "Mar", "Apr", "May"), strict=True)
    ):
        pen.rectangle((60 + 80 * index, 310 - height, 110 + 80 * index, 310), _COLOURS[0])
        _write(pen, 68 + 80 * index, 318, month, 18)
    pen.line((50, 310, 460, 310), _INK, 2)
    pen.line((50, 40, 50, 310), _INK, 2)
    _write(pen, 160, 8, "Sales by month", 20)
    return picture


def _line_chart() -> Image.Image:
    picture, pen = _blank()
    for index, colour in enumerate(_COLOURS[:3]):
        heights = (200 - 40 * index, 180, 120 + 30 * index, 140, 70 + 25 * index, 90)
        pen.line([(60 + 75 * step, height + 60) for step, height in enumerate(heights)], colour, 3)
    pen.line((50, 310, 460, 310), _INK, 2)
    pen.line((50, 40, 50, 310), _INK, 2)
    for step, year in enumerate(range(2021, 2027)):
        _write(pen, 44 + 75 * step, 318, str(year), 16)
    return picture


def _pie_chart() -> Image.Image:
    picture, pen = _blank()
    start = 0
    for share, colour in zip((120, 90, 70, 50, 30), _COLOURS, strict=True):
        pen.pieslice((110, 50, 370, 310), start, start + share, colour)
        start += share
    _write(pen, 170, 10, "Where the money goes", 18)
    return picture


def _face() -> Image.Image:
    picture, pen = _blank()
    pen.ellipse((120, 40, 360, 330), outline=_INK, width=4)
    for left in (175, 265):
        pen.ellipse((left, 130, left + 40, 155), outline=_INK, width=3)
        pen.ellipse((left + 14, 134, left + 28, 150), _INK)
    pen.line((240, 160, 228, 215, 248, 215), _INK, 3)
    pen.arc((185, 215, 295, 285), 20, 160, _INK, 4)
    return picture


def _sun() -> Image.Image:
    picture, pen = _blank("#bfe3ff")
    for angle in np.arange(0, 2 * np.pi, np.pi / 8):
        reach = (240 + 170 * np.cos(angle), 180 + 170 * np.sin(angle))
        pen.line((240, 180, *map(float, reach)), "#f2a900", 8)
    pen.ellipse((140, 80, 340, 280), "#ffd84d", "#f2a900", 4)
    pen.ellipse((195, 145, 215, 170), _INK)
    pen.ellipse((265, 145, 285, 170), _INK)
    pen.arc((190, 160, 290, 240), 20, 160, _INK, 5)
    return picture


def _house() -> Image.Image:
    picture, pen = _blank("#dff1d8")
    pen.rectangle((130, 170, 350, 320), "#f4d9b0", _INK, 3)
    pen.polygon([(110, 170), (240, 70), (370, 170)], "#b5443a", _INK)
    pen.rectangle((215, 230, 265, 320), "#7a5230", _INK, 3)
    for left in (150, 290):
        pen.rectangle((left, 200, left + 40, 240), "#bfe3ff", _INK, 3)
    return picture


def _map() -> Image.Image:
    picture, pen = _blank("#e9e5dc")
    for offset in range(-200, 480, 95):
        pen.line((offset, 0, offset + 200, 360), "white", 10)
        pen.line((0, offset + 60, 480, offset), "#ffe9a8", 8)
    pen.line((0, 250, 120, 230, 260, 280, 480, 240), "#8fc1e3", 22)
    pen.rectangle((300, 40, 400, 120), "#bcd9a5")
    _write(pen, 310, 65, "City Park", 16)
    return picture


def _stripes() -> Image.Image:
    picture, pen = _blank()
    for left in range(0, 480, 40):
        pen.rectangle((left, 0, left + 19, 360), "black")
    return picture


def _gradient() -> Image.Image:
    across = np.linspace(0, 255, _SIZE[0])[None, :].repeat(_SIZE[1], axis=0)
    down = np.linspace(0, 255, _SIZE[1])[:, None].repeat(_SIZE[0], axis=1)
    return Image.fromarray(np.stack([across, down, 255 - across], axis=-1).astype(np.uint8))


def _night_sky() -> Image.Image:
    picture, pen = _blank("#050818")
    for left, top in np.random.default_rng(3).integers(0, _SIZE, (120, 2)):
        pen.point((int(left), int(top)), "white")
    pen.ellipse((360, 40, 420, 100), "#e8e6d5")
    return picture


def _circle() -> Image.Image:
    picture, pen = _blank()
    pen.ellipse((190, 130, 290, 230), "#1f4fd8")
    return picture


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, (_SIZE[1], _SIZE[0], 3), np.uint8))


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "a letter": lambda: _lines(_LETTER, 20),
    "a form": lambda: _lines(_FORM, 24),
    "a line of text": lambda: _lines(["The meeting has been moved to room 12."], 22),
    "a bar chart": _bar_chart,
    "a line chart": _line_chart,
    "a pie chart": _pie_chart,
    "a drawn face": _face,
    "a smiling sun": _sun,
    "a drawn house": _house,
    "a map": _map,
    "stripes": _stripes,
    "a colour gradient": _gradient,
    "a night sky": _night_sky,
    "a blue circle": _circle,
    "noise": _noise,
}
