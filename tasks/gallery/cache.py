"""Files in Gradio's cache, from where the browser gets them, and pictures as the browser can show them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gradio.processing_utils import save_bytes_to_cache, save_file_to_cache
from gradio.utils import get_upload_folder

from inference_core.media.pictures import decode_picture, upright_rgb

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS_SHOWN = 170_000_000
"""Whatever a model may take: above this Pillow itself calls a picture a decompression bomb."""

_LONGEST_EDGE_SHOWN = 1600


def cached(content: bytes, name: str) -> str:
    """The path of a file in the cache with this content; the same content has the same path."""
    return str(save_bytes_to_cache(content, name, get_upload_folder()))


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
    picture = decode_picture(path.read_bytes(), MOST_PIXELS_SHOWN)
    longest = max(picture.size)
    if picture.mode in ("RGB", "RGBA", "L", "CMYK"):  # before anything copies it at its full size
        picture.thumbnail((_LONGEST_EDGE_SHOWN, _LONGEST_EDGE_SHOWN))
    picture = upright_rgb(picture)
    picture.thumbnail((_LONGEST_EDGE_SHOWN, _LONGEST_EDGE_SHOWN))
    return picture, max(picture.size) / longest
