"""Opening a recording: everything in it is checked before any of it is used."""

import math
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Self

import msgspec

from inference_core.recording.format import (
    BODY_NAME,
    INDEX,
    MOST_BYTES,
    MOST_EXCHANGES,
    MOST_INDEX_BYTES,
    MOST_LISTS,
    VERSION,
    About,
    Entry,
    Har,
    RecordingError,
)
from inference_core.recording.journal import Journal
from inference_core.urls import is_url

_MOST_TIMES_LARGER = 200
"""How often larger a file of the zip may be than what it is packed to, from a megabyte on."""

_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)
_STORED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONGEST = 7 * 24 * 3600 * 1000.0
"""Milliseconds of an answer."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that has been checked: what was recorded, and its exchanges in their order. Close it at the end."""

    about: About
    entries: Sequence[Entry]
    archive: zipfile.ZipFile

    @property
    def day(self) -> str:
        """When it was begun, as an ISO date."""
        return self.entries[0].started_date_time[:10]

    def body(self, entry: Entry) -> bytes:
        """The body of an answer; it may be read from the file."""
        content = entry.response.content
        if content.file:
            return self.archive.read(content.file)
        return b64decode(content.text) if content.encoding else content.text.encode()

    def close(self) -> None:
        self.archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_recording(file: Path) -> Recording:
    """The recording in a file, or what a recording to it has left that was cut off, of which this makes the file.

    Raises:
        RecordingError: it is not there, damaged, too large, of another version or of another program.
    """
    if not file.exists() and (left := Journal.left(file)):
        left.finish()
    if not file.is_file():
        raise RecordingError("recording_missing", file=file.name)
    try:
        archive = zipfile.ZipFile(file)
    except _UNPACKING:
        raise RecordingError(_code_of_no_zip(file), file=file.name) from None
    try:
        return _checked(archive, file.name)
    except BaseException:
        archive.close()
        raise


def _code_of_no_zip(file: Path) -> str:
    """A file that begins like JSON may be a HAR as other programs write it."""
    with file.open("rb") as opened:
        begins = opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    return "recording_of_another" if begins.startswith(b"{") else "recording_damaged"


def _checked(archive: zipfile.ZipFile, file: str) -> Recording:
    names = _checked_names(archive, file)
    try:
        damaged = archive.testzip()
        index = archive.read(INDEX) if damaged is None else b""
    except _UNPACKING:
        raise RecordingError("recording_damaged", file=file) from None
    if damaged is not None:
        raise RecordingError("recording_damaged", file=file)
    har = _read_index(index, file)
    if not har.log.entries:
        raise RecordingError("recording_of_another", file=file)
    if len(har.log.entries) > MOST_EXCHANGES:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    for entry in har.log.entries:
        _check_entry(entry, names, file)
    return Recording(har.log.about, har.log.entries, archive)


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
        is_bomb = one.file_size > 2**20 and one.file_size > _MOST_TIMES_LARGER * max(one.compress_size, 1)
        if is_bomb or (one.filename == INDEX and one.file_size > MOST_INDEX_BYTES):
            raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
        names[one.filename] = one.file_size
    if sum(names.values()) > MOST_BYTES:
        raise RecordingError("recording_too_large", file=file, most=MOST_BYTES // 2**20)
    if INDEX not in names:
        raise RecordingError("recording_of_another", file=file)
    return names


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


def _check_entry(entry: Entry, names: dict[str, int], file: str) -> None:
    content = entry.response.content
    if not is_url(entry.request.url) or not _is_moment(entry.started_date_time):
        raise RecordingError("recording_damaged", file=file)
    if content.file and content.file not in names:
        raise RecordingError("recording_without_body", file=file, name=content.file[:60])
    size = names[content.file] if content.file else _inline_size(entry, file)
    times = [entry.head, *(at for at, _ in entry.events)]
    is_in_order = all(before <= after for before, after in pairwise(times))
    is_timed = all(math.isfinite(at) and 0 <= at <= _LONGEST for at in times) and is_in_order
    parts = [count for _, count in entry.events]
    is_whole = min(parts, default=0) >= 0 and sum(parts) == size if parts else size == 0
    if not (is_timed and is_whole and 200 <= entry.response.status <= 599):
        raise RecordingError("recording_damaged", file=file)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).year > 2000
    except ValueError:
        return False


def _inline_size(entry: Entry, file: str) -> int:
    content = entry.response.content
    try:
        if not content.encoding:
            return len(content.text.encode())
        return len(b64decode(content.text, validate=content.encoding == "base64"))
    except ValueError:
        raise RecordingError("recording_damaged", file=file) from None
