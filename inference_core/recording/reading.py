"""Opening a recording: everything in it is checked before any of it is used."""

import zipfile
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from inference_core.recording.checking import UNPACKING, checked
from inference_core.recording.format import About, Entry, RecordingError
from inference_core.recording.journal import Journal


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
    except UNPACKING:
        raise RecordingError(_code_of_no_zip(file), file=file.name) from None
    try:
        log = checked(archive, file.name)
    except BaseException:
        archive.close()
        raise
    return Recording(log.about, log.entries, archive)


def _code_of_no_zip(file: Path) -> str:
    """A file that begins like JSON may be a HAR as other programs write it."""
    with file.open("rb") as opened:
        begins = opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    return "recording_of_another" if begins.startswith(b"{") else "recording_damaged"
