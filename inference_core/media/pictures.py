"""Decoding and encoding pictures: only in known formats, and with a limit on pixels."""

import io
import struct
from typing import TYPE_CHECKING

from inference_core.media.errors import Unreadable
from inference_core.media.large_pictures import current_turn
from inference_core.media.png_chunks import bare_png

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 50_000_000
"""Default limit for the pixels of a picture: as many as a phone camera makes, and 150 MB when decoded."""

# The formats that browsers show, and TIFF. Pillow's other formats use large decoders that are rarely tested.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_NAMES = "PNG, JPEG, WebP, GIF, BMP or TIFF"

_TILE_SIZE = (322, 323)
"""Tags of a TIFF."""

_CLEAR, _CLEAR_SHARE = 128, 0.1
"""Alpha below which a pixel counts as transparent, and the share of such pixels from which a picture does."""

_NEARLY_WHITE = 200

# A wrong number in a file can make Pillow raise any of these.
DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    SyntaxError,
    LookupError,
    ArithmeticError,
    EOFError,
    SystemError,
    struct.error,
)


def decode_picture(content: bytes, most_pixels: int | None = None, *, shown_at: int | None = None) -> "Image":
    """The picture in `content`, decoded, in its own mode and size. If there are several frames, the first.

    Pillow is imported on the first call.

    Args:
        most_pixels: the limit; by default that of the running task's turn, or else `MAX_PIXELS`.
        shown_at: how many pixels its longest edge needs. A JPEG is then decoded at a fraction of its size.

    Raises:
        Unreadable: not a picture in a known format, or damaged, or its header says more than `most_pixels` pixels.
    """
    turn = current_turn()
    picture = _opened(content, _limit(most_pixels))
    whole = max(picture.width * picture.height, _pixels_of_tile(picture))
    if shown_at is not None:
        longest = max(picture.size)
        picture.draft(None, tuple(max(1, edge * shown_at // longest) for edge in picture.size))  # type: ignore[arg-type]
    if turn is not None:
        # A progressive JPEG is unpacked as a whole, however small it is wanted.
        is_unpacked_whole = picture.format != "JPEG" or picture.info.get("progressive")
        turn.count(whole if is_unpacked_whole else picture.width * picture.height)
    try:
        picture.load()
    except DAMAGE:
        bare = bare_png(content)
        if bare is None:
            raise Unreadable("damaged_picture") from None
        return decode_picture(bare, most_pixels, shown_at=shown_at)
    if turn is not None and picture.format == "WEBP":
        picture._decoder = None  # type: ignore[attr-defined]  # it would keep two more pictures of this size
    return picture


def picture_size(content: bytes, most_pixels: int | None = None) -> tuple[int, int]:
    """Width and height as the header says, before the EXIF orientation. Raises Unreadable as `decode_picture` does."""
    return _opened(content, _limit(most_pixels)).size


def _limit(most_pixels: int | None) -> int:
    turn = current_turn()
    if turn is None:
        return MAX_PIXELS if most_pixels is None else most_pixels
    return turn.most if most_pixels is None else min(most_pixels, turn.most)


def _opened(content: bytes, most_pixels: int) -> "Image":
    from PIL import Image, UnidentifiedImageError

    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(most_pixels) from None
    except DAMAGE as error:
        if (bare := bare_png(content)) is not None:
            return _opened(bare, most_pixels)
        if isinstance(error, UnidentifiedImageError):
            raise Unreadable("not_a_picture", formats=_NAMES) from None
        raise Unreadable("damaged_picture") from None
    if max(picture.width * picture.height, _pixels_of_tile(picture)) > most_pixels:
        raise _too_large(most_pixels)
    return picture


def _pixels_of_tile(picture: "Image") -> int:
    """How many pixels a TIFF is unpacked in at once, which may be more than it has; 0 for all others."""
    if picture.format != "TIFF":
        return 0
    try:
        width, height = (int(picture.tag_v2.get(tag, 0)) for tag in _TILE_SIZE)  # type: ignore[attr-defined]
        return width * height
    except DAMAGE:
        raise Unreadable("damaged_picture") from None


def upright_rgb(picture: "Image", *, turned: bool = True) -> "Image":
    """The picture in mode RGB, as people see it: rotated by its EXIF orientation, transparent parts filled.

    They become white, or black if the picture would hardly be seen on white. 16-bit and floating-point greyscale is
    scaled to 8 bits.
    """
    if turned:
        picture = turned_upright(picture)
    if picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    return _on_paper(picture if picture.mode == "RGBA" else picture.convert("RGBA"))


def _on_paper(picture: "Image") -> "Image":
    from PIL import Image

    alpha = picture.getchannel("A")
    paper = Image.new("RGB", picture.size, "black" if _is_lost_on_white(picture, alpha) else "white")
    paper.paste(picture, mask=alpha)
    return paper


def _is_lost_on_white(picture: "Image", alpha: "Image") -> bool:
    """Whether most of what is drawn is nearly white, as light letters on nothing are."""
    amounts = alpha.histogram()
    if sum(amounts[:_CLEAR]) < _CLEAR_SHARE * sum(amounts):
        return False  # a full picture, with rounded corners perhaps
    light = picture.convert("L").point(lambda value: 255 if value >= _NEARLY_WHITE else 0)
    return _weight(alpha.histogram(light)) > _weight(amounts) / 2


def _weight(amounts: list[int]) -> int:
    return sum(value * count for value, count in enumerate(amounts))


def encode_png(picture: "Image") -> bytes:
    """The picture as a PNG file. A mode that PNG does not have, such as CMYK, becomes RGB."""
    file = io.BytesIO()
    writable = picture if picture.mode in _PNG_MODES else upright_rgb(picture)
    writable.save(file, "PNG", compress_level=1)
    return file.getvalue()


def turned_upright(picture: "Image") -> "Image":
    """The picture rotated and mirrored by its EXIF orientation, without one then."""
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
