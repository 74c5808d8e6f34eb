"""Pictures of all sorts, good, odd and hostile, to pixels."""

import resource
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inference_core.media.errors import Unreadable
from inference_core.media.pictures import decode_picture, encode_png, picture_size, upright_rgb
from tests.support.media import huge_png, noise_picture, picture_file

RED, GREEN, BLACK, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 0), (255, 255, 255)
NOT_READ = "not a picture that can be read"
DAMAGED = "damaged or cut off"


def seen(content: bytes) -> Image.Image:
    """The picture in a file as a person sees it."""
    return upright_rgb(decode_picture(content))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP", "TIFF"])
def test_a_picture_is_read_from_every_exact_format(kind: str) -> None:
    picture = noise_picture()
    decoded = decode_picture(picture_file(picture, kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert (decoded.mode, decoded.size, decoded.tobytes()) == ("RGB", (12, 8), picture.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "MPO"])
def test_a_picture_is_read_from_every_other_format(kind: str) -> None:
    picture = Image.new("RGB", (12, 8), RED)
    (low, _), *others = seen(picture_file(picture, kind)).getextrema()
    assert low > 250
    assert all(high < 5 for _, high in others)


def test_a_picture_of_one_pixel_is_read() -> None:
    picture = seen(picture_file(Image.new("RGB", (1, 1), RED)))
    assert (picture.size, picture.getpixel((0, 0))) == ((1, 1), RED)


def eps() -> bytes:
    return picture_file(kind="EPS")


def psd() -> bytes:
    return b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 8, 8, 8, 3) + bytes(14) + bytes(192)


@pytest.mark.parametrize(
    "content",
    [
        b"This is a text, whatever its name says.",
        b"",
        b"\x89PNG\r\n\x1a\n",
        b'{"error": "not a picture"}',
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        eps(),
        psd(),
        picture_file(kind="PPM"),
        picture_file(kind="ICO"),
        bytes(range(256)) * 4,
    ],
    ids=["text", "empty", "nothing but magic", "json", "svg", "eps", "psd", "ppm", "ico", "garbage"],
)
def test_a_file_that_is_not_a_picture_of_a_known_format_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match=f"{NOT_READ}|{DAMAGED}"):
        decode_picture(content)


@pytest.mark.parametrize("content", [eps(), psd()], ids=["eps", "psd"])
def test_formats_with_a_language_or_a_program_inside_are_not_even_opened(content: bytes) -> None:
    with pytest.raises(Unreadable, match=NOT_READ):
        decode_picture(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
def test_a_picture_that_was_cut_off_is_refused(kind: str) -> None:
    content = picture_file(noise_picture((120, 80)), kind)
    with pytest.raises(Unreadable, match=DAMAGED):
        decode_picture(content[: len(content) // 2])


def test_a_picture_whose_checksum_is_wrong_is_refused() -> None:
    content = bytearray(picture_file())
    content[content.index(b"IDAT") + 8] ^= 0xFF
    with pytest.raises(Unreadable, match=DAMAGED):
        decode_picture(bytes(content))


@pytest.mark.parametrize(
    ("content", "most"),
    [(huge_png(20_000, 20_000), 50_000_000), (huge_png(10_000, 6_000), 50_000_000), (huge_png(100, 100), 9_999)],
    ids=["20000 x 20000", "10000 x 6000", "100 x 100 where 9999 are allowed"],
)
def test_too_many_pixels_are_refused_before_they_are_unpacked(content: bytes, most: int) -> None:
    decode_picture(picture_file())  # Pillow is loaded
    before = peak_memory()
    with pytest.raises(Unreadable, match="million pixels: send a smaller one"):
        decode_picture(content, most)
    assert peak_memory() - before < 20_000_000


def peak_memory() -> int:
    """The most bytes this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def tiff_of_one_tile(edge: int) -> bytes:
    """A TIFF of 100 by 100 pixels, in a tile of `edge` by `edge` pixels."""
    packed = zlib.compress(bytes(10_000))
    values = ((256, 100), (257, 100), (258, 8), (259, 8), (262, 1), (277, 1), (322, edge), (323, edge))
    tags = (*values, (324, 8 + 2 + 10 * 12 + 4), (325, len(packed)))
    listed = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + listed + bytes(4) + packed


@pytest.mark.parametrize("read", [decode_picture, picture_size])
def test_a_small_picture_in_a_huge_tile_is_refused_before_it_is_unpacked(read: Callable[[bytes], object]) -> None:
    assert picture_size(tiff_of_one_tile(112)) == (100, 100)
    for edge in (29_984, 65_520, 2**31):
        before = peak_memory()
        with pytest.raises(Unreadable, match="million pixels: send a smaller one"):
            read(tiff_of_one_tile(edge))
        assert peak_memory() - before < 20_000_000


def test_as_many_pixels_as_allowed_are_read() -> None:
    assert decode_picture(huge_png(100, 100), 10_000).size == (100, 100)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(chunk: bytes, *, at_the_end: bool = False, **options: object) -> bytes:
    """The noise with one more chunk, before or after its pixels."""
    content = picture_file(**options)  # type: ignore[arg-type]
    at = len(content) - 12 if at_the_end else 33
    return content[:at] + chunk + content[at:]


LONG = zlib.compress(bytes(2_000_000), 9)
VERY_LONG = zlib.compress(bytes(80_000_000), 9)
ODD_CHUNKS = {
    "a long text": png_chunk(b"zTXt", b"Comment\0\0" + LONG),
    "a very long text": png_chunk(b"zTXt", b"Comment\0\0" + VERY_LONG),
    "a long text of any language": png_chunk(b"iTXt", b"Comment\0\1\0\0\0" + LONG),
    "a hundred texts": png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(900_000), 9)) * 100,
    "a plain text of 2 MB": png_chunk(b"tEXt", b"Comment\0" + b"x" * 2_000_000),
    "a text that cannot be unpacked": png_chunk(b"zTXt", b"Comment\0\0" + LONG[:20]),
    "a text packed in another way": png_chunk(b"zTXt", b"Comment\0\7" + LONG),
    "a large profile": png_chunk(b"iCCP", b"Profile\0\0" + LONG),
    "a text with a wrong checksum": png_chunk(b"tEXt", b"Comment\0x")[:-1] + b"?",
    "orientation with a wrong checksum": png_chunk(b"eXIf", b"MM\0*")[:-1] + b"?",
    "a note that nobody knows": png_chunk(b"xyZz", b"?"),
    "a size of pixels that is cut off": png_chunk(b"pHYs", b"?"),
    "frames that do not come": png_chunk(b"acTL", b"\0\0\0\2\0\0\0\0"),
}


@pytest.mark.parametrize("at_the_end", [False, True])
@pytest.mark.parametrize("kind", ODD_CHUNKS)
def test_no_chunk_that_pixels_do_not_need_makes_a_picture_unreadable(kind: str, at_the_end: bool) -> None:
    before = peak_memory()
    for mode in ("RGB", "RGBA", "P"):
        picture = noise_picture(mode=mode)
        content = with_chunk(ODD_CHUNKS[kind], at_the_end=at_the_end, picture=picture)
        assert decode_picture(content).tobytes() == picture.tobytes()
        assert picture_size(content) == picture.size
    assert peak_memory() - before < 80_000_000  # Pillow itself keeps texts of up to 64 MiB


def test_a_picture_whose_text_is_left_out_keeps_orientation_and_transparency() -> None:
    picture = Image.new("P", (3, 2))
    picture.putpalette([*GREEN, *RED])
    picture.paste(1, (0, 0, 1, 1))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = with_chunk(ODD_CHUNKS["a long text"], picture=picture, transparency=0, exif=exif)
    shown = seen(content)
    assert (shown.size, shown.getpixel((1, 0)), shown.getpixel((0, 0))) == ((2, 3), RED, WHITE)


def test_too_many_pixels_are_refused_whatever_chunks_there_are() -> None:
    content = huge_png(10_000, 6_000)
    for chunk in ODD_CHUNKS.values():
        with pytest.raises(Unreadable, match="million pixels"):
            decode_picture(content[:33] + chunk + content[33:])


def test_cmyk_becomes_rgb() -> None:
    red = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    (r, g, b) = seen(picture_file(red, "TIFF")).getpixel((4, 4))  # type: ignore[misc]
    assert r > 200 > 50 > max(g, b)
    assert seen(picture_file(red, "JPEG")).mode == "RGB"


def test_grey_of_16_bits_keeps_its_brightness() -> None:
    steps = np.array([[0, 16_384, 32_768, 49_152, 65_535]], np.uint16)
    for kind in ("PNG", "TIFF"):
        grey = np.asarray(seen(picture_file(Image.fromarray(steps), kind)))[0, :, 0]
        assert grey.tolist() == [0, 63, 127, 191, 255]


@pytest.mark.parametrize(
    ("values", "grey"),
    [([0.0, 0.5, 1.0], [0, 127, 255]), ([0.0, 100.0, 255.0], [0, 100, 255]), ([-5.0, np.nan, 1.0], [0, 0, 255])],
)
def test_grey_of_floating_point_is_read_on_the_scale_it_was_written(values: list[float], grey: list[int]) -> None:
    content = picture_file(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert np.asarray(seen(content))[0, :, 0].tolist() == grey


def test_transparent_pixels_become_white() -> None:
    picture = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    picture.putpixel((1, 0), (255, 0, 0, 255))
    for kind in ("PNG", "TIFF"):
        shown = seen(picture_file(picture, kind))
        assert [shown.getpixel((x, 0)) for x in (0, 1)] == [WHITE, RED]


def test_half_transparent_pixels_are_mixed_with_white() -> None:
    assert seen(picture_file(Image.new("LA", (1, 1), (0, 127)))).getpixel((0, 0)) == (128, 128, 128)


def test_a_transparent_colour_of_a_palette_becomes_white() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([*GREEN, *RED])
    picture.putpixel((1, 0), 1)
    for kind in ("PNG", "GIF"):
        shown = seen(picture_file(picture, kind, transparency=0))
        assert [shown.getpixel((x, 0)) for x in (0, 1)] == [WHITE, RED]


def test_a_transparent_colour_without_a_palette_becomes_white() -> None:
    picture = Image.new("RGB", (2, 1), RED)
    picture.putpixel((0, 0), GREEN)
    shown = seen(picture_file(picture, "PNG", transparency=GREEN))
    assert [shown.getpixel((x, 0)) for x in (0, 1)] == [WHITE, RED]


CLEAR_KINDS = ("WEBP", "TIFF", "GIF")


def lettering(paint: object, mode: str, size: tuple[int, int] = (120, 40)) -> Image.Image:
    """A word on nothing."""
    drawn = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(drawn).text((8, 4), "Word", paint, ImageFont.load_default(28))  # type: ignore[arg-type]
    return drawn if mode == "RGBA" else drawn.convert("LA") if mode == "LA" else drawn.quantize(16)


@pytest.mark.parametrize(
    ("kind", "mode"), [*(("PNG", mode) for mode in ("RGBA", "LA", "P")), *((kind, "RGBA") for kind in CLEAR_KINDS)]
)
@pytest.mark.parametrize(
    "paint", ["white", (240, 255, 250), (255, 255, 120), "black", "red", (90, 90, 90), (0, 0, 160, 200)], ids=str
)
def test_letters_of_any_colour_on_nothing_can_be_seen(paint: object, kind: str, mode: str) -> None:
    shown = seen(picture_file(lettering(paint, mode), kind, **({"lossless": True} if kind == "WEBP" else {})))
    low, high = shown.convert("L").getextrema()
    assert int(high) - int(low) > 90  # type: ignore[call-overload]


def test_a_full_picture_with_clear_corners_is_put_on_white() -> None:
    page = Image.new("RGBA", (100, 100), (255, 255, 255, 255))
    ImageDraw.Draw(page).rectangle((30, 30, 60, 60), "black")
    page.paste((0, 0, 0, 0), (0, 0, 10, 10))
    assert seen(picture_file(page)).getpixel((2, 2)) == WHITE
    page.putalpha(200)
    assert seen(picture_file(page)).getpixel((50, 90)) == WHITE


def with_orientation(picture: Image.Image, orientation: int, kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture_file(picture, kind, exif=exif)


AS_STORED = {  # how a camera stores the picture that its orientation then turns upright
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_picture_is_turned_as_its_camera_was_held(orientation: int, kind: str) -> None:
    upright, turn = noise_picture(), AS_STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    shown = seen(with_orientation(stored, orientation, kind))
    assert (shown.size, shown.tobytes()) == (upright.size, upright.tobytes())


@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_photo_is_turned_as_its_camera_was_held(orientation: int) -> None:
    upright = Image.new("L", (32, 16))
    upright.paste(255, (0, 0, 8, 8))
    turn = AS_STORED[orientation]
    shown = seen(with_orientation(upright if turn is None else upright.transpose(turn), orientation, "JPEG"))
    assert shown.size == (32, 16)
    assert np.abs(np.asarray(shown.convert("L"), int) - np.asarray(upright, int)).mean() < 5


@pytest.mark.parametrize("orientation", [0, 9, 60_000])
def test_an_invalid_orientation_changes_nothing(orientation: int) -> None:
    assert seen(with_orientation(noise_picture(), orientation, "PNG")).tobytes() == noise_picture().tobytes()


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
def test_a_picture_with_broken_exif_data_is_shown_as_it_is(kind: str) -> None:
    content = with_orientation(noise_picture(), 6, kind)
    start = content.index(b"MM\0*") if b"MM\0*" in content else content.index(b"II*\0")
    broken = bytearray(content)
    broken[start : start + 2] = b"??"
    if kind == "PNG":
        kind_at = content.index(b"eXIf")
        length = struct.unpack(">I", content[kind_at - 4 : kind_at])[0]
        checksum = zlib.crc32(bytes(broken[kind_at : kind_at + 4 + length]))
        broken[kind_at + 4 + length : kind_at + 8 + length] = struct.pack(">I", checksum)
    assert seen(bytes(broken)).size == (12, 8)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_several_frames_is_read(kind: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, GREEN, BLACK)]
    content = picture_file(frames[0], kind, save_all=True, append_images=frames[1:])
    r, g, b = seen(content).getpixel((1, 1))  # type: ignore[misc]
    assert (r > 250, g < 5, b < 5) == (True, True, True)


def test_a_picture_written_as_png_is_read_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(noise_picture(mode="RGBA")))
    with Image.open(tmp_path / "a.png") as picture:
        assert (picture.format, picture.tobytes()) == ("PNG", noise_picture(mode="RGBA").tobytes())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I", "I;16", "F", "CMYK", "YCbCr", "LAB"])
def test_a_picture_of_every_mode_becomes_a_png(mode: str) -> None:
    assert decode_picture(encode_png(Image.new(mode, (12, 8)))).size == (12, 8)
