"""Pictures that neither browsers nor models can be expected to read, as JPEG or PNG: HEIC, AVIF, TIFF.

It runs in the child process of `reader.py`: the decoders are large, and what they read is a stranger's.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from inference_core.media.errors import Unreadable
from inference_core.media.iso_brands import iso_picture
from inference_core.media.pictures import DAMAGE, decode_picture, encode_png, turned_upright, upright_rgb
from inference_core.media.pil_images import profile_of

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITY = 92
_LARGEST_PNG = 3 * 2**20
"""Bytes."""


def usual_picture(content: bytes, most_pixels: int) -> bytes:
    """The picture upright, as JPEG, or as PNG if parts of it are transparent. Notes on place and camera are left out.

    Raises:
        Unreadable: not a picture in a known format, damaged, or of more than `most_pixels` pixels; or the package that
            reads it is missing.
    """
    picture = _decoded(content, most_pixels)
    with _read_whole():
        if picture.has_transparency_data:
            return encode_png(turned_upright(picture))
        upright = upright_rgb(picture)
        return _jpeg(upright) if iso_picture(content) else compact(upright)


def _decoded(content: bytes, most_pixels: int) -> "Image":
    match iso_picture(content):
        case "HEIF":
            return _from_heif(content, most_pixels)
        case "AVIF":
            return _from_avif(content, most_pixels)
    return decode_picture(content, most_pixels)


def _from_heif(content: bytes, most_pixels: int) -> "Image":
    """The main picture. The library turns it, and takes away the EXIF orientation, which only repeats how."""
    try:
        from pillow_heif import open_heif
    except ImportError:
        raise Unreadable("missing_picture_package", format="HEIC", package="pillow-heif") from None
    with _read_whole():
        found = open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    _check_size(found.size, most_pixels)
    with _read_whole():
        picture: Image = found.to_pillow()
        return picture


def _from_avif(content: bytes, most_pixels: int) -> "Image":
    from PIL import Image, features

    if not features.check("avif"):
        raise Unreadable("missing_picture_package", format="AVIF", package="Pillow 11.3 or later")
    Image.MAX_IMAGE_PIXELS = None  # of this process; the limit is checked here
    with _read_whole():
        picture: Image.Image = Image.open(io.BytesIO(content), formats=["AVIF"])
    _check_size(picture.size, most_pixels)
    with _read_whole():
        picture.load()
        return picture


@contextmanager
def _read_whole() -> Iterator[None]:
    try:
        yield
    except (*DAMAGE, RuntimeError):
        raise Unreadable("damaged_picture") from None


def _check_size(size: tuple[int, int], most_pixels: int) -> None:
    if size[0] * size[1] > most_pixels:
        raise Unreadable("too_many_pixels", most=most_pixels / 1e6)


def compact(picture: "Image") -> bytes:
    """The picture, of mode RGB, as PNG if that is small, as drawings and pages of text are; otherwise as JPEG."""
    content = encode_png(picture)
    return content if len(content) <= _LARGEST_PNG else _jpeg(picture)


def _jpeg(picture: "Image") -> bytes:
    file = io.BytesIO()
    options: dict[str, Any] = {"icc_profile": profile_of(picture)}
    picture.save(file, "JPEG", quality=_QUALITY, **options)
    return file.getvalue()
