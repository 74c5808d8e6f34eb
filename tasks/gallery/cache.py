"""Files in Gradio's cache, from where the browser gets them, and pictures as the browser can show them."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gradio.processing_utils import hash_bytes, save_file_to_cache
from gradio.utils import get_upload_folder

from inference_core.media.pictures import decode_picture, picture_size, upright_rgb

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_EDGE_SHOWN = 1600


def cached(content: bytes, name: str) -> str:
    """The path of a file in the cache with this content; the same content has the same path."""
    return put(content, Path(get_upload_folder()).resolve() / hash_bytes(content) / name)


def put(content: bytes, path: Path) -> str:
    """The path, where there is a file with this content now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Put in place as a whole: somebody else may be reading the same file.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
    return str(path)


def cached_file(path: Path) -> str:
    """The path of a copy in the cache, which the browser may have wherever the file itself is."""
    copy = str(save_file_to_cache(path, get_upload_folder()))
    os.utime(copy)  # the copy is new, however old the file is
    return copy


def shown_copy(path: Path) -> tuple["Image", float]:
    """The picture upright in RGB, not larger than a screen, and the factor by which it shrank.

    Raises:
        Unreadable: the file is not a picture.
    """
    content = path.read_bytes()
    longest = max(picture_size(content))
    picture = decode_picture(content, shown_at=_LONGEST_EDGE_SHOWN)
    if picture.mode.startswith(("I", "F")):
        picture = upright_rgb(picture)  # Pillow cannot scale all of these
    elif picture.mode not in ("RGB", "RGBA", "L", "LA", "CMYK"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    # Before anything copies it at its full size. A TIFF keeps its orientation where the copy would not have it.
    if (factor := max(picture.size) // (2 * _LONGEST_EDGE_SHOWN)) > 1 and picture.format != "TIFF":
        picture = _reduced(picture, factor)
    picture.thumbnail((_LONGEST_EDGE_SHOWN, _LONGEST_EDGE_SHOWN))
    return upright_rgb(picture), max(picture.size) / longest


def _reduced(picture: "Image", factor: int) -> "Image":
    """A fraction of the picture, made strip by strip: Pillow would first copy a picture with alpha."""
    from PIL import Image

    reduced = Image.new(picture.mode, tuple(-(-edge // factor) for edge in picture.size))  # type: ignore[arg-type]
    height = 128 * factor
    for top in range(0, picture.height, height):
        strip = picture.crop((0, top, picture.width, min(top + height, picture.height)))
        reduced.paste(strip.reduce(factor), (0, top // factor))
    reduced.info = {**picture.info}
    return reduced
