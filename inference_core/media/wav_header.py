"""WAV files whose header does not know their length, because they were written as a stream."""

import struct

_HEAD = struct.Struct("<4sI")
_FIRST_CHUNK = 12
_CHUNK_NAMES = (b"LIST", b"fact", b"cue ", b"bext", b"id3 ", b"ID3 ", b"smpl", b"PEAK", b"JUNK", b"iXML", b"_PMX")


def with_true_length(content: bytes) -> bytes:
    """The file with the length of its samples in the header, if it says 0 or more than there is; else as it is."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return content
    at = _FIRST_CHUNK
    while at + _HEAD.size <= len(content):
        name, length = _HEAD.unpack_from(content, at)
        start = at + _HEAD.size
        if name == b"data":
            there = len(content) - start
            is_wrong = length > there or (length == 0 and there and content[start : start + 4] not in _CHUNK_NAMES)
            return _with_length(content, at, there) if is_wrong else content
        at = start + length + length % 2
    return content


def _with_length(content: bytes, at: int, length: int) -> bytes:
    most = 2**32 - 1
    head = _HEAD.pack(b"RIFF", min(len(content) - 8, most)) + content[8:at] + _HEAD.pack(b"data", min(length, most))
    return head + content[at + _HEAD.size :]
