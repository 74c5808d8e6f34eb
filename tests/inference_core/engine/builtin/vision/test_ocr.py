import logging
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from inference_core.engine.builtin.vision.ocr import Reader, shared_reader
from tests.support.media import drawn_face, drawn_page, noise_picture, qr_picture

LETTER = [(60, 40, "Harbour Office"), (500, 40, "Pier 9"), (60, 120, "Gate opens at 06:45"), (60, 200, "Fee 12.50 EUR")]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shared_reader()


def test_text_is_read_row_by_row_from_left_to_right(reader: Reader) -> None:
    lines = reader.lines(drawn_page(LETTER))
    assert [line.text for line in lines] == [text for _, _, text in LETTER]
    assert all(0.9 < line.score <= 1 for line in lines)


def test_boxes_hold_the_text_in_pixels_of_the_picture_however_large_it_is(reader: Reader) -> None:
    for times in (1, 4):
        page = drawn_page([(300 * times, 200 * times, "Lantern")], (800 * times, 500 * times), 22 * times)
        (line,) = reader.lines(page)
        left, top, right, bottom = (side / times for side in line.box)
        assert 285 < left <= 302 and 190 < top <= 206 and 370 < right < 400 and 215 < bottom < 235
        (box,) = reader.boxes(page)
        assert max(abs(one - other) for one, other in zip(box, line.box, strict=True)) <= 2


def test_words_lie_side_by_side_in_their_line(reader: Reader) -> None:
    (line,) = reader.lines(drawn_page([(40, 60, "copper kettle with lid")]))
    assert [word.text for word in line.words] == ["copper", "kettle", "with", "lid"]
    edges = [edge for word in line.words for edge in (word.box.xmin, word.box.xmax)]
    assert edges == sorted(edges) and line.box.xmin <= edges[0] and edges[-1] <= line.box.xmax


def test_small_letters_and_white_ones_on_black_are_read(reader: Reader) -> None:
    assert [line.text for line in reader.lines(drawn_page([(8, 8, "Sold out")], (120, 32), 12))] == ["Sold out"]
    inverted = drawn_page([(40, 40, "Night train")]).point(lambda value: 255 - value)
    assert [line.text for line in reader.lines(inverted)] == ["Night train"]


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (7, 7), (20_000, 150), (300, 200)])
def test_where_nothing_is_written_nothing_is_read(reader: Reader, size: tuple[int, int]) -> None:
    for picture in (Image.new("RGB", size, "white"), Image.new("RGB", size), noise_picture(size)):
        assert reader.lines(picture) == [] == reader.boxes(picture)


def test_emblems_and_codes_are_not_taken_for_letters(reader: Reader) -> None:
    assert reader.lines(drawn_face(300)) == [] == reader.lines(qr_picture("hello world"))


def test_it_reads_alike_from_several_threads(reader: Reader) -> None:
    pages = [drawn_page([(40, 60, f"Ticket {number * 111}")]) for number in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(reader.lines, pages))
    assert [line.text for lines in found for line in lines] == [f"Ticket {number * 111}" for number in range(1, 9)]


def test_it_makes_no_network_call_and_prints_nothing(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from inference_core.engine.builtin.vision import ocr

    def refuse(*_: object) -> None:
        raise AssertionError("it called out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    logging.getLogger("RapidOCR").setLevel(logging.INFO)
    fresh = ocr.shared_reader.__wrapped__()
    assert [line.text for line in fresh.lines(drawn_page([(40, 60, "On a plane")]))] == ["On a plane"]
    assert fresh.lines(Image.new("RGB", (64, 64))) == []
    assert capfd.readouterr() == ("", "")
