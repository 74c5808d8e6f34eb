"""WAV files whose header is not as libsndfile needs it, often because they were written as a stream."""

import struct
from collections.abc import Iterator

_HEAD = struct.Struct("<4sI")
_FIRST_CHUNK = 12
_KINDS = (b"RIFF", b"RF64", b"BW64")
_UNKNOWN = 2**32 - 1
_CHUNK_NAMES = (b"LIST", b"fact", b"cue ", b"bext", b"id3 ", b"ID3 ", b"smpl", b"PEAK", b"JUNK", b"iXML", b"_PMX")
_ABOUT_SAMPLES = (b"fmt ", b"fact")


def with_true_length(content: bytes) -> bytes:
    """The file as it is, if its chunks are; else with the format and the samples only, and their true length.

    A length of 0, or of more than there is, says that the samples go on to the end of the file.
    """
    if content[:4] not in _KINDS or content[8:12] != b"WAVE":
        return content
    about = []
    is_good = content[:4] == b"RIFF"
    long_length = 0
    for name, start, length, is_padded in _chunks(content):
        is_good &= is_padded
        if name in _ABOUT_SAMPLES:
            about.append(_HEAD.pack(name, length) + content[start : start + length + length % 2])
        elif name == b"ds64" and length >= 16:
            long_length = int.from_bytes(content[start + 8 : start + 16], "little")
        elif name == b"data":
            there = len(content) - start
            true = _true_length(content, start, long_length if length == _UNKNOWN else length)
            if is_good and true == length and there - true <= 1:
                return content
            samples = content[start : start + true]
            body = b"".join([b"WAVE", *about, _HEAD.pack(b"data", true), samples])
            return _HEAD.pack(b"RIFF", len(body)) + body
    return content


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int, bool]]:
    """Name, start and length of the chunks, and whether their ends are padded as they should be."""
    at = _FIRST_CHUNK
    while at + _HEAD.size <= len(content):
        name, length = _HEAD.unpack_from(content, at)
        start = at + _HEAD.size
        at = start + length
        # No name of a chunk begins with a zero.
        is_padded = length % 2 == 0 or content[at : at + 1] in (b"", b"\0")
        yield name, start, length, is_padded
        at += length % 2 and is_padded


def _true_length(content: bytes, start: int, length: int) -> int:
    there = len(content) - start
    is_unknown = length > there or (length == 0 and content[start : start + 4] not in _CHUNK_NAMES)
    return there if is_unknown else length
