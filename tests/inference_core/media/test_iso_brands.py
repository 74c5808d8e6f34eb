"""HEIC and AVIF are told apart from each other, and from sounds and films in the same kind of container."""

import pytest

from inference_core.media.inputs import mime_type
from inference_core.media.iso_brands import iso_picture
from tests.support.media import heic_file, picture_file


def box(*brands: bytes) -> bytes:
    """The first box of a file: its main brand, a version, and the brands that it is compatible with."""
    content = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return (len(content) + 4).to_bytes(4) + content


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (heic_file(), "HEIF", "image/heic"),
        (picture_file(kind="AVIF"), "AVIF", "image/avif"),
        (box(b"mif1", b"mif1", b"heic"), "HEIF", "image/heic"),
        (box(b"mif1", b"mif1", b"avif"), "AVIF", "image/avif"),
        (box(b"hevc", b"hevc"), "HEIF", "image/heic"),
        (box(b"M4A ", b"isom", b"mp42"), None, "audio/mp4"),
        (picture_file(), None, "image/png"),
        (b"", None, "application/octet-stream"),
        (b"\xff\xff\xff\xffftyp", None, "audio/mp4"),
    ],
)
def test_the_brands_say_what_it_is(content: bytes, kind: str | None, mime: str) -> None:
    assert (iso_picture(content), mime_type(content)) == (kind, mime)
