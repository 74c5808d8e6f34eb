"""Files as people have them, good, odd and broken, sent to the running engine: an answer or one sentence."""

import base64
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from tests.support.media import huge_png, picture_file, sound_file, spoken, tone
from tests.support.models import path_of
from tests.support.processes import Server

PICTURE_TASKS = {
    "image-classification": {},
    "image-segmentation": {},
    "object-detection": {},
    "image-to-text": {},
    "image-to-image": {"parameters": {"prompt": "black and white"}},
    "zero-shot-image-classification": {"parameters": {"candidate_labels": ["mostly white", "mostly red"]}},
    "document-question-answering": {"question": "What is the total?"},
    "visual-question-answering": {"question": "What is the main colour?"},
}
SOUND_TASKS = ("audio-classification", "automatic-speech-recognition")
TABLE_TASKS = ("tabular-classification", "tabular-regression")


def page() -> Image.Image:
    """A page with a total on it, on which every picture task has something to say."""
    drawn = Image.new("RGB", (640, 400), "white")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 0, 640, 90), "#27418f")
    pen.text((40, 25), "Harbour Cafe", "white", font_size=36)
    pen.text((40, 150), "Two coffees        $6.40", "black", font_size=28)
    pen.text((40, 210), "Total              $6.40", "black", font_size=28)
    return drawn


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture_file(page().rotate(90, expand=True), "JPEG", exif=exif)


def with_alpha() -> Image.Image:
    drawn = page().convert("RGBA")
    drawn.putalpha(200)
    return drawn


def sixteen_bits() -> bytes:
    values = np.asarray(page().convert("L"), np.uint16) * 257
    return picture_file(Image.fromarray(values))


def white_on_nothing() -> bytes:
    ink = page().convert("L").point(lambda value: 255 - value)
    drawn = Image.new("RGBA", ink.size, (255, 255, 255, 0))
    drawn.putalpha(ink)
    return picture_file(drawn)


def with_a_long_text() -> bytes:
    text = PngInfo()
    text.add_text("Comment", "x" * 2_000_000, zip=True)
    return picture_file(page(), pnginfo=text)


GOOD_PICTURES = {
    "JPEG": picture_file(page(), "JPEG"),
    "WebP": picture_file(page(), "WEBP"),
    "GIF": picture_file(page().convert("P"), "GIF"),
    "BMP": picture_file(page(), "BMP"),
    "TIFF": picture_file(page(), "TIFF"),
    "CMYK JPEG": picture_file(page().convert("CMYK"), "JPEG"),
    "16-bit PNG": sixteen_bits(),
    "PNG with alpha": picture_file(with_alpha()),
    "EXIF-rotated JPEG": rotated(),
    "white letters on nothing": white_on_nothing(),
    "PNG with a long text": with_a_long_text(),
}
ODD_PICTURES = {
    "one pixel": picture_file(Image.new("RGB", (1, 1))),
    "a line of pixels": picture_file(Image.new("RGB", (3000, 1))),
    "all white": picture_file(Image.new("RGB", (300, 300), "white")),
    "fully transparent": picture_file(Image.new("RGBA", (300, 300))),
}
UNUSABLE_PICTURES = {
    "a text named .png": b"This is a text, whatever its name may be.",
    "a truncated JPEG": picture_file(page(), "JPEG")[:3000],
    "a truncated PNG": picture_file(page())[:900],
    "400 million pixels in a few kilobytes": huge_png(),
    "a sound": sound_file(),
    "nothing": b"",
}


@pytest.fixture
def http(engine: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.url, timeout=60) as client:
        yield client
        assert client.get("/health").json() == {"status": "ok"}


def send(http: httpx.Client, task: str, file: bytes) -> httpx.Response:
    more: dict[str, Any] = PICTURE_TASKS.get(task, {})
    if task == "image-classification":
        # The recommended model refuses what is no photo.
        return http.post("/models/builtin/picture-kinds", content=file)
    if not more:
        return http.post(path_of(task), content=file)
    encoded = base64.b64encode(file).decode()
    asks = "question" in more
    body = {"inputs": {"image": encoded, **more}} if asks and "document" in task else {"inputs": encoded, **more}
    return http.post(path_of(task), json=body | ({"image": encoded} if task.startswith("visual") else {}))


def assert_one_sentence(response: httpx.Response) -> None:
    assert response.status_code in (400, 413, 422), response.text[:500]
    words = response.json()["error"]
    assert re.fullmatch(r"[^\n]{20,400}[.!?]", words), words
    assert not re.search(r"Traceback|Error\b|Exception|object at 0x|cv2|numpy", words), words


@pytest.mark.parametrize(
    ("task", "kind"),
    dict.fromkeys(
        [(task, "JPEG") for task in PICTURE_TASKS] + [("image-classification", kind) for kind in GOOD_PICTURES]
    ),
)
def test_a_picture_of_any_kind_is_answered(http: httpx.Client, task: str, kind: str) -> None:
    response = send(http, task, GOOD_PICTURES[kind])
    assert response.status_code == 200, response.text[:500]


@pytest.mark.parametrize("kind", GOOD_PICTURES)
def test_what_stands_on_a_page_does_not_depend_on_the_kind_of_file(http: httpx.Client, kind: str) -> None:
    answers = send(http, "document-question-answering", GOOD_PICTURES[kind]).json()
    assert answers[0]["answer"] == "$6.40"
    assert "Harbour Cafe" in send(http, "image-to-text", GOOD_PICTURES[kind]).json()[0]["generated_text"]


@pytest.mark.parametrize("task", PICTURE_TASKS)
@pytest.mark.parametrize("kind", ODD_PICTURES)
def test_an_odd_picture_is_answered_or_refused_in_a_sentence(http: httpx.Client, task: str, kind: str) -> None:
    response = send(http, task, ODD_PICTURES[kind])
    if response.status_code != 200:
        assert_one_sentence(response)


@pytest.mark.parametrize("task", PICTURE_TASKS)
@pytest.mark.parametrize("kind", UNUSABLE_PICTURES)
def test_an_unusable_picture_is_refused_in_a_sentence(http: httpx.Client, task: str, kind: str) -> None:
    assert_one_sentence(send(http, task, UNUSABLE_PICTURES[kind]))


SPEECH = spoken("the weather is fine today")


def streamed() -> bytes:
    content = sound_file(tone(1))
    at = content.index(b"data") + 4
    return content[:4] + bytes(4) + content[8:at] + bytes(4) + content[at + 4 :]


GOOD_SOUNDS = {
    "8-bit mono": sound_file(tone(1), subtype="PCM_U8"),
    "96 kHz stereo": sound_file(tone(1, 96_000, 2), 96_000),
    "24-bit": sound_file(tone(1), subtype="PCM_24"),
    "FLAC": sound_file(tone(1), kind="FLAC"),
    "OGG": sound_file(tone(1), kind="OGG"),
    "MP3": sound_file(tone(1), kind="MP3"),
    "AIFF": sound_file(tone(1), kind="AIFF"),
    "silence": sound_file(np.zeros(16_000, np.float32)),
    "speech": SPEECH,
    "a stream without its length": streamed(),
    "stereo in opposite phase": sound_file(np.stack([tone(1), -tone(1)], axis=1)),
    "floats in the range of integers": sound_file(tone(1) * 32_768, subtype="FLOAT"),
}
UNUSABLE_SOUNDS = {
    "a text": b"This is a text, whatever its name may be.",
    "an empty WAV": sound_file(np.zeros(0, np.float32)),
    "half a header": SPEECH[:20],
    "a picture": picture_file(),
    "nothing": b"",
}


@pytest.mark.parametrize("kind", GOOD_SOUNDS)
def test_a_sound_of_any_kind_is_classified(http: httpx.Client, kind: str) -> None:
    response = send(http, "audio-classification", GOOD_SOUNDS[kind])
    assert response.status_code == 200, response.text
    expected = kind if kind in ("speech", "silence") else "tone"
    assert response.json()[0]["label"] == expected


@pytest.mark.parametrize("kind", GOOD_SOUNDS)
def test_only_speech_is_written_down(http: httpx.Client, kind: str) -> None:
    response = send(http, "automatic-speech-recognition", GOOD_SOUNDS[kind])
    if kind == "speech":
        assert response.json()["text"]
    else:
        assert_one_sentence(response)


@pytest.mark.parametrize("task", SOUND_TASKS)
@pytest.mark.parametrize("kind", UNUSABLE_SOUNDS)
def test_an_unusable_sound_is_refused_in_a_sentence(http: httpx.Client, task: str, kind: str) -> None:
    assert_one_sentence(send(http, task, UNUSABLE_SOUNDS[kind]))


IRIS = {"sepal length": ["5.0"], "sepal width": ["3.4"], "petal length": ["1.5"], "petal width": ["0.2"]}
BAD_TABLES = {
    "a missing column": ({name: cells for name, cells in IRIS.items() if name != "petal width"}, "petal width"),
    "an empty cell": ({**IRIS, "petal width": [""]}, "petal width"),
    "no cell": ({**IRIS, "petal width": [None]}, "petal width"),
    "text where a number is due": ({**IRIS, "petal width": ["wide"]}, "wide"),
    "columns of different length": ({**IRIS, "petal width": ["0.2", "0.3"]}, "one cell per row"),
    "no column": ({}, "empty"),
    "no row": ({name: [] for name in IRIS}, "empty"),
    "too many cells": ({name: cells * 6000 for name, cells in IRIS.items()}, "20000"),
    "unknown columns": ({"colour": ["red"]}, "sepal length"),
}


@pytest.mark.parametrize("task", TABLE_TASKS)
@pytest.mark.parametrize("kind", BAD_TABLES)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(http: httpx.Client, task: str, kind: str) -> None:
    table, named = BAD_TABLES[kind]
    response = http.post(path_of(task), json={"table": table})
    assert response.status_code in (400, 422)
    words = response.json()["error"]
    assert words.endswith(".") and "\n" not in words
    if task == "tabular-classification":
        assert named in words


def test_limits_are_those_of_the_command_line() -> None:
    from tests.support import processes

    with (
        processes.engine("--upload", "0.0625", "--pixels", "0.01", "--audio", "0.5", "--cells", "3") as small,
        httpx.Client(base_url=small.url, timeout=60) as http,
    ):
        responses = [
            send(http, "image-classification", bytes(65_537)),
            send(http, "image-classification", picture_file(Image.new("RGB", (101, 100)))),
            send(http, "audio-classification", sound_file(tone(0.6))),
            http.post("/models/builtin/known-tables-classification", json={"table": IRIS}),
        ]
    for response, limit in zip(
        responses, ["0.0625 MiB", "0.01 million pixels", "0.5 seconds", "at most 3"], strict=True
    ):
        assert response.status_code in (413, 422)
        assert limit in response.json()["error"]


def test_the_answer_about_a_turned_photo_is_in_its_upright_pixels(http: httpx.Client) -> None:
    upright = send(http, "document-question-answering", picture_file(page(), "JPEG")).json()[0]["boxes"][0]
    turned = send(http, "document-question-answering", rotated()).json()[0]["boxes"][0]
    assert all(abs(turned[edge] - upright[edge]) <= 6 for edge in ("xmin", "ymin", "xmax", "ymax"))


def test_masks_are_as_large_as_the_picture(http: httpx.Client) -> None:
    for segment in json.loads(send(http, "image-segmentation", picture_file(page(), "JPEG")).content):
        with Image.open(io.BytesIO(base64.b64decode(segment["mask"]))) as mask:
            assert (mask.size, mask.mode) == ((640, 400), "L")
