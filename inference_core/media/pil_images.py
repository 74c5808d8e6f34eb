"""From a PIL image to a file: the file that it was opened from, or if it was edited, its pixels without loss."""

import io
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from inference_core.media.pictures import DAMAGE, upright_rgb
from inference_core.media.png_chunks import bare_png

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

_PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I;16B")
_WITH_ALPHA = {"La": "LA", "PA": "RGBA", "RGBa": "RGBA"}
_COLOURS_OF_PROFILES = {b"GRAY": ("1", "L", "LA", "I;16", "I;16B"), b"RGB ": ("P", "RGB", "RGBA")}
_ORIENTATION = 0x0112
_LARGEST_PNG = 20 * 2**20
"""Bytes. Many servers take no more, and a photo from a JPEG has lost more than quality 95 loses."""


def file_of(picture: "Image", largest: int) -> bytes:
    """The picture as a file. While it is as it was opened, these are the bytes of its own file, up to `largest`.

    Otherwise it is a PNG with the same pixels, EXIF orientation, colour profile and transparency. Pixels that PNG
    cannot hold become RGB.

    Raises:
        OSError, ValueError and others of `DAMAGE`: the picture is closed, empty or cut off.
    """
    content = _own_file(picture, largest)
    return content if content is not None and _is_as_opened(picture, content) else _encoded(picture)


def _own_file(picture: Any, largest: int) -> bytes | None:
    """The file that the picture was opened from, if it is still there and this is its first frame."""
    if not getattr(picture, "format", None) or not _is_first_frame(picture):
        return None
    for opened in (getattr(picture, "fp", None), getattr(picture, "_fp", None)):
        if opened is not None and (content := _whole(opened, largest)):
            return content
    name = getattr(picture, "filename", "")
    try:
        path = Path(os.fsdecode(name))
        if not name or not path.is_file():
            return None
        with path.open("rb") as file:
            return _whole(file, largest)
    except (OSError, ValueError):
        return None


def _is_first_frame(picture: "Image") -> bool:
    try:
        return picture.tell() == 0
    except AttributeError:  # a copy made with pickle, which has no file and no frames
        return False


def _whole(file: IO[bytes], largest: int) -> bytes | None:
    """The file from its beginning; its position stays. None if it is closed or too large to be sent."""
    try:
        position = file.tell()
        file.seek(0)
        try:
            content = file.read(largest + 1)
        finally:
            file.seek(position)
    except (OSError, ValueError, AttributeError):
        return None
    return content if len(content) <= largest else None


def _is_as_opened(picture: Any, content: bytes) -> bool:
    """Whether the picture is what `content` gives: nothing was edited, and the file was not replaced.

    A picture whose pixels are not loaded cannot have been edited. It stays so, because loading would close its file.
    """
    from PIL import Image

    is_loaded = getattr(picture, "_im", True) is not None
    try:
        # Only in its own format: a file that was replaced must not choose its decoder. Pillow opens MPO as JPEG.
        fresh: Any = Image.open(io.BytesIO(content), formats=["JPEG" if picture.format == "MPO" else picture.format])
        if is_loaded:
            fresh.load()
            return bool(picture == fresh) and _has_same_exif(picture, fresh)
        # Until it is loaded, draft() may have made it smaller.
        if _head(picture) != _head(fresh) or picture.tile != fresh.tile or not _has_same_exif(picture, fresh):
            return False
    except (*DAMAGE, Warning):
        return False
    _check_pixels(fresh, content)
    return True


def _check_pixels(picture: "Image", content: bytes) -> None:
    """Raises one of `DAMAGE` if the file of this picture has not all of its pixels."""
    from PIL import Image

    try:
        picture.load()
    except DAMAGE:
        bare = bare_png(content)
        if bare is None:
            raise
        Image.open(io.BytesIO(bare), formats=["PNG"]).load()


def _head(picture: "Image") -> tuple[Any, ...]:
    return picture.size, picture.mode, picture.info


def _has_same_exif(picture: Any, fresh: Any) -> bool:
    edited = getattr(picture, "_exif", None)  # only if somebody has read it
    return edited is None or edited == fresh.getexif()


def _encoded(picture: "Image") -> bytes:
    picture.load()
    writable = _in_png_mode(picture)
    file = io.BytesIO()
    options: dict[str, Any] = {"icc_profile": profile_of(writable), "exif": _orientation(picture)}
    try:
        writable.save(file, "PNG", compress_level=1, **options)
    except (ValueError, TypeError):  # what is said to be transparent belongs to the picture's former mode
        file = io.BytesIO()
        writable.save(file, "PNG", compress_level=1, transparency=None, **options)
    if picture.format in ("JPEG", "MPO") and writable.mode in ("L", "RGB") and file.tell() > _LARGEST_PNG:
        file = io.BytesIO()
        writable.save(file, "JPEG", quality=95, subsampling=0, **options)
    return file.getvalue()


def _in_png_mode(picture: "Image") -> "Image":
    """The picture in a mode of PNG, not turned."""
    if picture.mode in _PNG_MODES:
        return picture
    if picture.mode in _WITH_ALPHA:
        return picture.convert(_WITH_ALPHA[picture.mode])
    if picture.mode.startswith("I") and _fits_sixteen_bits(picture):
        return picture.convert("I").convert("I;16")
    return upright_rgb(picture, turned=False)


def _fits_sixteen_bits(picture: "Image") -> bool:
    low, high = picture.convert("I").getextrema()
    return low >= 0 and high <= 65535  # type: ignore[operator]


def profile_of(picture: "Image") -> bytes | None:
    """The colour profile, if it is for the picture's mode: converting a picture leaves its old profile behind."""
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes) or picture.mode not in _COLOURS_OF_PROFILES.get(profile[16:20], ()):
        return None
    return profile


def _orientation(picture: "Image") -> "Exif | bytes":
    """Nothing else of the EXIF data says how the pixels look; what is damaged there does not matter then."""
    from PIL import Image

    try:
        orientation = picture.getexif().get(_ORIENTATION)
    except (*DAMAGE, AssertionError):
        return b""
    if orientation not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return exif
