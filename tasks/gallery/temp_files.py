"""The folder of what visitors upload and models make: this process's own, and swept by age and by size.

Gradio's own sweep misses the files of every component that it has made again for a session, and aborted uploads.
"""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir, mkdtemp

KEPT = 3600.0
"""Seconds after which a file is deleted."""

SPARED = 120.0
"""Seconds for which a file is kept however many there are: it may belong to an upload or an answer that goes on."""

SWEPT_EVERY = 30.0

_VARIABLE = "GRADIO_TEMP_DIR"
_GALLERIES = "inference-gallery"


@dataclass(slots=True)
class Storage:
    """How much the folder may have, and has: as the last sweep found it, and what was uploaded since. In bytes."""

    most: int = sys.maxsize
    used: int = 0

    @property
    def is_full(self) -> bool:
        """Whether there is twice as much as there may be, because nothing is old enough to be deleted."""
        return self.used > 2 * self.most


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for Gradio's files, deleted at the end. Enter it before Gradio is imported.

    It lies where Gradio would put them, next to those of other galleries: other programs may use that place as well.
    Ends the process with a sentence if it cannot be made.
    """
    given = os.environ.get(_VARIABLE)
    place = "The folder for temporary files"
    try:
        # Unlike `resolve`, this leaves links that go round in circles to `mkdir`.
        galleries = Path(os.path.realpath(given or Path(gettempdir()) / "gradio")) / _GALLERIES
        place = str(galleries)
        galleries.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(prefix=f"{os.getpid()}-", dir=galleries))
    except OSError as error:
        sys.exit(f"{place} cannot be written: {error.strerror}. Set GRADIO_TEMP_DIR to a folder that can.")
    os.environ[_VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        if given is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = given
        shutil.rmtree(folder, ignore_errors=True)


async def keep_swept(folder: Path, storage: Storage, known: Iterable[set[str]] = ()) -> None:
    """For ever: delete what is too old or too much in `folder`, and its path from the sets in `known`.

    `storage` is told what is left. Of other galleries next to it, which may have been killed, what is too old is
    deleted too.
    """
    while True:
        deleted, storage.used = await asyncio.to_thread(sweep, folder, storage.most)
        for paths in known:
            paths -= deleted
        await asyncio.sleep(SWEPT_EVERY)


def sweep(folder: Path, most: int) -> tuple[set[str], int]:
    """Delete once; the paths of what was deleted, and how many bytes are left in `folder`."""
    now = time.time()
    with suppress(OSError):
        os.utime(folder)  # to other galleries: this one lives
    own = sorted(_files(folder))
    left = sum(file.size for file in own)
    deleted = set()
    for file in own:
        too_old = file.changed < now - KEPT
        if (too_old or (left > most and file.changed < now - SPARED)) and _delete(file):
            deleted.add(file.path)
            left -= file.size
    if folder.parent.name == _GALLERIES:
        for file in _files(folder.parent, but=folder):
            if file.changed < now - KEPT and _delete(file):
                deleted.add(file.path)
        _remove_empty_folders(folder.parent, now - KEPT, but=folder)
    _remove_empty_folders(folder, now - SPARED)
    return deleted, left


@dataclass(frozen=True, slots=True, order=True)
class _File:
    """Anything that is not a folder; of a link, the link itself."""

    changed: float
    path: str
    size: int


def _files(folder: Path, but: Path | None = None) -> Iterator[_File]:
    for entry in _entries(folder):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                if but is None or entry.path != str(but):
                    yield from _files(Path(entry.path))
            else:
                status = entry.stat(follow_symlinks=False)
                yield _File(status.st_mtime, entry.path, status.st_size)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(folder) as entries:
        return list(entries)
    return []


def _delete(file: _File) -> bool:
    with suppress(OSError):
        if os.lstat(file.path).st_mtime == file.changed:  # else it was written again meanwhile
            Path(file.path).unlink()
            return True
    return False


def _remove_empty_folders(folder: Path, before: float, but: Path | None = None) -> None:
    """Remove the folders in `folder` in which nothing has changed since then, if they are empty."""
    for entry in _entries(folder):
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False) and (but is None or entry.path != str(but)):
                changed = entry.stat(follow_symlinks=False).st_mtime
                _remove_empty_folders(Path(entry.path), before)
                if changed < before:
                    Path(entry.path).rmdir()  # raises if there is something in it
