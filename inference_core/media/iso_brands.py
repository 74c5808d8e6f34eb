"""Which kind of picture a file of the ISO base media format holds: phones take HEIC, and AVIF is its relative."""

from typing import Literal

_HEADER = 16
_BRAND = 4
_LARGEST_BOX = 1024
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def iso_picture(content: bytes) -> Literal["HEIF", "AVIF"] | None:
    """HEIF or AVIF by the brands that the file's first box lists; None for everything else, sounds and films too."""
    if content[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(content[:4]), _LARGEST_BOX)
    brands = {content[8:12], *(content[at : at + _BRAND] for at in range(_HEADER, end, _BRAND))}
    # Both are often of the brand mif1 too.
    return "AVIF" if brands & _AVIF else "HEIF" if brands & _HEIF else None
