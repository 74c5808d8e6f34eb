"""Reading pictures and sounds from whatever the caller has into bytes with a MIME type, without blocking the loop."""

import asyncio
import io
import mimetypes
import os
import re
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Union

import msgspec

from inference_core.errors import InvalidInputError, MissingFileError
from inference_core.media.apart import usual_form
from inference_core.media.base64_text import from_data_url, is_data_url
from inference_core.media.errors import Unreadable
from inference_core.media.iso_brands import iso_picture
from inference_core.media.pictures import DAMAGE
from inference_core.media.pil_images import file_of
from inference_core.urls import is_url

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

MAX_INPUT_BYTES = 100 * 2**20
"""Maximum size of a picture or sound that is sent to a model."""

# Union, because `|` does not work with the name of a class that is not imported.
Content = Union[bytes, bytearray, memoryview, IO[bytes], str, PathLike[str], "Image", tuple[int, "NDArray[Any]"]]
"""A picture or sound: its bytes, a binary file, a path, a URL, a PIL image, or sound as `(rate, samples)`."""

_UNKNOWN = "application/octet-stream"
_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_MAX_NAME_LENGTH = 100
_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\x1aE\xdf\xa3", "audio/webm"),
    (4, b"ftyp", "audio/mp4"),
    (8, b"AIFF", "audio/aiff"),
    (0, b"%PDF-", "application/pdf"),
)
_ISO = {"HEIF": "image/heic", "AVIF": "image/avif"}


class Media(msgspec.Struct, frozen=True):
    """A file's bytes and their MIME type."""

    content: bytes
    mime_type: str


Fetch = Callable[[str], Awaitable[Media]]


async def read_media(content: Content, fetch: Fetch) -> Media:
    """The bytes of a picture or sound.

    An open file is read from its current position and left open. If it can seek, it is put back to that position, so it
    can be sent again. Several calls may share a file or a PIL image. HEIC and AVIF become JPEG, or PNG if parts of the
    picture are transparent.

    Args:
        content: bytes, bytearray or memoryview; a file opened in binary mode; a path (str or PathLike); a URL (`http:`,
            `https:` or `data:`); a PIL image, sent as the file it was opened from, or as PNG if it was edited; a sound
            as `(rate, samples)` with the rate in Hz and samples of shape (n,), (n, channels) or (channels, n), floats
            from -1 to 1 (louder ones are scaled) or integers of 8 to 32 bits, sent as 16-bit WAV.
        fetch: downloads the file at an http(s) URL.

    Raises:
        InvalidInputError: `content` is not one of these, or it is empty, unreadable or larger than `MAX_INPUT_BYTES`.
    """
    if isinstance(content, str) and is_url(content):
        media = await fetch(content)
    elif isinstance(content, bytes):
        media = _media(content)
    else:
        media = await asyncio.to_thread(_read, content)
    if not media.content:
        raise InvalidInputError("empty_file")
    if len(media.content) > MAX_INPUT_BYTES:
        raise InvalidInputError("file_too_large", most=MAX_INPUT_BYTES / 2**20)
    return await _readable(media)


async def _readable(media: Media) -> Media:
    """The file itself, but for a picture from a phone that hardly any model can read."""
    if iso_picture(media.content) is None:
        return media
    try:
        return _media(await usual_form(media.content))
    except Unreadable as error:
        raise InvalidInputError(error.code, **error.arguments) from None


def mime_type(content: bytes, name: str = "", declared: str = "") -> str:
    """The MIME type of a file: from its first bytes, else as a server declared it, else from its name."""
    if (iso := iso_picture(content)) is not None:
        return _ISO[iso]
    for offset, mark, kind in _MAGIC:
        if content[offset : offset + len(mark)] == mark:
            return kind
    if _MIME_TYPE.fullmatch(declared):
        return declared
    return mimetypes.guess_type(name)[0] or _UNKNOWN


def _media(content: bytes, name: str = "") -> Media:
    return Media(content, mime_type(content, name))


def _read(content: Any) -> Media:
    if isinstance(content, bytearray | memoryview):
        return _media(bytes(content))
    if isinstance(content, str) and is_data_url(content):
        return _from_data_url(content)
    if isinstance(content, str | PathLike):
        return _from_path(Path(os.fsdecode(content)))
    if isinstance(content, tuple):
        return _from_samples(content)
    if hasattr(content, "read"):
        return _from_file(content)
    if hasattr(content, "save") and hasattr(content, "mode"):
        return _from_picture(content)
    raise InvalidInputError("not_a_file", type=type(content).__name__)


def _from_path(path: Path) -> Media:
    try:
        with path.open("rb") as file:
            return _media(_beginning(file), path.name)
    except OSError as error:
        name, reason = path.name[:_MAX_NAME_LENGTH], error.strerror or type(error).__name__
        kind = MissingFileError if isinstance(error, FileNotFoundError) else InvalidInputError
        raise kind("unreadable_path", name=name, reason=reason) from None
    except ValueError:  # the path contains a NUL
        raise InvalidInputError("not_a_path", name=repr(path.name[:_MAX_NAME_LENGTH])[1:-1]) from None


def _from_file(file: Any) -> Media:
    if isinstance(file, io.TextIOBase):
        raise InvalidInputError("text_file")
    with _lock_for(file):
        try:
            content = _beginning(file)
        except (OSError, ValueError, TypeError):
            raise InvalidInputError("closed_file") from None
    name = getattr(file, "name", "")
    return _media(content, name if isinstance(name, str) else "")


def _beginning(file: IO[bytes]) -> bytes:
    """The whole file, or enough to see that it is too large. A file that can seek is put back to its position."""
    start = file.tell() if hasattr(file, "seekable") and file.seekable() else None
    parts = []
    left = MAX_INPUT_BYTES + 1
    try:
        while left and (part := file.read(left)):  # an unbuffered file may return less than asked for
            parts.append(part)
            left -= len(part)
    finally:
        if start is not None:
            file.seek(start)
    return b"".join(parts)


_locks: "weakref.WeakValueDictionary[int, threading.Lock]" = weakref.WeakValueDictionary()
_locks_lock = threading.Lock()


def _lock_for(shared: object) -> threading.Lock:
    """The lock for everybody who reads `shared` now. It has only one position, so each would get a part of it."""
    with _locks_lock:
        return _locks.setdefault(id(shared), threading.Lock())


def _from_data_url(url: str) -> Media:
    try:
        content, declared = from_data_url(url)
    except ValueError:
        raise InvalidInputError("broken_data_url") from None
    return Media(content, mime_type(content, declared=declared))


def _from_picture(picture: Any) -> Media:
    with _lock_for(picture):
        file = getattr(picture, "fp", None)  # which pictures may share
        try:
            with nullcontext() if file is None else _lock_for(file):
                return _media(file_of(picture, MAX_INPUT_BYTES))
        except DAMAGE as error:
            raise InvalidInputError("unsendable_picture", reason=str(error)) from None


def _from_samples(sound: tuple[Any, ...]) -> Media:
    from inference_core.media.samples import wav_of  # it brings numpy along

    return Media(wav_of(sound), "audio/wav")
