"""Checking a recording before it is used, and before it takes the place of the folder in which it was made."""

import math
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

import msgspec

from inference_core.recording.format import (
    BODY_NAME,
    INDEX,
    MOST_BYTES,
    MOST_EXCHANGES,
    MOST_INDEX_BYTES,
    MOST_LISTS,
    VERSION,
    Entry,
    Har,
    Log,
    RecordingError,
)
from inference_core.urls import is_url

_MOST_TIMES_LARGER = 200
"""How often larger a body may be than what it is packed to, from a megabyte on."""

UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
"""What reading a zip raises that is none, or a damaged one."""

_STORED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONGEST = 7 * 24 * 3600 * 1000.0
"""Milliseconds of an answer."""


def checked(archive: zipfile.ZipFile, file: str) -> Log:
    """What the index of a recording says, after all of the zip has been checked.

    Raises:
        RecordingError: it is damaged, too large, of another version or of another program.
    """
    names = _checked_names(archive, file)
    try:
        damaged = archive.testzip()
        index = archive.read(INDEX) if damaged is None else b""
    except UNPACKING:
        raise RecordingError("recording_damaged", file=file) from None
    if damaged is not None:
        raise RecordingError("recording_damaged", file=file)
    har = _read_index(index, file)
    if not har.log.entries:
        raise RecordingError("recording_of_another", file=file)
    if len(har.log.entries) > MOST_EXCHANGES:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    for entry in har.log.entries:
        place = entry.response.content.file
        if place and place not in names:
            raise RecordingError("recording_without_body", file=file, name=place[:60])
        if not is_replayable(entry, names):
            raise RecordingError("recording_damaged", file=file)
    return har.log


def _checked_names(archive: zipfile.ZipFile, file: str) -> dict[str, int]:
    """The files in the zip with their sizes. Nothing is unpacked yet."""
    packed = archive.infolist()
    if len(packed) > MOST_EXCHANGES:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    names: dict[str, int] = {}
    for one in packed:
        is_ours = one.filename == INDEX or BODY_NAME.fullmatch(one.orig_filename)
        if not is_ours or one.filename in names or one.flag_bits & 1 or one.compress_type not in _STORED_AS:
            raise RecordingError("recording_with_others", file=file, name=one.filename[:60])
        if _is_bomb(one):
            raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
        names[one.filename] = one.file_size
    if sum(names.values()) > MOST_BYTES:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    if INDEX not in names:
        raise RecordingError("recording_of_another", file=file)
    return names


def _is_bomb(packed: zipfile.ZipInfo) -> bool:
    if packed.filename == INDEX:  # texts that repeat themselves are packed to almost nothing
        return packed.file_size > MOST_INDEX_BYTES
    return packed.file_size > max(2**20, _MOST_TIMES_LARGER * packed.compress_size)


def _read_index(index: bytes, file: str) -> Har:
    if index.count(b"[") > MOST_LISTS:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    try:
        har = msgspec.json.decode(index, type=_Versioned)
        if har.log.format is None:
            raise RecordingError("recording_of_another", file=file)
        if har.log.format != VERSION:
            raise RecordingError("recording_version", file=file, version=har.log.format, known=VERSION)
        return msgspec.json.decode(index, type=Har)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RecordingError("recording_damaged", file=file) from None


class _VersionedLog(msgspec.Struct):
    format: int | None = msgspec.field(name="_version", default=None)


class _Versioned(msgspec.Struct):
    """What there is of a HAR of any program, and of any version of ours."""

    log: _VersionedLog


def is_replayable(entry: Entry, bodies: Mapping[str, int]) -> bool:
    """Whether an exchange is as a replay needs it; `bodies` are the sizes of bodies in files, by their names."""
    content = entry.response.content
    size = bodies.get(content.file, -1) if content.file else _inline_size(entry)
    is_whole = size == content.size == sum(count for _, count in entry.events)
    is_answer = is_whole and all(count >= 0 for _, count in entry.events) and 200 <= entry.response.status <= 599
    return is_answer and _is_timed(entry) and is_url(entry.request.url) and _is_moment(entry.started_date_time)


def _is_timed(entry: Entry) -> bool:
    times = [entry.head, *(at for at, _ in entry.events)]
    is_in_order = all(before <= after for before, after in pairwise(times))
    return is_in_order and all(math.isfinite(at) and 0 <= at <= _LONGEST for at in times)


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.year > 2000 and text.startswith(moment.date().isoformat())


def _inline_size(entry: Entry) -> int:
    """Bytes of a body in the index; -1 if it cannot be read."""
    content = entry.response.content
    try:
        if not content.encoding:
            return len(content.text.encode())
        return len(b64decode(content.text, validate=content.encoding == "base64"))
    except ValueError:
        return -1
