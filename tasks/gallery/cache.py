"""Files in Gradio's cache, from where the browser gets them, and pictures as the browser can show them."""

from pathlib import Path
from typing import TYPE_CHECKING

from gradio.processing_utils import save_bytes_to_cache, save_file_to_cache
from gradio.utils import get_upload_folder

from inference_core.media.pictures import decode_picture, picture_size, upright_rgb

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_EDGE_SHOWN = 1600


def cached(content: bytes, name: str) -> str:
    """The path of a file in the cache with this content; the same content has the same path."""
    return str(save_bytes_to_cache(content, name, get_upload_folder()))


def cached_file(path: Path) -> str:
    """The path of a copy in the cache, which the browser may have wherever the file itself is."""
    return str(save_file_to_cache(path, get_upload_folder()))


def shown_copy(path: Path) -> tuple["Image", float]:
    """The picture upright in RGB, not larger than a screen, and the factor by which it shrank.

    Raises:
        Unreadable: the file is not a picture.
    """
    content = path.read_bytes()
    longest = max(picture_size(content))
    picture = decode_picture(content, shown_at=_LONGEST_EDGE_SHOWN)
    if picture.mode not in ("RGB", "RGBA", "L", "CMYK") and not picture.mode.startswith(("I", "F")):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")  # others cannot be scaled well
    picture.thumbnail((_LONGEST_EDGE_SHOWN, _LONGEST_EDGE_SHOWN))  # before anything copies it at its full size
    return upright_rgb(picture), max(picture.size) / longest
