"""Decoding and encoding pictures: only in known formats, and with a limit on pixels."""

import io
import struct
from typing import TYPE_CHECKING

from inference_core.media.errors import Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 50_000_000
"""Default limit for the pixels of a picture: as many as a phone camera makes, and 150 MB when decoded."""

# The formats that browsers show, and TIFF. Pillow's other formats use large decoders that are rarely tested.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_NAMES = "PNG, JPEG, WebP, GIF, BMP or TIFF"

# A wrong number in a file can make Pillow raise any of these.
DAMAGE = (OSError, ValueError, TypeError, SyntaxError, LookupError, ArithmeticError, EOFError, struct.error)


def decode_picture(content: bytes, most_pixels: int = MAX_PIXELS) -> "Image":
    """The picture in `content`, fully decoded, in its own mode and size. If there are several frames, the first.

    Pillow is imported on the first call.

    Raises:
        Unreadable: not a picture in a known format, or damaged, or with more than `most_pixels` pixels.
    """
    from PIL import Image, UnidentifiedImageError

    damaged = Unreadable("damaged_picture")
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError:
        raise Unreadable("not_a_picture", formats=_NAMES) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(most_pixels) from None
    except DAMAGE:
        raise damaged from None
    if picture.width * picture.height > most_pixels:
        raise _too_large(most_pixels)
    try:
        picture.load()
    except DAMAGE:
        raise damaged from None
    return picture


def upright_rgb(picture: "Image", *, turned: bool = True) -> "Image":
    """The picture in mode RGB, as people see it: rotated by its EXIF orientation, transparent parts on white.

    16-bit and floating-point greyscale is scaled to 8 bits.
    """
    from PIL import Image

    if turned:
        picture = _turned(picture)
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        picture = Image.alpha_composite(white, over)
    return picture.convert("RGB")


def encode_png(picture: "Image") -> bytes:
    """The picture as a PNG file. A mode that PNG does not have, such as CMYK, becomes RGB."""
    file = io.BytesIO()
    writable = picture if picture.mode in _PNG_MODES else upright_rgb(picture)
    writable.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _turned(picture: "Image") -> "Image":
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except DAMAGE:  # the picture's metadata is damaged, not its pixels
        return picture


def _eight_bits(picture: "Image") -> "Image":
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.array(picture, np.float32), copy=False)
    # 16-bit files use their whole range. If all numbers are small, they were meant as 8 bits.
    white = 65535.0 if values.max() > 255 else 255.0 if values.max() > 1 else 1.0
    values *= 255 / white
    return Image.fromarray(values.clip(0, 255, out=values).astype(np.uint8))


def _too_large(most_pixels: int) -> Unreadable:
    return Unreadable("too_many_pixels", most=most_pixels / 1e6)
