"""A PIL image gives what its file gives by its path; an edited one arrives as edited, and without loss."""

import copy
import io
import random
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps, ImageSequence

from inference_core.media.pictures import decode_picture, upright_rgb
from inference_core.media.pil_images import file_of
from tests.support.media import noise_picture, picture_file

# Pillow leaves closing a file to whoever opened the picture.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

MOST = 100 * 2**20
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SIZE = (40, 24)


def turned_exif(orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def palette_with_transparency() -> bytes:
    return picture_file(noise_picture(SIZE).quantize(12), transparency=3)


def sixteen_bits(kind: str) -> bytes:
    return picture_file(Image.fromarray(np.arange(960, dtype=np.uint16).reshape(24, 40) * 60), kind)


def frames(kind: str, **options: Any) -> bytes:
    first, *others = (Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue"))
    return picture_file(first, kind, save_all=True, append_images=others, **options)


FILES = {
    "PNG": picture_file(noise_picture(SIZE)),
    "JPEG of quality 100": picture_file(noise_picture(SIZE), "JPEG", quality=100, subsampling=0),
    "JPEG of quality 20": picture_file(noise_picture(SIZE), "JPEG", quality=20),
    "turned JPEG with a profile": picture_file(noise_picture(SIZE), "JPEG", exif=turned_exif(), icc_profile=SRGB),
    "turned TIFF": picture_file(noise_picture(SIZE), "TIFF", exif=turned_exif(6)),
    "turned PNG": picture_file(noise_picture(SIZE), exif=turned_exif(8), icc_profile=SRGB),
    "progressive grey JPEG": picture_file(noise_picture(SIZE, "L"), "JPEG", progressive=True),
    "CMYK JPEG": picture_file(noise_picture(SIZE, "CMYK"), "JPEG"),
    "MPO": frames("MPO"),
    "lossy WebP": picture_file(noise_picture(SIZE), "WEBP", quality=80, exif=turned_exif(3)),
    "WebP with alpha": picture_file(noise_picture(SIZE, "RGBA"), "WEBP", lossless=True),
    "animated WebP": frames("WEBP", duration=50),
    "GIF": picture_file(noise_picture(SIZE), "GIF"),
    "animated GIF": frames("GIF", duration=50),
    "animated PNG": frames("PNG", duration=50),
    "palette with transparency": palette_with_transparency(),
    "one bit": picture_file(noise_picture(SIZE, "1")),
    "grey with alpha": picture_file(noise_picture(SIZE, "LA")),
    "16-bit PNG": sixteen_bits("PNG"),
    "16-bit TIFF": sixteen_bits("TIFF"),
    "floats": picture_file(noise_picture(SIZE).convert("F"), "TIFF"),
    "TIFF of pages": frames("TIFF"),
    "BMP": picture_file(noise_picture(SIZE), "BMP"),
    "ICO": picture_file(noise_picture((32, 32)), "ICO"),
}
by_file = pytest.mark.parametrize("kind", FILES)


@pytest.fixture
def path(kind: str, tmp_path: Path) -> Path:
    (tmp_path / "picture").write_bytes(FILES[kind])
    return tmp_path / "picture"


def sent(picture: Image.Image) -> bytes:
    return file_of(picture, MOST)


def assert_looks_like(content: bytes, picture: Image.Image) -> None:
    """What arrived has the pixels, orientation, profile and transparency of the picture."""
    arrived = Image.open(io.BytesIO(content))
    arrived.load()
    if picture.mode in ("CMYK", "F"):
        assert arrived.size == picture.size
        return
    alike = arrived if arrived.mode == picture.mode else arrived.convert(picture.mode)
    assert (alike.size, alike.tobytes()) == (picture.size, picture.tobytes())
    assert arrived.convert("RGBA").tobytes() == picture.convert("RGBA").tobytes()
    assert arrived.getexif().get(0x0112, 1) == picture.getexif().get(0x0112, 1)
    if picture.mode == "RGB":
        assert arrived.info.get("icc_profile") == picture.info.get("icc_profile")


# As it was opened


def opened(path: Path) -> Image.Image:
    return Image.open(path)


def loaded(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.load()
    return picture


def left(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        picture.load()
    return picture


def not_loaded_and_left(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture


def verified(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.verify()
    return picture


def looked_at(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.getexif()
    picture.getpixel((0, 0))
    assert np.asarray(picture).size
    return picture


def exif_read(path: Path) -> Image.Image:
    picture = Image.open(path)
    picture.getexif()
    return picture


def counted(path: Path) -> Image.Image:
    picture = Image.open(path)
    assert getattr(picture, "n_frames", 1) >= 1
    return picture


def deleted(path: Path) -> Image.Image:
    picture = Image.open(path)
    path.unlink()
    return picture


def replaced(path: Path) -> Image.Image:
    picture = Image.open(path)
    path.unlink()
    path.write_bytes(picture_file(Image.new("RGB", (5, 5))))
    return picture


def in_memory(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def from_an_open_file(path: Path) -> Image.Image:
    return Image.open(path.open("rb"))


def from_a_pipe(path: Path) -> Image.Image:
    class OnlyReads:
        def __init__(self) -> None:
            self.read = path.open("rb").read

    return Image.open(OnlyReads())


OPENED = [opened, loaded, left, not_loaded_and_left, verified, looked_at, exif_read, counted]
OPENED += [deleted, replaced, in_memory, from_an_open_file, from_a_pipe]


@by_file
@pytest.mark.parametrize("way", OPENED)
def test_a_picture_as_it_was_opened_is_its_own_file_every_time(
    kind: str, path: Path, way: Callable[[Path], Image.Image]
) -> None:
    picture = way(path)
    assert sent(picture) == FILES[kind]
    if way is not counted or kind not in ("animated WebP", "MPO"):
        assert sent(picture) == FILES[kind]


@by_file
def test_a_picture_whose_file_is_gone_loses_nothing(kind: str, path: Path) -> None:
    pictures = [loaded(path)]
    path.unlink()
    pictures.append(Image.open(io.BytesIO(FILES[kind])))
    pictures[1].load()  # Pillow lets go of the file in memory
    path.write_bytes(picture_file(Image.new("RGB", (5, 5))))
    pictures.append(loaded(path))
    path.write_bytes(FILES["PNG"])
    assert_looks_like(sent(pictures[0]), pictures[0])
    assert_looks_like(sent(pictures[1]), pictures[1])
    assert_looks_like(sent(pictures[2]), pictures[2])


def test_a_long_text_at_the_end_of_a_file_does_not_matter(tmp_path: Path) -> None:
    text = b"zTXtComment\0\0" + zlib.compress(bytes(2_000_000), 9)
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    content = FILES["PNG"][:-12] + chunk + FILES["PNG"][-12:]
    (tmp_path / "a.png").write_bytes(content)
    assert sent(Image.open(tmp_path / "a.png")) == content


# Edited


def set_pixel(picture: Image.Image) -> Image.Image:
    picture.putpixel((1, 1), 1 if len(picture.getbands()) == 1 else (1,) * len(picture.getbands()))
    return picture


def drawn_on(picture: Image.Image) -> Image.Image:
    ImageDraw.Draw(picture).rectangle((2, 2, 9, 9), fill=0)
    return picture


def written_through_access(picture: Image.Image) -> Image.Image:
    picture.putpixel((0, 0), picture.getpixel((0, 0)))  # makes a picture in mapped memory writable
    access: Any = picture.load()
    access[3, 3] = 2 if len(picture.getbands()) == 1 else (2,) * len(picture.getbands())
    return picture


def pasted(picture: Image.Image) -> Image.Image:
    picture.paste(picture.crop((0, 0, 9, 9)), (11, 7))
    return picture


def made_small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((16, 16))
    return picture


def cropped(picture: Image.Image) -> Image.Image:
    return picture.crop((3, 2, 21, 15))


def rotated(picture: Image.Image) -> Image.Image:
    return picture.rotate(90, expand=True)


def mirrored(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def copied(picture: Image.Image) -> Image.Image:
    return picture.copy()


def pickled(picture: Image.Image) -> Image.Image:
    picture.load()
    return copy.deepcopy(picture)


def upright(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture)


def upright_in_place(picture: Image.Image) -> Image.Image:
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def said_to_be_upright(picture: Image.Image) -> Image.Image:
    picture.getexif()[0x0112] = 1
    return picture


def without_profile(picture: Image.Image) -> Image.Image:
    picture.info.pop("icc_profile", None)
    return picture


def later_frame(picture: Image.Image) -> Image.Image:
    if getattr(picture, "n_frames", 1) > 1:
        picture.seek(1)
    return picture


def to(mode: str) -> Callable[[Image.Image], Image.Image]:
    def converted(picture: Image.Image) -> Image.Image:
        return picture.convert(mode)

    converted.__name__ = f"to_{mode}"
    return converted


EDITS = [
    set_pixel,
    drawn_on,
    written_through_access,
    pasted,
    made_small,
    cropped,
    rotated,
    mirrored,
    copied,
    upright,
    pickled,
]
EDITS += [upright_in_place, said_to_be_upright, without_profile, later_frame, to("RGB"), to("L"), to("RGBA"), to("P")]


@by_file
@pytest.mark.parametrize("first", [opened, loaded, in_memory])
def test_a_picture_edited_in_any_way_arrives_as_edited(
    kind: str, path: Path, first: Callable[[Path], Image.Image]
) -> None:
    for edit in EDITS:
        try:
            picture = edit(first(path))
        except (ValueError, OSError, TypeError):
            continue  # Pillow cannot edit this kind of picture so
        if edit is said_to_be_upright and kind == "turned TIFF" and first is not loaded:
            continue  # Pillow itself cannot save it any more
        before = None if picture.mode in ("F", "CMYK") else picture.copy().tobytes()
        assert_looks_like(sent(picture), picture)
        assert before is None or before == picture.tobytes()


@by_file
@pytest.mark.parametrize("edit", [set_pixel, drawn_on, written_through_access], ids=lambda edit: edit.__name__)
def test_an_edit_after_the_picture_was_sent_is_not_missed(
    kind: str, path: Path, edit: Callable[[Image.Image], Image.Image]
) -> None:
    picture = opened(path)
    assert sent(picture) == FILES[kind]
    edit(picture)
    assert_looks_like(sent(picture), picture)
    assert sent(picture) != FILES[kind] or loaded(path) == picture


@pytest.mark.parametrize("seed", range(8))
def test_any_row_of_edits_arrives(seed: int, tmp_path: Path) -> None:
    choose = random.Random(seed)
    path = tmp_path / "picture"
    for kind in choose.sample([kind for kind in FILES if kind not in ("CMYK JPEG", "floats", "ICO")], 6):
        path.write_bytes(FILES[kind])
        picture = choose.choice([opened, loaded, in_memory])(path)
        for edit in choose.choices(EDITS, k=3):
            try:
                picture = edit(picture)
            except (ValueError, OSError, TypeError, EOFError, IndexError):
                continue
        assert_looks_like(sent(picture), picture)


def test_a_draft_is_sent_as_small_as_it_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(picture_file(noise_picture((400, 240)), "JPEG"))
    picture = Image.open(tmp_path / "a.jpg")
    picture.draft("RGB", (100, 60))
    assert Image.open(io.BytesIO(sent(picture))).size == (100, 60)


def test_every_frame_of_an_animation_arrives_as_itself(tmp_path: Path) -> None:
    for kind in ("animated GIF", "animated WebP", "animated PNG", "TIFF of pages"):
        (tmp_path / "a").write_bytes(FILES[kind])
        with Image.open(tmp_path / "a") as picture:
            shown = [upright_rgb(decode_picture(sent(frame))) for frame in ImageSequence.Iterator(picture)]
        seen = np.array([one.getpixel((5, 5)) for one in shown])
        assert np.abs(seen - [(255, 0, 0), (0, 128, 0), (0, 0, 255)]).max() < 9


# As whatever reads it sees it


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("edit", [copied, to("RGB"), set_pixel], ids=lambda edit: edit.__name__)
def test_a_turned_photo_is_seen_upright_also_when_it_was_edited(
    orientation: int, edit: Callable[[Image.Image], Image.Image]
) -> None:
    content = picture_file(noise_picture(SIZE), "JPEG", quality=100, subsampling=0, exif=turned_exif(orientation))
    picture = edit(Image.open(io.BytesIO(content)))
    seen = upright_rgb(decode_picture(sent(picture)))
    assert seen.tobytes() == ImageOps.exif_transpose(picture).convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["La", "RGBa", "PA"])
def test_transparency_survives_in_every_mode_that_has_it(mode: str) -> None:
    picture = Image.new("RGBA", (2, 1), (90, 90, 90, 0))
    picture.putpixel((1, 0), (90, 90, 90, 255))
    through = picture.convert("PA") if mode == "PA" else picture.convert(mode[:-1] + "A").convert(mode)
    arrived = Image.open(io.BytesIO(sent(through))).convert("RGBA")
    assert [arrived.getpixel((x, 0))[3] for x in (0, 1)] == [0, 255]  # type: ignore[index]


@pytest.mark.parametrize("mode", ["I", "I;16", "I;16B", "I;16L"])
def test_sixteen_bits_stay_sixteen_bits(mode: str) -> None:
    values = np.arange(96, dtype=np.int32).reshape(8, 12) * 680
    picture = Image.fromarray(values).convert(mode)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(sent(picture))), np.int32), values)


def test_a_profile_for_other_colours_is_left_behind() -> None:
    picture = Image.new("RGB", SIZE)
    picture.info["icc_profile"] = SRGB
    assert "icc_profile" in Image.open(io.BytesIO(sent(picture.copy()))).info
    assert "icc_profile" not in Image.open(io.BytesIO(sent(picture.convert("L")))).info


def test_what_was_transparent_in_another_mode_does_not_break_a_picture() -> None:
    picture = Image.open(io.BytesIO(palette_with_transparency()))
    grey = picture.convert("RGB").convert("L")
    grey.info["transparency"] = b"\0\1"
    assert Image.open(io.BytesIO(sent(grey))).tobytes() == grey.tobytes()


def test_an_edited_photo_that_is_too_large_as_png_is_a_very_good_jpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_core.media.pil_images._LARGEST_PNG", 1000)
    picture = Image.open(io.BytesIO(FILES["turned JPEG with a profile"]))
    picture.putpixel((0, 0), (9, 9, 9))
    arrived = Image.open(io.BytesIO(sent(picture)))
    assert (arrived.format, arrived.getexif()[0x0112], arrived.info["icc_profile"]) == ("JPEG", 6, SRGB)
    assert np.abs(np.asarray(arrived, int) - np.asarray(picture, int)).mean() < 3


def test_pictures_that_share_an_open_file_are_sent_from_several_threads() -> None:
    file = io.BytesIO(picture_file(noise_picture((300, 200))))
    pictures = [Image.open(file) for _ in range(4)]
    came: list[bytes] = []
    from inference_core.media.inputs import _read

    threads = [threading.Thread(target=lambda p=one: came.append(_read(p).content)) for one in pictures * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came == [file.getvalue()] * 8
