"""A recording while it is made: a folder beside its file, which holds all that was written before, whatever happens.

Each exchange is a line in `entries.jsonl`, written after its bodies. At the end the folder becomes the file.
"""

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import msgspec

from inference_core.recording.checking import checked
from inference_core.recording.format import BODIES, INDEX, VERSION, About, RecordingError
from inference_core.recording.lock import is_locked

_ENTRIES = "entries.jsonl"
_ABOUT = "about.json"
_HEAD = b'{"log":{"version":"1.2","creator":{"name":"Inference Gallery","version":"%d"},'
_HEAD += b'"_version":%d,"_about":%s,"entries":['
_TAIL = b"]}}"


def folder_of(file: Path) -> Path:
    """Where a recording is while it is made."""
    return file.with_name(f"{file.name}.part")


class Journal:
    """The folder of a recording that is being made; one process at a time has it.

    `count`, `size` and `lists` say how many exchanges, bytes and JSON lists it holds, and `index` how many of the bytes
    are not in files of their own. One that was cut off is continued.

    Raises:
        RecordingError: the file is there already, another process records to it, what was cut off is of another
            backend, or nothing can be written there.
    """

    def __init__(self, file: Path, about: About) -> None:
        self._file = file
        self._folder = folder_of(file)
        if file.exists():
            raise RecordingError("recording_exists", file=file.name)
        try:
            (self._folder / BODIES).mkdir(parents=True, exist_ok=True)
            self._entries = (self._folder / _ENTRIES).open("ab")
        except OSError as error:
            raise _unwritable(file, error) from None
        self._have_lock()
        self._begin(about)

    @classmethod
    def left(cls, file: Path) -> Self | None:
        """The folder that a recording left which was cut off; None if there is none."""
        if not (folder_of(file) / _ENTRIES).is_file():
            return None
        return cls(file, _about_in(folder_of(file)) or About())

    def add(self, bodies: Mapping[str, bytes], line: bytes) -> None:
        """Write one exchange, of which `line` is the JSON; raises OSError."""
        for name, content in bodies.items():
            (self._folder / name).write_bytes(content)
        self._entries.write(line + b"\n")
        self._entries.flush()
        self.count += 1
        self.index += len(line) + 2
        self.lists += line.count(b"[")
        self.size += len(line) + sum(map(len, bodies.values()))

    def finish(self) -> None:
        """Make the file of the folder; if it holds nothing, only remove it. Raises RecordingError."""
        try:
            with self._entries:
                if self.count:
                    self._pack()
            shutil.rmtree(self._folder)
        except OSError as error:
            raise _unwritable(self._file, error) from None

    def _have_lock(self) -> None:
        if is_locked(self._entries):
            self._entries.close()
            raise RecordingError("recording_busy", file=self._file.name)

    def _begin(self, about: About) -> None:
        lines = list(self._lines())
        self.count, self.index, self.lists = len(lines), sum(map(len, lines)), sum(line.count(b"[") for line in lines)
        self.size = self.index + sum(body.stat().st_size for body in (self._folder / BODIES).iterdir())
        whole = sum(len(line) + 1 for line in lines)
        self._entries.truncate(whole)  # the last line may be half written
        if self.count and _about_in(self._folder) not in (None, about):
            self._entries.close()
            raise RecordingError("recording_of_other_backend", file=self._file.name)
        if not self.count or not _about_in(self._folder):
            (self._folder / _ABOUT).write_bytes(msgspec.json.encode(about))

    def _lines(self) -> Iterator[bytes]:
        with (self._folder / _ENTRIES).open("rb") as entries:
            for line in entries:
                if not line.endswith(b"\n"):
                    return
                yield line[:-1]

    def _pack(self) -> None:
        packed = self._file.with_name(f"{self._file.name}.new")
        try:
            self._write(packed)
            with zipfile.ZipFile(packed) as archive:  # the folder is only removed for a file that can be opened
                checked(archive, self._file.name)
            if self._file.exists():
                raise RecordingError("recording_exists", file=self._file.name)
            packed.replace(self._file)
        finally:
            packed.unlink(missing_ok=True)

    def _write(self, packed: Path) -> None:
        about = msgspec.json.encode(_about_in(self._folder) or About())
        index_of_it = zipfile.ZipInfo(INDEX)
        index_of_it.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            with archive.open(index_of_it, "w", force_zip64=True) as index:
                index.write(_HEAD % (VERSION, VERSION, about))
                for number, line in enumerate(self._lines()):
                    index.write((b",\n" if number else b"\n") + line)
                index.write(_TAIL)
            for body in sorted((self._folder / BODIES).iterdir()):
                archive.write(body, f"{BODIES}{body.name}")


def _about_in(folder: Path) -> About | None:
    try:
        return msgspec.json.decode((folder / _ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.MsgspecError):
        return None


def _unwritable(file: Path, error: OSError) -> RecordingError:
    return RecordingError("recording_unwritable", file=file.name, reason=error.strerror or type(error).__name__)
