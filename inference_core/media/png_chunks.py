"""PNG files without the parts that pixels do not need."""

import struct
import zlib
from collections.abc import Iterator

_MARK = b"\x89PNG\r\n\x1a\n"
_HEAD = struct.Struct(">I4s")
_ABOUT_PIXELS = (b"tRNS", b"eXIf")


def bare_png(content: bytes) -> bytes | None:
    """The PNG with pixels, transparency and orientation only; None if it has nothing else, or is not a PNG.

    Pillow refuses a whole picture for a long compressed text or a damaged note. Nothing is unpacked here.
    """
    if not content.startswith(_MARK):
        return None
    bare = _MARK + b"".join(chunk for kind, chunk in _chunks(content) if _is_needed(kind, chunk))
    return bare if len(bare) < len(content) else None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_MARK)
    while at + _HEAD.size <= len(content):
        length, kind = _HEAD.unpack_from(content, at)
        end = at + _HEAD.size + length + 4
        yield kind, content[at:end]
        at = end


def _is_needed(kind: bytes, chunk: bytes) -> bool:
    if kind[:1].isupper():
        return True
    return kind in _ABOUT_PIXELS and chunk[-4:] == struct.pack(">I", zlib.crc32(chunk[4:-4]))
